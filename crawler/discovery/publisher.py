"""Whose an address is: the page's own publisher's, somebody's whose brand it shares, a known vendor's, or anybody's."""

import tomllib
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from crawler.vendors.suffixes import registrable_domain

_BRAND_AT_LEAST: Final = 4
_COMMON_START_AT_LEAST: Final = 6

_FILE: Final = tomllib.loads(Path(__file__).with_name("vendors.toml").read_text("utf-8"))
_VENDORS: Final = frozenset(_FILE["names"])
_GROUPS: Final = [frozenset(group) for group in _FILE["groups"]]


class Publisher(Enum):
    """Who publishes what is at an address, as seen from a page."""

    SAME_HOST = "the page's host"
    SAME_DOMAIN = "the page's registrable domain"
    BRAND = "a domain that shares the page's brand"
    VENDOR = "a vendor whose policies others link"
    OTHER = "somebody else, or the page's publisher under another name"


def host_of(url: str) -> str:
    """Return the host of an address without ``www.``; empty if it has none."""
    try:
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    return host.removeprefix("www.")


def publisher(host: str, page_host: str) -> Publisher:
    """Tell whose an address at a host is, as seen from a page at another."""
    if host == page_host:
        return Publisher.SAME_HOST
    domain, page_domain = registrable_domain(host), registrable_domain(page_host)
    if domain == page_domain:
        return Publisher.SAME_DOMAIN
    name, page_name = _name(domain), _name(page_domain)
    if _shared(name, page_name) or _shared(page_name, name):
        return Publisher.BRAND
    return Publisher.VENDOR if name in _VENDORS or domain in _VENDORS else Publisher.OTHER


def _name(domain: str) -> str:
    """Return the name in a registrable domain: "bbc" of "bbc.co.uk"; an IP address is one name."""
    name, _, suffix = domain.partition(".")
    return domain if suffix.replace(".", "").isdigit() else name


def _shared(name: str, other: str) -> bool:
    if name == other or any(name in group and other in group for group in _GROUPS):
        return True
    if len(name) >= _BRAND_AT_LEAST and name in other:
        return True
    start = 0
    for one, two in zip(name, other, strict=False):
        if one != two:
            break
        start += 1
    return start >= _COMMON_START_AT_LEAST
