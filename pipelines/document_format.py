"""The form of a document: a header that cites its snapshot or names its origin, the page's title, the body."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from crawler.extraction.rendering.escaping import heading, unescape
from pipelines.corpus.citation import origin_name

_DOCUMENT = re.compile(
    r"> \*The following text is extracted and transformed from the (?P<vendor>\S+) (?P<type>[^\n]+)"
    r" that was archived on (?P<archived_on>\d{4}-\d{2}-\d{2})\."
    r" Please check the \[original snapshot on the Wayback Machine\]"
    r"\((?P<public_url>\S+?)/web/(?P<timestamp>\d{14})id_/(?P<quoted_url>\S+)\)"
    r" for the most accurate reproduction\.\*\n"
    r"\n# (?P<title>[^\n]*)\n"
    r"\n(?P<body>.*)\n",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """What a published document says, and of what."""

    vendor: str  # its domain: "x-cart.com"
    type: str  # "privacy policy"
    archived_on: str  # YYYY-MM-DD, UTC: what the snapshot's timestamp means, which is not always what it says
    timestamp: str  # of the snapshot: 14 digits, the archive's address of it
    url: str  # of the policy when it was archived
    title: str  # the page's <title>
    body: str  # Markdown, without the header and the title
    public_url: str  # where the archive is cited: "https://archive.example", without a slash at its end


def document_of(
    *,
    vendor: str,
    type: str,  # noqa: A002 - the word for it everywhere
    day: str,
    title: str,
    body: str,
    source: str | None,
    origin: str | None,
) -> str:
    """Return the document of a revision: a header, the page's title and the body, in Markdown.

    ``day`` (YYYY-MM-DD, UTC), ``source`` (see `citation.source`) and ``origin`` are those of the first snapshot that
    shows the text. With a source, the document is in the format of the Princeton-Leuven corpus, to the byte.
    """
    if source is not None:
        header = (
            f"The following text is extracted and transformed from the {vendor} {type} that was archived on {day}."
            f" Please check the [original snapshot on the Wayback Machine]({source})"
            " for the most accurate reproduction."
        )
    else:
        header = (
            f"The following text is the {vendor} {type} of {day}, as recorded by {origin_name(origin)}."
            " It was imported: no snapshot on the Wayback Machine is known to show it."
        )
    return f"> *{header}*\n\n{heading(title)}\n\n{body}\n"


def parse_document(text: str) -> PublishedDocument:
    """Return what a published document says: the inverse of `document_of`, given a source.

    Raises `ValueError`, with a sentence, for a text that is not in the format.
    """
    match = _DOCUMENT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"This is not a published document: it begins {text[:60]!r}, where a header line"
            ' "> *The following text is extracted and transformed from the VENDOR TYPE that was archived on …",'
            ' a line "# TITLE" and a body were expected, with an empty line between each and one newline at the end.'
        )
    found = match.groupdict()
    found["url"] = unquote(found.pop("quoted_url"))
    found["title"] = unescape(found["title"])
    return PublishedDocument(**found)
