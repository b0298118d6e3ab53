"""What vendors changed: each revision that followed another, with the words that changed, and in lines to read."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from types import SimpleNamespace
from typing import Any, Literal

from rich.text import Text
from sqlite_utils import Database

from crawler import program
from crawler.text.comparison.excerpt import Excerpt
from crawler.text.comparison.places import Place
from output.formats.names import line
from output.site.addresses import Addresses
from pipelines.corpus.citation import source
from pipelines.corpus.conclusions.doubts import between as doubtful
from pipelines.corpus.conclusions.doubts import in_words, split
from pipelines.corpus.conclusions.variants import Served, replaced, served, turn_of
from pipelines.corpus.differences import all_places, difference, identity_of
from pipelines.corpus.documents import TITLE
from pipelines.corpus.revisions import revision_names
from pipelines.corpus.views import BEFORE

_MAX_VARIANTS = 10
"""Texts of a period that a summary shows. The others are counted."""
_ROW = (
    "SELECT p.vendor, p.type, b.last_captured AS changed_after, r.first_captured,"  # noqa: S608 - ours
    f" {TITLE} AS title, f.url, f.timestamp,"
    " f.origin, b.document AS before, r.document, e.extractor IS NOT d.extractor AS extractor_changed, r.policy,"
    " b.id AS revision_before,"
    " (SELECT c.doubts FROM changes c WHERE c.revision = r.id) AS doubts,"
    " (SELECT c.doubtful_between FROM changes c WHERE c.revision = r.id) AS doubtful_between"
    " FROM revisions r JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    f" JOIN documents d ON d.hash = r.document JOIN revisions b ON b.id = (SELECT q.id {BEFORE})"
    " JOIN documents e ON e.hash = b.document WHERE r.id = ?"
)
_BETWEEN = (
    "SELECT r.id FROM revisions r JOIN policies p ON p.id = r.policy"
    " WHERE r.first_captured >= ? AND r.first_captured < ? AND ? IN (p.vendor, '')"
    " ORDER BY r.first_captured, p.vendor, p.type, r.id"
)
_POLICY = "SELECT id FROM policies WHERE vendor = ? AND type = ?"
_SITE = Addresses(SimpleNamespace(path=str))


@dataclass(frozen=True, slots=True)
class Change:
    """A policy's text became another, at some time between two captures (ISO 8601, UTC)."""

    vendor: str
    type: str
    changed_after: str
    first_captured: str
    words_added: int
    words_removed: int
    title: str
    url: str
    source: str | None
    before: str
    document: str
    extractor_changed: bool
    """Whether the two texts were read by different extractors, so that some of the change may be due to that."""
    doubts: tuple[str, ...]
    """Why the new text may not be the vendor's doing: the doubts about the snapshots that show it."""
    told: Excerpt
    """The places that tell most of it."""
    comparison: str
    """Where the site compares the two texts, below its root."""
    doubtful_between: int = 0
    """How many captures between the two texts show neither, but another page or a part of one."""
    flip: bool = False
    """Whether the two texts take turns, so that the vendor changed nothing."""
    variants: Served | None = None
    """The period in which the new text takes turns with others; every turn is in the view `changes`."""


def between(
    db: Database, since: str, until: str | None, public_url: str, vendor: str | None = None
) -> Iterator[Change]:
    """Yield the changes first seen from one date to another (YYYY, YYYY-MM or YYYY-MM-DD, both inclusive), in order."""
    end = f"{until or '9999'}~"  # after everything that begins so
    yield from changes_to(
        db, (revision for (revision,) in db.execute(_BETWEEN, [since, end, vendor or ""])), public_url
    )


def changes_to(db: Database, revisions: Iterable[int], public_url: str) -> Iterator[Change]:
    """Yield how revisions (ids) came about: a period in which texts take turns once, where one of them is new."""
    told: set[int] = set()
    for revision in revisions:
        turn = turn_of(db.conn, revision)
        if turn and (turn.returns or turn.variant in told):
            continue
        change = change_to(db, revision, public_url)
        if change is not None:
            told |= {turn.variant} if turn else set()
            yield change


def change_to(db: Database, revision: int, public_url: str) -> Change | None:
    """Return how a revision came about, by its id; None for a policy's first."""
    row = next(db.query(_ROW, [revision]), None)
    if row is None:
        return None
    policy = row.pop("policy")
    turn = turn_of(db.conn, revision)
    if turn and not turn.flip and (other := replaced(db.conn, turn.variant)):
        row |= {"before": other.document, "revision_before": other.revision}
    measured = difference(db.conn, row["before"], row["document"], identity_of(db.conn, policy))
    names = revision_names(db.conn, policy)
    row["comparison"] = _SITE.compare(row["vendor"], row["type"], names[row.pop("revision_before")], names[revision])
    row["source"] = source(public_url, row["url"], row.pop("timestamp"), row.pop("origin"))
    row["doubts"] = split(row["doubts"])
    row["extractor_changed"] = bool(row["extractor_changed"])
    row |= {"flip": turn.flip, "variants": served(db.conn, turn.variant)} if turn else {}
    return Change(**row, words_added=measured.added, words_removed=measured.removed, told=measured.excerpt)


