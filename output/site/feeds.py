"""Changes as an Atom feed (RFC 4287)."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from lxml import etree
from lxml.builder import ElementMaker
from markupsafe import Markup

from crawler.text.comparison.excerpt import Excerpt
from output.site.captures import Bounds, ShownBy
from output.site.dates import between, clock, day, through
from output.site.markdown import struck
from output.site.overview import Changed
from output.site.responses import PageRequest
from output.site.turns import TurnsRow
from pipelines.corpus.differences import Difference

_ATOM = ElementMaker(namespace="http://www.w3.org/2005/Atom", nsmap={None: "http://www.w3.org/2005/Atom"})
_NAMES = uuid.UUID("6f1f3f0e-6d0b-5a41-9f0a-1d6b3d9c7a52")
"""The namespace of entries' ids, which stay the same wherever a corpus is served."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX_VARIANTS = 10
"""Texts of a period of which an entry tells what differs; the others are counted."""
_BEGINNING = "1970-01-01T00:00:00+00:00"


def atom(
    request: PageRequest,
    title: str,
    page: str,
    feed: str,
    changes: Sequence[Changed],
    *,
    bounds: Mapping[int, Bounds] = MappingProxyType({}),
) -> str:
    """Return a feed; ``page`` and ``feed`` are the addresses of its subject and of itself, below the site's root.

    ``bounds`` are those of the revisions before and after the changes, by their ids.
    """
    updated = changes[0].first_captured if changes else _BEGINNING
    root = _ATOM.feed(
        _ATOM.id(f"urn:uuid:{uuid.uuid5(_NAMES, request.to.name_of(feed))}"),
        _ATOM.title(_clean(title)),
        _ATOM.updated(updated),
        _ATOM.author(_ATOM.name("Policytrail")),
        _ATOM.link(rel="self", type="application/atom+xml", href=request.root + feed),
        _ATOM.link(rel="alternate", type="text/html", href=request.root + page),
        *(_entry(request, change, _captures(change, bounds)) for change in changes),
    )
    return str(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True), "utf-8")


def _captures(changed: Changed, bounds: Mapping[int, Bounds]) -> list[tuple[str, ShownBy]]:
    """Return the captures on both sides of a change, each with what it is of."""
    found = []
    if changed.before in bounds:
        found.append(("The text before", bounds[changed.before].last))
    if changed.revision in bounds:
        found.append(("The new text", bounds[changed.revision].first))
    return found


def _entry(request: PageRequest, changed: Changed, captures: Sequence[tuple[str, ShownBy]]) -> etree._Element:
    vendor, type_ = changed.policy.vendor, changed.policy.type
    address = request.root + request.to.compare(vendor, type_, changed.before_name, changed.name)
    size = f" ({_words(changed.change)})" if changed.change else ""
    doubt = "".join(f" – {doubt}" for doubt in changed.doubts)
    number = f"in {changed.turns.served.number} variants" if changed.turns else ""
    if changed.flip:
        title = f"{vendor} serves its {type_} {number}{doubt}"
    else:
        title = f"{vendor} changed its {type_}{size}{f', served {number}' if number else ''}{doubt}"
    # The newest text of a period names it: readers see an entry where a variant is new, and none where one returns.
    entry: etree._Element = _ATOM.entry(
        _ATOM.id(f"urn:uuid:{uuid.uuid5(_NAMES, f'{vendor}/{type_}/{changed.name}')}"),
        _ATOM.title(_clean(title)),
        _ATOM.published(changed.first_captured),
        _ATOM.updated(changed.first_captured),
        _ATOM.link(rel="alternate", type="text/html", href=address),
        _ATOM.category(term=_clean(type_)),
        *(_ATOM.link(rel="via", type="text/html", href=_clean(one.at.replay)) for _, one in captures if one.at),
        _ATOM.content(_content(request, changed) + str(_to_check(captures)), type="html"),
    )
    return entry


def _content(request: PageRequest, changed: Changed) -> str:
    def told(change: Difference | None, before: str, name: str) -> Markup:
        address = request.root + request.to.compare(changed.policy.vendor, changed.policy.type, before, name)
        return _told(change.excerpt, address) if change else Markup()

    html = Markup() if changed.flip else _when("Changed {}.", changed)
    for doubt in changed.doubts:
        html += Markup("<p><em>Note: {}.</em></p>").format(doubt)
    if not changed.flip:
        html += told(changed.change, changed.before_name, changed.name)
    if changed.turns:
        html += _turns(changed.turns, told)
    if began := changed.began:
        size = f": {_words(began.change)}" if began.change else ""
        html += _when(f"The first of them replaced another text {{}}{size}.", began)
        html += told(began.change, began.before_name, began.name)
    return str(html)


def _told(told: Excerpt, address: str) -> Markup:
    """Return the places that are told, each below its headings, and of how many they are."""
    html = Markup()
    marks = {"-": Markup("<del>{}</del>"), "+": Markup("<ins>{}</ins>"), "=": Markup("{}")}
    for place in told.places:
        under = Markup("<strong>{}</strong><br>").format(_clean(" › ".join(place.heading))) if place.heading else ""
        pieces = (marks[op].format(struck(_clean(text))) for op, text in place.pieces)
        html += Markup("<p>{}{}</p>").format(under, Markup().join(pieces))
    for note in told.notes:
        html += Markup("<p>{}.</p>").format(note[0].upper() + note[1:])
    rest = "" if told.is_whole else Markup('; <a href="{}">the rest</a>').format(address)
    return html + Markup("<p>{}{}</p>").format(told.account, rest)


def _to_check(captures: Sequence[tuple[str, ShownBy]]) -> Markup:
    """Return where to check a change."""
    html = Markup()
    for what, one in captures:
        if one.at:
            html += Markup('<p>{}: <a href="{}">captured {}</a> (<a href="{}">as received</a>)</p>').format(
                what, _clean(one.at.replay), clock(one.captured), _clean(one.at.raw)
            )
        else:
            html += Markup("<p>{}: recorded by {}, {}</p>").format(what, _clean(one.origin), clock(one.captured))
    return html


def _when(told: str, changed: Changed) -> Markup:
    return Markup("<p>{}</p>").format(told.format(between(changed.changed_after, changed.first_captured)))


def _turns(turns: TurnsRow, told: Callable[[Difference | None, str, str], Markup]) -> Markup:
    """Return what differs over all texts of a period, the newest first."""
    period = turns.served
    dates = through(period.first_captured, period.last_captured)
    html = Markup("<p>Served in {} variants {}, they differ in:</p>").format(period.number, dates)
    for variant in turns.differing[:_MAX_VARIANTS]:
        if variant.compared and variant.change:
            seen = f"first seen {day(variant.text.first_captured)}"
            beside = f"beside variant {variant.compared.number}: {_words(variant.change)}"
            html += Markup("<p>Variant {}, {}, {}.</p>").format(variant.number, seen, beside)
            html += told(variant.change, variant.compared.name, variant.name)
    if more := turns.differing[_MAX_VARIANTS:]:
        html += Markup("<p>And {} more variants.</p>").format(len(more))
    return html


def _words(change: Difference) -> str:
    return f"+{change.added} −{change.removed} words"


def _clean(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
