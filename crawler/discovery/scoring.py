"""How sure it is that a link leads to a policy: a logistic model of what the page and the address say."""

import math
from dataclasses import dataclass
from typing import Final

from crawler.discovery.addresses import AddressReading
from crawler.discovery.places import Place
from crawler.discovery.publisher import Publisher
from crawler.discovery.words import Kind, Reading, known_words

_ALL: Final = 0.99  # a share that is all but rounding
_NOT_OWN: Final = frozenset({Publisher.OTHER, Publisher.VENDOR, Publisher.BRAND})
_MOSTLY: Final = 0.6
_MAIN: Final = frozenset({"Privacy Policy", "Terms of Service", "Trackers Policy", "Imprint"})

# Fitted on 191 pages of 187 sites (the development half of a benchmark without a fifth of its sites, 2026-11), pulled
# towards what we expected beforehand, so that what hardly occurs there keeps its expected weight. A new feature needs
# all of them fitted anew.
WEIGHTS: Final[dict[str, float]] = {
    "bias": -1.5,
    "name": 1.97,
    "whole name": 0.57,
    "alone": -1.03,
    "whole alone": 1.6,
    "share": 1.35,
    "begins": 0.8,
    "ends": 0.11,
    "other words": -0.87,
    "against": -1.32,
    "says nothing": -0.1,
    "says other": 0.05,
    "address whole": 2.85,
    "address alone": -0.23,
    "address part": -0.17,
    "address folder": 0.37,
    "agree": -0.19,
    "disagree": 0.26,
    "address against": -1.84,
    "dated": -0.58,
    "slug": -1.34,
    "brand": 0.29,
    "other": -0.9,
    "vendor": -4.26,
    "own has it": -3.12,
    "other prose": -1.95,
    "foot": 0.43,
    "consent": 0.16,
    "prose": -0.42,
    "near": 0.34,
    "late": 0.49,
    "minor type": -0.82,
}


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of a link that may lead to a policy."""

    texts: tuple[str, ...]
    reading: Reading | None
    """What its most telling text says; None if none names a policy."""
    address: AddressReading
    type: str
    whose: Publisher
    place: Place
    near: int
    """Links near it that say nothing but the name of a policy."""
    own_has_it: bool
    """The page's own domain has a policy of this type, by another link of the page."""
    position: float
    """Where it stands among the page's links: 0 first, 1 last."""


def features(link: Link) -> dict[str, float]:
    """Return what speaks for and against a link, by name; what is 0 is left out."""
    reading, address, place = link.reading, link.address, link.place
    named = reading.named if reading else None
    share = reading.share if reading else 0.0
    text = link.texts[0] if link.texts else ""
    whole = share > _ALL
    in_address = address.type is not None
    found = {
        "bias": 1.0,
        "name": named is not None and named.kind == Kind.NAME,
        "whole name": named is not None and named.kind == Kind.NAME and whole,
        "alone": named is not None and named.kind < Kind.NAME,
        "whole alone": named is not None and named.kind < Kind.NAME and whole,
        "share": share,
        "begins": named is not None and named.start == 0 and not whole,
        "ends": named is not None and reading is not None and named.end == reading.letters and not whole,
        "other words": min(1.0, (1 - share) * reading.letters / 60) if reading else 0.0,
        "against": min(2, reading.against) if reading else 0,
        "says nothing": reading is None and known_words().beside(text) > _MOSTLY if text else reading is None,
        "says other": reading is None and bool(text) and known_words().beside(text) <= _MOSTLY,
        "address whole": address.last and not address.against and address.share > _ALL and address.kind != Kind.ALONE,
        "address alone": address.last and address.share > _ALL and address.kind == Kind.ALONE,
        "address part": address.share if address.last and (address.share <= _ALL or address.against) else 0,
        "address folder": address.folder,
        "agree": named is not None and named.type == address.type,
        "disagree": named is not None and in_address and named.type != address.type,
        "address against": min(2, address.against),
        "dated": address.dated,
        "slug": min(1.0, max(0, address.words - 4) / 6) if not (named and named.start == 0) else 0,
        "brand": link.whose is Publisher.BRAND,
        "other": link.whose is Publisher.OTHER,
        "vendor": link.whose is Publisher.VENDOR,
        "own has it": link.own_has_it and link.whose in _NOT_OWN,
        "other prose": place.prose if link.whose in _NOT_OWN else 0,
        "foot": place.foot,
        "consent": place.consent,
        "prose": place.prose,
        "near": min(link.near, 3) / 3,
        "late": link.position,
        "minor type": link.type not in _MAIN,
    }
    return {name: float(value) for name, value in found.items() if value}


def score(found: dict[str, float]) -> float:
    """Return how sure it is, from 0 to 1."""
    return 1 / (1 + math.exp(-sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())))