def as_data(db: Database, change: Change) -> dict[str, Any]:
    """Return a change with all its places, for JSON: `sentences` in pieces, and what each of them is in `places`."""
    without = {"told", "variants"}
    data = {field.name: getattr(change, field.name) for field in fields(change) if field.name not in without}
    (policy,) = db.execute(_POLICY, [change.vendor, change.type]).fetchone()
    found = all_places(db.conn, change.before, change.document, identity_of(db.conn, policy))
    return data | {
        "variants": _variants_as_data(change.variants) if change.variants else None,
        "kind": change.told.kind,
        "kinds": change.told.kinds,
        "renumbered": change.told.renumbered,
        "changed_sentences": change.told.total,
        "sentences": [place.pieces for place in found],
        "places": [
            {
                "kind": place.kind,
                "words": place.words,
                "heading": place.heading,
                "before": "".join(text for _, text in place.side("-")) if place.kind != "new" else None,
                "after": "".join(text for _, text in place.side("+")) if place.kind != "removed" else None,
            }
            for place in found
        ],
    }


def _variants_as_data(period: Served) -> dict[str, Any]:
    texts = [
        {field.name: getattr(text, field.name) for field in fields(text) if field.name != "told"}
        | {"sentences": [place.pieces for place in text.told.places] if text.told else []}
        for text in period.texts
    ]
    return asdict(replace(period, texts=())) | {"texts": texts}


def summary(change: Change) -> list[Text]:
    """Return a change in lines: what changed, when and where to check it, then the sentences before and after.

    The lines have no control characters.
    """
    size = f"+{change.words_added} −{change.words_removed} words"
    when = f" changed between {change.changed_after[:10]} and {change.first_captured[:10]}, {size}"
    period = change.variants
    if period:
        turns = f"served in {period.number} variants from {period.first_captured[:10]} to {period.last_captured[:10]}"
        when = f" {turns}, they differ in:" if change.flip else f"{when}; {turns}"
    lines = [
        Text.assemble((line(f"{change.vendor} {change.type}"), "bold"), when),
        Text(line(change.source or change.url)),
    ]
    if change.extractor_changed:
        lines.append(Text("The two texts were read by different extractors: some of it may be the reading."))
    if change.doubtful_between:
        lines.append(Text(f"When it changed is less certain: {doubtful(change.doubtful_between)}."))
    lines += [Text(f"Doubtful: {line(in_words(doubt))}.") for doubt in change.doubts]
    rest = f"; the rest: {program.serve()}, {change.comparison}"
    return [*lines, *([] if change.flip else _told(change.told, rest)), *(_variants(period) if period else [])]


def plain(change: Change) -> str:
    """Return the summary as plain text, the sentences indented."""
    return "".join(f"{text.plain}\n" for text in summary(change))


def _variants(period: Served) -> Iterator[Text]:
    """Yield the lines of a period: its texts, each with what differs from the one before its first turn."""
    numbers = {text.document: number for number, text in enumerate(period.texts, 1)}
    for text in period.texts[:_MAX_VARIANTS]:
        about = f"  Variant {numbers[text.document]} ({text.document[:12]}): seen {text.seen} times, "
        about += f"from {text.first_captured[:10]} to {text.last_captured[:10]}"
        if text.told is None or text.compared_with not in numbers:
            yield Text(f"{about}.")
            continue
        words = f"+{text.words_added} −{text.words_removed} words"
        yield Text(f"{about}; beside variant {numbers[text.compared_with]}, {words}.")
        yield from _told(text.told)
    if more := period.texts[_MAX_VARIANTS:]:
        yield Text(f"  … and {len(more)} more variants; the view served_in_turns has them all.")


def _told(told: Excerpt, rest: str = "") -> Iterator[Text]:
    """Yield the lines of the places that are told, and of how many."""
    above: tuple[str, ...] = ()
    for place in told.places:
        if place.heading != above:
            above = place.heading
            yield Text(f"  {line(' › '.join(above)) or 'Before the first heading'}", style="italic")
        yield from (*_side(place, "-", "red"), *_side(place, "+", "green"))
    yield from (Text(f"  {note[0].upper()}{note[1:]}.") for note in told.notes)
    yield Text(f"  {told.account}{'' if told.is_whole else rest}")


def _side(place: Place, side: Literal["-", "+"], color: str) -> list[Text]:
    """Return the line of one side of a place; none if that side has no words."""
    if place.kind == {"-": "new", "+": "removed"}[side]:
        return []
    pieces = place.side(side)
    if not any(line(text) for _, text in pieces):  # signs of a font of icons: their numbers
        pieces = [piece._replace(text=piece.text.encode("unicode_escape").decode()) for piece in pieces]
    runs = [(_one_line(text), color if op == "=" else f"bold {color}") for op, text in pieces]
    return [Text.assemble((f"  {side} ", color), *runs)] if runs else []


def _one_line(text: str) -> str:
    """Return a piece as it stands in its line: the spaces at its ends stay."""
    return " " * text[:1].isspace() + line(text) + " " * (text[-1:].isspace() and bool(line(text)))
