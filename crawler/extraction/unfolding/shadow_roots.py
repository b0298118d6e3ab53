"""Declarative shadow roots: a template's content takes the place of its host's children, which fill its slots."""

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.unfolding.texts import legible

# https://dom.spec.whatwg.org/#valid-shadow-host-name; in others the template stays one, and unseen.
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HOSTS = frozenset(
    ("article", "aside", "blockquote", "body", "div", "footer", *_HEADINGS, "header", "main", "nav", "p")
) | {"section", "span"}
# No page has elements of this name; if one did, they would lose their tags.
_FILLED = "policytrail-slot"

_Slots = dict[str, HtmlElement]


def show_shadow_roots(tree: HtmlElement) -> bool:
    """Put the content of every shadow root in its host's place, in the time of one walk. Return whether there are any.

    What fills no slot is not shown by a browser, and goes. A plain template stays as it is.
    """
    roots = _roots(tree)
    for template, slots in roots.items():
        _show(template, slots)
    for slots in roots.values():
        for slot in slots.values():
            slot.tag = _FILLED
    if roots:
        etree.strip_tags(tree, _FILLED)
    return bool(roots)


def _roots(tree: HtmlElement) -> dict[HtmlElement, _Slots]:
    """Return the templates that are shadow roots, each with its own slots by name: of two, the first is filled."""
    roots: dict[HtmlElement, _Slots] = {}
    hosts: set[HtmlElement] = set()
    around: list[HtmlElement] = []
    walk = etree.iterwalk(tree, events=("start", "end"), tag=("template", "slot"))
    for event, element in walk:
        if element.tag == "slot":
            if event == "start" and around:
                roots[around[-1]].setdefault((element.get("name") or "").strip(), element)
        elif event == "end":
            if around and around[-1] is element:
                around.pop()
        else:
            host = element.getparent()
            if _is_root(element) and host is not None and _is_host(host) and host not in hosts:
                hosts.add(host)
                roots[element] = {}
                around.append(element)
            else:
                walk.skip_subtree()
    return roots


def _is_root(template: HtmlElement) -> bool:
    mode = template.get("shadowrootmode") or template.get("shadowroot") or ""
    return mode.strip().lower() in {"open", "closed"}


def _is_host(element: HtmlElement) -> bool:
    return element.tag in _HOSTS or "-" in element.tag


def _show(template: HtmlElement, slots: _Slots) -> None:
    host = template.getparent()
    filling: dict[str, list[HtmlElement | str]] = {}
    if host.text and not host.text.isspace():
        filling.setdefault("", []).append(host.text)
    for child in list(host):
        tail, child.tail = child.tail, None
        host.remove(child)
        if child is not template and isinstance(child.tag, str):
            filling.setdefault((child.get("slot") or "").strip(), []).append(child)
        if tail and (not tail.isspace() or "" in filling):
            filling.setdefault("", []).append(tail)
    host.text = legible(template.text)
    for child in list(template):
        host.append(child)
    for name, slot in slots.items():
        if nodes := filling.get(name):
            _fill(slot, nodes)


def _fill(slot: HtmlElement, nodes: list[HtmlElement | str]) -> None:
    for fallback in list(slot):
        slot.remove(fallback)
    slot.text = None
    last: HtmlElement | None = None
    for node in nodes:
        if not isinstance(node, str):
            slot.append(node)
            last = node
        elif last is None:
            slot.text = (slot.text or "") + (legible(node) or "")
        else:
            last.tail = (last.tail or "") + (legible(node) or "")
