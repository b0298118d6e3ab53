"""What policies said on a day: a text, or one of those between which it changed then."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from rich.text import Text
from sqlite_utils import Database

from output.formats.names import line
from pipelines.corpus.bad_rows import BadRows, check_found, check_texts, check_times, kept, revision_name
from pipelines.corpus.citation import source
from pipelines.corpus.conclusions.variants import OF_REVISION

_HELD = f"""
SELECT p.vendor, p.type, r.document, r.first_captured, r.last_captured, f.url, f.timestamp, f.origin,
    l.url AS last_url, l.timestamp AS last_timestamp, l.origin AS last_origin, (SELECT v.id {OF_REVISION}) AS variant,
    r.id
FROM revisions r JOIN policies p ON p.id = r.policy
    LEFT JOIN snapshots f ON f.id = r.first_snapshot LEFT JOIN snapshots l ON l.id = r.last_snapshot
WHERE p.id = ? ORDER BY r.first_captured, f.timestamp, f.url
"""  # noqa: S608 - the condition is ours
_NAMED = {"timestamp": "its first snapshot", "last_timestamp": "its last snapshot"}
"""What a revision names, by a column that it always has."""


class Seen(Protocol):
    """A text that was seen from a moment to another (ISO 8601, UTC), and the period in which it took turns."""

    @property
    def document(self) -> str: ...
    @property
    def first_captured(self) -> str: ...
    @property
    def last_captured(self) -> str: ...
    @property
    def variant(self) -> int | None: ...


Revision = TypeVar("Revision", bound=Seen)


def possible(revisions: Sequence[Revision], day: str) -> list[Revision]:
    """Return which of a policy's revisions, in their order, may have held on a day (YYYY-MM-DD, UTC).

    Those are the ones that were seen on it, or before and after it; if none was, the one before and the one after it;
    and on a day on which texts took turns, one of each of these. A day before all has none.
    """
    if not day:
        return []
    seen = [at for at, r in enumerate(revisions) if r.first_captured[:10] <= day <= r.last_captured[:10]]
    before = [at for at, r in enumerate(revisions) if r.last_captured[:10] < day][-1:]
    found = seen or [at for at in (*before, *(at + 1 for at in before)) if at < len(revisions)]
    texts: dict[str, Revision] = {}
    for at in found:
        texts.setdefault(revisions[at].document, revisions[at])
    for variant in {revisions[at].variant for at in found} - {None}:
        in_turns = [r for r in revisions if r.variant == variant]
        if in_turns[0].first_captured[:10] <= day <= in_turns[-1].last_captured[:10]:
            texts = {r.document: r for r in reversed(in_turns)} | texts
    return sorted(texts.values(), key=lambda r: r.first_captured)


def are_variants(held: Sequence[Seen]) -> bool:
    """Tell whether texts that may have held on a day took turns with each other then."""
    return len(held) > 1 and held[0].variant is not None and len({text.variant for text in held}) == 1


class Held(NamedTuple):
    """A text that a policy had, and the addresses of the captures that showed it first and last."""

    vendor: str
    type: str
    document: str
    first_captured: str
    last_captured: str
    first_source: str | None
    last_source: str | None
    variant: int | None = None


def held_on(
    db: Database, day: str, public_url: str, vendor: str | None = None, bad: BadRows | None = None
) -> Iterator[list[Held]]:
    """Yield for each policy the texts that it may have had on a day (YYYY-MM-DD); none for a day before all.

    Rows that cannot be read go to ``bad``; without it, they raise `CorpusRowError` and the like.
    """
    policies = db.execute(
        "SELECT id FROM policies WHERE ? IN (vendor, '') ORDER BY vendor, type", [vendor or ""]
    ).fetchall()
    rows = kept(policies, lambda policy: list(db.query(_HELD, policy)), lambda policy: f"policy {policy[0]}", bad)
    for of_policy in rows:
        held = kept(of_policy, partial(_held, public_url), lambda row: revision_name(db.conn, row["id"]), bad)
        if found := possible(list(held), day):
            yield found


def _held(public_url: str, row: dict[str, Any]) -> Held:
    check_found(row, _NAMED)
    check_times(row, ("first_captured", "last_captured"))
    check_texts(row, ("vendor", "type", "document", "url", "timestamp", "last_url", "last_timestamp"))
    return Held(
        row["vendor"],
        row["type"],
        row["document"],
        row["first_captured"],
        row["last_captured"],
        source(public_url, row["url"], row["timestamp"], row["origin"]),
        source(public_url, row["last_url"], row["last_timestamp"], row["last_origin"]),
        row["variant"],
    )


def as_data(day: str, held: Sequence[Held]) -> dict[str, Any]:
    """Return what a policy said on a day, for JSON."""
    return {
        "vendor": held[0].vendor,
        "type": held[0].type,
        "on": day,
        "held": _how_sure(day, held),
        "texts": [dict(zip(Held._fields[2:-1], text[2:-1], strict=True)) for text in held],
    }


def summary(day: str, held: Sequence[Held]) -> list[Text]:
    """Return what a policy said on a day in lines, each text with a capture that shows it."""
    first, *others = held
    name = (line(f"{first.vendor} {first.type}"), "bold")
    if not others:
        seen = f"seen from {_clock(first.first_captured)} to {_clock(first.last_captured)}"
        sure = "said this text" if first.last_captured[:10] >= day else "probably said this text, not seen since"
        return [Text.assemble(name, f" on {day} {sure}, {seen}"), _proof(first.document, first.first_source)]
    in_turns = are_variants(held)
    at = f"in turns with others, first on {_clock(first.first_captured)}"
    seen = at if in_turns else f"last on {_clock(first.last_captured)}"
    lines = [
        Text.assemble(name, f" on {day} said either this text, seen {seen}"),
        _proof(first.document, first.first_source if in_turns else first.last_source),
    ]
    for text in others:
        lines.append(Text(f"or this one, seen first on {_clock(text.first_captured)}"))
        lines.append(_proof(text.document, text.first_source))
    return lines


def _how_sure(day: str, held: Sequence[Held]) -> str:
    if are_variants(held):
        return "either of them, in turns"
    if len(held) > 1:
        return "either of them"
    return "yes" if held[0].last_captured[:10] >= day else "unknown: not seen since"


def _proof(document: str, address: str | None) -> Text:
    return Text(f"  {line(address)}" if address else f"  imported, hash {document}")


def _clock(captured: str) -> str:
    return f"{captured[:10]} {captured[11:19]} UTC"
