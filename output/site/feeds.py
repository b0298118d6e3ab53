"""Changes as an Atom feed (RFC 4287)."""

import re
import uuid
from collections.abc import Sequence

from lxml import etree
from lxml.builder import ElementMaker
from markupsafe import Markup

from crawler.text.comparison.excerpt import Excerpt
from output.site.dates import between
from output.site.markdown import struck
from output.site.overview import Changed
from output.site.responses import PageRequest

_ATOM = ElementMaker(namespace="http://www.w3.org/2005/Atom", nsmap={None: "http://www.w3.org/2005/Atom"})
_NAMES = uuid.UUID("6f1f3f0e-6d0b-5a41-9f0a-1d6b3d9c7a52")
"""The namespace of entries' ids, which stay the same wherever a corpus is served."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNING = "1970-01-01T00:00:00+00:00"


def atom(request: PageRequest, title: str, page: str, feed: str, changes: Sequence[Changed]) -> str:
    """Return a feed; ``page`` and ``feed`` are the addresses of its subject and of itself, below the site's root."""
    updated = changes[0].first_captured if changes else _BEGINNING
    root = _ATOM.feed(
        _ATOM.id(f"urn:uuid:{uuid.uuid5(_NAMES, feed)}"),
        _ATOM.title(_clean(title)),
        _ATOM.updated(updated),
        _ATOM.author(_ATOM.name("Policytrail")),
        _ATOM.link(rel="self", type="application/atom+xml", href=request.root + feed),
        _ATOM.link(rel="alternate", type="text/html", href=request.root + page),
        *(_entry(request, change) for change in changes),
    )
    return str(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True), "utf-8")


def _entry(request: PageRequest, changed: Changed) -> etree._Element:
    vendor, type_ = changed.policy.vendor, changed.policy.type
    address = request.root + request.to.compare(vendor, type_, changed.before_name, changed.name)
    size = f" (+{changed.change.added} −{changed.change.removed} words)" if changed.change else ""
    doubt = "".join(f" – {doubt}" for doubt in changed.doubts)
    when = between(changed.changed_after, changed.first_captured)
    entry: etree._Element = _ATOM.entry(
        _ATOM.id(f"urn:uuid:{uuid.uuid5(_NAMES, f'{vendor}/{type_}/{changed.name}')}"),
        _ATOM.title(_clean(f"{vendor} changed its {type_}{size}{doubt}")),
        _ATOM.published(changed.first_captured),
        _ATOM.updated(changed.first_captured),
        _ATOM.link(rel="alternate", type="text/html", href=address),
        _ATOM.category(term=_clean(type_)),
        _ATOM.content(_content(changed, when, address), type="html"),
    )
    return entry


def _content(changed: Changed, when: str, address: str) -> str:
    html = Markup("<p>Changed {}.</p>").format(when)
    for doubt in changed.doubts:
        html += Markup("<p><em>Note: {}.</em></p>").format(doubt)
    return str(html + (_told(changed.change.excerpt, address) if changed.change else ""))


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


def _clean(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
