"""Which links of a page lead to a policy of the page's own publisher, and to which type of policy."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from crawler.discovery import addresses, scoring
from crawler.discovery.addresses import AddressReading
from crawler.discovery.anchors import Anchor, anchors, joined
from crawler.discovery.folding import fold_letters
from crawler.discovery.places import place
from crawler.discovery.publisher import Publisher, host_of, publisher
from crawler.discovery.state import state_anchors
from crawler.discovery.words import Kind, Reading, known_words
from crawler.extraction import charset, page

_SURE_ENOUGH: Final = 0.5
_LONGEST_EVIDENCE: Final = 200
_HEADLINE: Final = 80  # characters; longer texts that name no policy are no links to one, whatever their address says
_NEAR: Final = 5  # links before and after
_OWN: Final = frozenset({Publisher.SAME_HOST, Publisher.SAME_DOMAIN})
_ALL: Final = 0.99  # a share that is all but rounding


@dataclass(frozen=True, slots=True)
class PolicyLink:
    """A link to a policy of the page's publisher."""

    url: str
    """Absolute, without fragment and without an archive's prefix."""
    type: str
    """Open Terms Archive's name: "Privacy Policy"."""
    score: float
    """How sure it is, from 0 to 1."""
    text: str
    """What the page says for it, in one line of at most 200 characters."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead to a policy, and what speaks for and against it."""

    url: str
    type: str
    texts: tuple[str, ...]
    features: dict[str, float]


def policy_links(body: bytes | str, url: str) -> list[PolicyLink]:
    """Return the links of a page to its publisher's policies, the surest first, each address once.

    ``url`` is the page's address. Nothing is raised: a page that is too big to be read has no links.
    """
    text = charset.decode(body, None, url) if isinstance(body, bytes) else body
    try:
        tree = page.parse(text)
    except page.PageTooBigError:
        return []
    # The state of an application holds much that is never shown: it is read where the markup has no such links.
    return _best(candidates(tree, url, anchors(tree))) or _best(candidates(tree, url, state_anchors(tree)))


def _best(found: Iterable[Candidate]) -> list[PolicyLink]:
    best: dict[str, PolicyLink] = {}
    for candidate in found:
        sure = round(scoring.score(candidate.features), 4)
        evidence = (candidate.texts or ("",))[0][:_LONGEST_EVIDENCE]
        key = _key(candidate.url)
        known = best.get(key)
        if sure >= _SURE_ENOUGH and (known is None or known.score < sure):
            best[key] = PolicyLink(known.url if known else candidate.url, candidate.type, sure, evidence)
    return sorted(best.values(), key=lambda link: -link.score)


def candidates(tree: HtmlElement, url: str, links: Iterable[Anchor]) -> Iterator[Candidate]:
    """Yield the links whose text or address names a policy, in their order. ``url`` is the page's address."""
    url = joined(url, "") or url
    base = joined(url, page.base_url(tree) or "") or url
    own, host = _key(url), host_of(url)
    found: list[tuple[Anchor, str, Reading | None, AddressReading, Publisher]] = []
    links = list(links)
    last = links[-1].order + 1 if links else 1
    said = _naming(text for anchor in links for text in anchor.texts)
    policies = addresses.naming(anchor.address for anchor in links)
    for anchor in links:
        reading = _surest(anchor, said)
        if reading is None and anchor.texts and len(anchor.texts[0]) > _HEADLINE:
            continue
        if reading or anchor.address in policies:
            absolute = joined(base, anchor.address)
            if absolute is not None and _key(absolute) != own:
                address = addresses.read(anchor.address)
                found.append((anchor, absolute, reading, address, publisher(host_of(absolute), host)))
    sure = [
        (anchor.order, _type(reading, address), whose)
        for anchor, _, reading, address, whose in found
        if _says_only(reading)
    ]
    orders = [order for order, _, _ in sure]
    owned = {type_ for _, type_, whose in sure if whose in _OWN}
    for anchor, absolute, reading, address, whose in found:
        around = bisect_right(orders, anchor.order + _NEAR) - bisect_left(orders, anchor.order - _NEAR)
        near = around - _says_only(reading)
        type_ = _type(reading, address)
        where, position = place(anchor.element), anchor.order / last
        link = scoring.Link(anchor.texts, reading, address, type_, whose, where, near, type_ in owned, position)
        yield Candidate(absolute, type_, anchor.texts, scoring.features(link))


def _says_only(reading: Reading | None) -> bool:
    return reading is not None and reading.share > _ALL


def _naming(texts: Iterable[str]) -> dict[str, Reading]:
    """Return what those of some texts say that name a policy."""
    ascii_only: dict[bool, list[str]] = {True: [], False: []}  # apart: folding others takes its time
    for text in dict.fromkeys(texts):
        ascii_only[text.isascii()].append(text)
    found = {}
    for batch in filter(None, ascii_only.values()):
        for text, likely in zip(batch, known_words().likely(fold_letters("\n".join(batch))), strict=True):
            if likely and (reading := known_words().read(text)).named:
                found[text] = reading
    return found


def _surest(anchor: Anchor, said: Mapping[str, Reading]) -> Reading | None:
    """Return what the most telling of a link's texts says; None if none names a policy."""
    best = None
    for text in anchor.texts:
        if (reading := said.get(text)) is not None and (named := reading.named) is not None:
            rank = (named.kind == Kind.NAME, reading.share)
            if best is None or rank > best[0]:
                best = (rank, reading)
    return best[1] if best else None


def _type(reading: Reading | None, address: AddressReading) -> str:
    named = reading.named if reading else None
    if named is None:
        return str(address.type)
    return str(named.type)


def _key(url: str) -> str:
    """Return what an address is known by: scheme, www. and the last slash make no difference."""
    bare = url.partition("://")[2].removeprefix("www.")
    host, slash, path = bare.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")
