"""Open Terms Archive's declarations, read as policies for a vendors file: which pages its services have their terms on,
and had.

    declarations/SERVICE.json            what is tracked now: {"name", "terms": {TERMS TYPE: {"fetch", "select", …}}};
                                         "documents" in collections of before 2023
    declarations/SERVICE.history.json    what was: {TERMS TYPE: [{"fetch", "select", …, "validUntil"}]}

A collection is a folder, a git repository (its HEAD, read without running git) or a ZIP. Services have names there;
vendors are named by a domain: the registrable one of most of a service's pages, unless a services file says another.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crawler.errors import FormatError
from crawler.local_archive.wacz import BROKEN_ZIP
from crawler.model import Part, Policy, type_slug
from crawler.terms_types import policy_type
from crawler.vendors import checks
from crawler.vendors.merging import Addition
from crawler.vendors.suffixes import registrable_domain
from output.formats import ota_selection
from output.formats.git_objects import commit_history
from output.formats.names import line

MAX_FILE = 1024 * 1024
"""Bytes of a declaration: the largest of 379 services has some 30 kB (2026-11)."""
_MAX_BYTES = 128 * 1024 * 1024  # of all declarations: 379 services have some 2 MB (2026-11)
_MAX_VERSIONS = 1_000  # of a declaration of one page
_CURRENT, _HISTORY = ".json", ".history.json"
_FOLDER = "declarations"

COMBINED = "a document combined from several pages (one page is one policy)"


class NotTaken(NamedTuple):
    """What of a collection is not taken, or not wholly: where it is, and why."""

    where: str
    reason: str


@dataclass(slots=True)
class Declarations:
    """What a collection declares, and what of it could not be taken."""

    services: int = 0
    additions: list[Addition] = field(default_factory=list)
    not_taken: list[NotTaken] = field(default_factory=list)
    with_scripts: int = 0
    """How many pages a browser opens there: their captures are read without one."""


class _Version(NamedTuple):
    """A declaration of a page, and the first day after its validity; None for the one that is valid now."""

    url: str
    part: Part
    until: date | None


def read(path: Path, services: dict[str, str]) -> Declarations:
    """Return what the collection at a path declares. Raises `FormatError`."""
    found = Declarations()
    files: dict[str, dict[str, bytes | None]] = {}
    size = 0
    for name, data in _files(path):
        size += len(data or b"")
        if size > _MAX_BYTES:
            raise FormatError(f"{path}: its declarations have over {_MAX_BYTES // 1024**2} MiB; check the path.")
        kind = _HISTORY if name.endswith(_HISTORY) else _CURRENT
        if not name.endswith(".filters.json"):
            files.setdefault(name.removesuffix(kind), {})[kind] = data
    taken: dict[tuple[str, str], str] = {}
    for service in sorted(files):
        _service(service, files[service], services, taken, found)
    if not found.services and not found.not_taken:
        raise FormatError(f"{path}: there are no declarations; expected a collection with declarations/SERVICE.json.")
    return found


# -- files ------------------------------------------------------------------------------------------------------------
def _files(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name and the bytes of each declaration; None for bytes that are too many."""
    within = path / _FOLDER
    folder = within if within.is_dir() and not within.is_symlink() else path
    if folder.is_dir() and any(folder.glob("*.json")):
        for file in sorted(folder.glob("*.json")):
            if file.is_file() and not file.is_symlink():
                yield file.name, file.read_bytes() if file.stat().st_size <= MAX_FILE else None
    elif (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir()):
        with commit_history(path, MAX_FILE) as repository:
            for name, blob in repository.files_at_head(_FOLDER.encode()):
                if name.endswith(b".json"):
                    yield name.decode("utf-8", "replace"), repository.blob(blob)
    elif path.is_file() and zipfile.is_zipfile(path):
        yield from _zipped(path)
    else:
        raise FormatError(f"{path}: expected a collection of Open Terms Archive: a folder, a git repository or a ZIP.")


