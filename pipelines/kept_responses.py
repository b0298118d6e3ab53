"""The kept response at an address, if it is the one that a crawl received; and why there is none.

A record that was changed, cut or swapped for another one reads as a change by the vendor.
"""

import hashlib
from functools import lru_cache

from crawler.archive import bodies
from crawler.archive.urlkey import urlkey
from crawler.extraction.extract import CapturedResponse
from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.payload import ArchivedResponse, UnreadableRecordError, read_flawless, read_response
from crawler.local_archive.unproven import UnprovenIndex
from crawler.model import Playback
from crawler.timestamps import repaired
from pipelines.corpus.kept import Kept

_key = lru_cache(maxsize=1024)(urlkey)  # the captures of a policy have few URLs

NO_BYTES = "no bytes of theirs are kept"
"""Why a capture is not read of which the corpus does not know that its bytes were kept."""


def kept_response(
    kept: CaptureIndex, playback: Playback, known: Kept | None, listed: str | None
) -> CapturedResponse | str:
    """Return the kept response at an address, or why there is none: ``known`` is what the corpus knows of its bytes,
    ``listed`` the digest that the archive lists.
    """
    captured = repaired(playback.timestamp) or playback.timestamp  # a WARC-Date is of the calendar
    key = _key(playback.url)
    if isinstance(kept, UnprovenIndex):
        if known is not None and (undoubted := _undoubted(kept, key, captured, playback, known)):
            return undoubted
        kept = kept.prove()
    captures = kept.at(key, captured)
    why = _absent(known)
    for capture in captures:
        if capture.url != playback.url or capture.is_redirect:
            continue
        original = kept.original(capture)
        if original is None:
            why = f"{capture.file.shown}: what the record repeats is not there"
            continue
        response = _read(original, playback)
        if isinstance(response, str):
            why = response
        elif _is_another(response, known) or (known is None and _differs(capture.digest, listed)):
            why = f"{original.file.shown}: the record has other bytes than those that the crawl received"
        else:
            return response
    return why


def _undoubted(
    kept: UnprovenIndex, key: str, captured: str, playback: Playback, known: Kept
) -> CapturedResponse | None:
    """Return the response in the only record that can have it, if it has the bytes that the crawl received.

    Of several, only those that are proven are to be chosen from: a page may hold what looks like a record, of another
    page and with its bytes, but with headers of its own.
    """
    if kept.proven is not None:
        return None
    captures = [one for one in kept.at(key, captured) if one.url == playback.url and not one.is_redirect]
    if len(captures) != 1 or captures[0].is_revisit:
        return None
    archived = read_flawless(captures[0])
    if archived is None:
        return None
    try:
        response = _captured(archived, playback)
    except (bodies.BrokenBody, bodies.BodyTooLarge):
        return None
    if _is_another(response, known):
        return None
    kept.note_read(captures[0])
    return response


def _read(original: ArchivedRecord, playback: Playback) -> CapturedResponse | str:
    try:
        return _captured(read_response(original, check_digest=True), playback)
    except (UnreadableRecordError, bodies.BrokenBody, bodies.BodyTooLarge):
        return f"{original.file.shown}: the record is damaged"


def _captured(archived: ArchivedResponse, playback: Playback) -> CapturedResponse:
    """Return an archived response as the archive would have sent it. Raises `BrokenBody` and `BodyTooLarge`."""
    headers = {name.lower(): value for name, value in archived.headers}
    encodings = [value for name, value in archived.headers if name.lower() == "content-encoding"]
    body = bodies.decode(archived.payload, encodings)
    return CapturedResponse(body, playback.url, archived.status or 200, headers, archived.truncated)


def _absent(known: Kept | None) -> str:
    if known is None:
        return NO_BYTES
    if known.file is None:
        return "their bytes could not be kept when they were received"
    return f"{known.file}: the file is missing or damaged there"


def _is_another(response: CapturedResponse, known: Kept | None) -> bool:
    return known is not None and hashlib.sha256(response.body).hexdigest() != known.digest


def _differs(digest: str, listed: str | None) -> bool:
    """Tell whether a record's digest is another than the listed one, where both are such."""
    return bool(listed) and "-" not in (digest, listed) and digest != listed
