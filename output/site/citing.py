"""How to cite a text or a change: in APA's style, as BibTeX and in plain text, with captures' addresses and hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawler.archive.address import WAYBACK_MACHINE
from crawler.model import type_slug
from output.site.captures import ShownBy
from output.site.dates import clock, day
from output.site.history import PolicyRow

_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}%$#&_"},
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in one style."""

    style: str
    text: str


def citations(policy: PolicyRow, shown: Sequence[ShownBy], public_url: str, change: str = "") -> list[Citation]:
    """Return citations of a policy's text by the captures that show it, first to last.

    With a ``change`` in words ("changed between … and …") they cite the change, by the captures on both sides of it.
    """
    unique = list(dict.fromkeys(shown))
    return [
        Citation("APA", _apa(policy, unique, public_url, change)),
        Citation("BibTeX", _bibtex(policy, unique, public_url, change)),
        Citation("Plain text", _plain(policy, unique, change)),
    ]


def _apa(policy: PolicyRow, shown: Sequence[ShownBy], public_url: str, change: str) -> str:
    note = f" ({change})" if change else ""
    return "\n".join(
        f"{policy.vendor}. ({_apa_day(one.captured)}). {policy.type.capitalize()}{note}"
        f" [{_kind(one)}; {_hashes(one)}]."
        f" {_keeper(one, public_url)}. {one.at.replay if one.at else one.url}"
        for one in shown
    )


def _bibtex(policy: PolicyRow, shown: Sequence[ShownBy], public_url: str, change: str) -> str:
    return "\n\n".join(_entry(policy, one, public_url, change) for one in shown)


def _entry(policy: PolicyRow, one: ShownBy, public_url: str, change: str) -> str:
    when = datetime.fromisoformat(one.captured)
    name = "".join(sign for sign in f"{policy.vendor}-{type_slug(policy.type)}" if sign.isalnum() or sign in "-.")
    fields = {
        "author": f"{{{_tex(policy.vendor)}}}",
        "title": f"{{{_tex(policy.type.capitalize())}}}",
        "year": f"{when.year}",
        "month": f"{when.month}",
        "day": f"{when.day}",
        "howpublished": _tex(f"{_keeper(one, public_url)}, {_kind(one).lower()}"),
        "url": _bare(one.at.replay if one.at else one.url),
        "note": _tex("; ".join(filter(None, [change, _raw(one), _hashes(one)]))),
    }
    lines = ",\n".join(f"  {field} = {{{value}}}" for field, value in fields.items())
    return f"@misc{{{name}-{when:%Y%m%d%H%M%S},\n{lines}\n}}"


def _plain(policy: PolicyRow, shown: Sequence[ShownBy], change: str) -> str:
    lines = [f"{policy.type.capitalize()} of {policy.vendor}" + (f", {change}." if change else ".")]
    for one in shown:
        lines.append(f"{'Captured' if one.at else f'Recorded by {one.origin}'} {clock(one.captured)}: {one.url}")
        lines += [f"  to read: {one.at.replay}", f"  as received: {one.at.raw}"] if one.at else []
        lines.append(f"  {_hashes(one)}")
    return "\n".join(lines)


def _apa_day(captured: str) -> str:
    date, month, year = day(captured).split()
    return f"{year}, {month} {date}"


def _kind(one: ShownBy) -> str:
    return "Archived web page" if one.at else "Recorded web page"


def _keeper(one: ShownBy, public_url: str) -> str:
    """Return who keeps the capture, or recorded the text."""
    if one.at is None:
        return one.origin[:1].upper() + one.origin[1:]
    is_wayback = public_url.rstrip("/") == WAYBACK_MACHINE
    return "Internet Archive Wayback Machine" if is_wayback else f"Archive at {urlsplit(public_url).netloc}"


def _raw(one: ShownBy) -> str:
    return f"as received: {one.at.raw}" if one.at else ""


def _hashes(one: ShownBy) -> str:
    """Return the hashes: of the bytes, as the archive lists it, and of the words."""
    of_bytes = f"bytes sha1:{one.digest}" if one.digest and one.at else ""
    return ", ".join(filter(None, [of_bytes, f"words sha256:{one.document}"]))


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _bare(address: str) -> str:
    """Return an address as BibTeX's field ``url`` takes it: as it is, but for braces, which have to match."""
    return address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