def _zipped(path: Path) -> Iterator[tuple[str, bytes | None]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
                place = PurePosixPath(entry.filename)
                if place.suffix == ".json" and place.parent.name == _FOLDER:
                    with archive.open(entry) as file:
                        data = file.read(MAX_FILE + 1)  # an entry may lie about its size, and no more is unpacked
                    yield place.name, data if len(data) <= MAX_FILE else None
    except (*BROKEN_ZIP, OSError) as error:
        raise FormatError(f"{path}: cannot be read as a ZIP ({error}); fetch it again.") from error


def _json(data: bytes | None) -> dict[str, Any] | str:
    """Return the object in a file, or why there is none."""
    if data is None:
        return f"a file of over {MAX_FILE // 1024**2} MiB"
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "a file that is not JSON"
    return found if isinstance(found, dict) else "a file without an object"


# -- what they declare ------------------------------------------------------------------------------------------------
def _service(
    service: str,
    files: dict[str, bytes | None],
    services: dict[str, str],
    taken: dict[tuple[str, str], str],
    found: Declarations,
) -> None:
    read = {kind: _json(data) for kind, data in files.items()}
    for kind, one in read.items():
        if isinstance(one, str):
            found.not_taken.append(NotTaken(line(f"{service}{kind}"), one))
    current, history = ({} if isinstance(one := read.get(kind, {}), str) else one for kind in (_CURRENT, _HISTORY))
    terms = current.get("terms", current.get("documents", {}))
    if not isinstance(terms, dict):
        found.not_taken.append(NotTaken(line(service), "terms that are no object"))
        terms = {}
    declared = {}
    for type_ in dict.fromkeys([*terms, *history]):
        versions = _versions(f"{line(service)} {line(type_)}", terms.get(type_), history.get(type_), found)
        if versions:
            declared[type_] = versions
    if not declared:
        return
    name = current.get("name", service)
    vendor = services.get(service) or services.get(str(name)) or _vendor(service, declared.values())
    found.services += 1
    for type_, versions in declared.items():
        where = f"{line(service)} {line(type_)}"
        try:
            called = _free_type(checks.policy_type(policy_type(type_)), checks.vendor(vendor), service, taken)
        except checks.Wrong as wrong:
            found.not_taken.append(NotTaken(where, str(wrong)))
            continue
        urls = tuple(dict.fromkeys(version.url for version in reversed(versions)))
        note = f"Open Terms Archive: {service}, {type_}"
        policy = Policy(checks.vendor(vendor), called, urls, _parts(versions))
        found.additions.append(Addition(policy, notes=dict.fromkeys(urls, note)))


def _free_type(type_: str, vendor: str, service: str, taken: dict[tuple[str, str], str]) -> str:
    """Return a type with the service's name if another service of the vendor has terms of this type."""
    if taken.setdefault((vendor, type_slug(type_)), service) == service:
        return type_
    plain = " ".join("".join(sign if sign.isalnum() else " " for sign in service).split())
    return checks.policy_type(f"{type_} ({plain})")


def _versions(where: str, current: object, history: object, found: Declarations) -> list[_Version]:
    """Return the declarations of a document, the one that is valid now last."""
    versions: list[tuple[datetime, _Version]] = []
    if history is not None and not isinstance(history, list):
        found.not_taken.append(NotTaken(where, "a history that is no list"))
        history = None
    if len(history or []) > _MAX_VERSIONS:
        found.not_taken.append(NotTaken(where, f"a history of over {_MAX_VERSIONS:,} versions"))
    for page in (history or [])[:_MAX_VERSIONS]:
        end = _moment(page.get("validUntil")) if isinstance(page, dict) else None
        if end is None:
            found.not_taken.append(NotTaken(where, "an earlier version without the time until which it was valid"))
        elif (version := _version(where, page, end, found)) is not None:
            versions.append((end, version))
    versions.sort(key=lambda one: one[0])
    result = [version for _, version in versions]
    if current is not None and (version := _version(where, current, None, found)) is not None:
        result.append(version)
    return result


def _version(where: str, page: object, end: datetime | None, found: Declarations) -> _Version | None:
    if not isinstance(page, dict) or not (page.get("fetch") or page.get("combine")):
        found.not_taken.append(NotTaken(where, "a declaration without an address"))
        return None
    if page.get("combine"):
        found.not_taken.append(NotTaken(where, COMBINED))
        return None
    try:
        url = checks.url(_without_fragment(page["fetch"]))
    except checks.Wrong as wrong:
        found.not_taken.append(NotTaken(where, str(wrong)))
        return None
    found.with_scripts += page.get("executeClientScripts") is True
    part = ota_selection.part(page, lambda reason: found.not_taken.append(NotTaken(where, reason)))
    # What is said to be valid until a moment was so at the last capture of that day.
    return _Version(url, part, end.date() + timedelta(days=1) if end else None)


def _without_fragment(url: object) -> object:
    """Return an address without the name of a place in the page, which makes no other page."""
    if not isinstance(url, str):
        return url
    address, _, fragment = url.partition("#")
    return url if fragment.startswith(("!", "/")) else address  # a script's page is another one


def _parts(versions: list[_Version]) -> tuple[Part, ...]:
    """Return the parts of a document's versions: dated for those that are no longer valid."""
    dated: list[Part] = []
    since: date | None = None
    for version, following in zip(versions, [*versions[1:], None], strict=True):
        until = version.until
        if following is not None and following.part == version.part:
            continue  # only its address changed
        if until is not None and (since is None or since < until):
            dated.append(replace(version.part, since=since, until=until))
        since = until or since
    last = versions[-1]
    if len(dated) == 1 and dated[0].since is None and last.until is not None:
        return (last.part,) if last.part != Part() else ()  # one for all of its life
    undated = [last.part] if last.until is None and last.part != Part() else []
    return (*dated, *undated)


def _moment(given: object) -> datetime | None:
    if not isinstance(given, str):
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        return moment.astimezone(UTC) if 1990 <= moment.year <= 2200 else None
    except OverflowError:
        return None


def _vendor(service: str, declared: Any) -> str:
    """Return the domain of a service: its name, if that is one, or that of most of the pages that it has now."""
    try:
        return checks.vendor(service)
    except checks.Wrong:
        hosts = Counter(registrable_domain(urlsplit(versions[-1].url).hostname or "") for versions in declared)
        return hosts.most_common(1)[0][0]
