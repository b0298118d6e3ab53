"""Checks of the values in a vendors file: each returns the value in the form in use, or raises `Wrong`."""

import re
import unicodedata
from contextlib import suppress
from datetime import date, datetime
from urllib.parse import urlsplit

import idna

from crawler.model import folded_type, type_slug
from crawler.visible import visible

MAX_TYPE = 80
MAX_URL = 2_000
"""Characters of a URL that browsers and servers agree to carry."""
MAX_URLS = 1_000
"""URLs of one policy: each is listed by a request of its own, and 1,000 of them take 40 minutes at the usual rate."""

_MAX_DOMAIN = 253
_MAX_FOLDER_BYTES = 255
_MAX_SHOWN = 100
# A top level domain begins with a letter (RFC 3696 §2), which tells domains from IP addresses.
_DOMAIN = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?=[a-z])[a-z0-9-]{1,63}(?<!-)")
# What the names of files end in, and no domain: "privacy.html" is a page of some site.
_PAGES = frozenset({"htm", "html", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "jspx", "cfm", "txt", "pdf", "doc"})
_TYPE_SIGNS = " -'&,.()+"
# White space, controls, and invisible characters, which come along when one copies an address from a document.
_NOT_IN_URL = re.compile("[\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

_KINDS = {str: "a text", list: "a list", dict: "a table", bool: "true or false", int: "a number", float: "a number"}


class Wrong(ValueError):  # noqa: N818 - a finding, of which a file may have many; callers get a VendorsFileError
    """A value is not allowed. The message says what is wrong and what was expected, but not where."""


def shown(value: str) -> str:
    """Return a text of the file for a message: in quotes, on one line, shortened, with nothing invisible."""
    return f'"{visible(value[:_MAX_SHOWN])}{"…" if len(value) > _MAX_SHOWN else ""}"'


def text(value: object, key: str, expected: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str):
        raise Wrong(f"{key} is {kind(value)}; expected one text in quotes: {expected}.")
    if not value.strip():
        raise Wrong(f"{key} is empty; write {expected}, or leave the key out if it is optional.")
    return value


def texts(value: object, key: str, example: str) -> list[object]:
    """Return a list that is not empty, its elements unchecked."""
    if isinstance(value, str):
        raise Wrong(f"{key} is a text; expected a list, in brackets: {key} = [{shown(value)}].")
    if not isinstance(value, list):
        raise Wrong(f'{key} is {kind(value)}; expected a list: {key} = ["{example}"].')
    if not value:
        raise Wrong(
            f'{key} is an empty list; write at least one: {key} = ["{example}"], or leave it out if it is optional.'
        )
    return value


def kind(value: object) -> str:
    """Return what a TOML value is, in words."""
    return _KINDS.get(type(value), "a date or time")


def vendor(value: object) -> str:
    """Return a domain in lower case and ASCII form (UTS 46)."""
    given = text(value, "vendor", 'a domain like "x-cart.com"')
    name = given.lower()
    if not name.isascii() and len(name) <= _MAX_DOMAIN:
        try:
            name = idna.encode(name, uts46=True, std3_rules=True).decode("ascii")
        except UnicodeError:  # of which idna.IDNAError is one
            name = ""
    if len(name) <= _MAX_DOMAIN and _DOMAIN.fullmatch(name):
        return name
    raise Wrong(
        f"the vendor {shown(given)} is not a domain; write the bare domain, without scheme, port or path, and no IP "
        f'address: vendor = "{_domain_in(given) or "x-cart.com"}".'
    )


def _domain_in(given: str) -> str | None:
    try:
        host = urlsplit(given if "://" in given else f"//{given}").hostname or ""
    except ValueError:
        return None
    return host if _DOMAIN.fullmatch(host) else None


def domain_of(given: str) -> str | None:
    """Return the domain, in ASCII form, that a text is or an address in it has; None if there is none."""
    for name in (given.strip(), _domain_in(given.strip()) or ""):
        with suppress(Wrong):
            return vendor(name)
    return None


def policy_type(value: object) -> str:
    """Return the name of a policy type: a text that can name a folder, in small letters, composed (Unicode's NFC)."""
    given = text(value, "type", 'a name like "privacy policy"')
    name = folded_type(given)
    expected = 'write a name like "terms of service": letters, digits, single spaces and - \' & , . ( ) +'
    wrong = sorted({c for c in name if not (_in_word(c) or c in _TYPE_SIGNS)})
    if wrong:
        raise Wrong(
            f"the type {shown(given)} contains {' '.join(map(shown, wrong[:5]))}, which is not allowed; {expected}."
        )
    if not (name[0].isalpha() or name[0].isdecimal()):
        raise Wrong(f"the type {shown(given)} begins with {shown(name[0])}; {expected}, with a letter or digit first.")
    if name.endswith(" ") or "  " in name:
        raise Wrong(f"the type {shown(given)} has a space at its end, or two in a row; {expected}.")
    if ".." in name:
        raise Wrong(f'the type {shown(given)} contains "..", which the name of a folder cannot contain; {expected}.')
    if len(name) > MAX_TYPE or len(type_slug(name).encode()) > _MAX_FOLDER_BYTES:
        raise Wrong(
            f"the type {shown(given)} has {len(name)} characters; it names a folder, so use at most {MAX_TYPE}."
        )
    return name


def _in_word(character: str) -> bool:
    # Marks are parts of letters: the scripts of India have no words without them.
    return character.isalpha() or character.isdecimal() or unicodedata.category(character).startswith("M")


def url(value: object) -> str:
    """Return the address of a page, as written; with ``https://`` before it where it begins with a domain.

    That is the only reading of ``shop.example/privacy``, and the archive does not tell http from https.
    """
    given = _with_scheme(text(value, "a URL", 'an address like "https://www.x-cart.com/privacy-policy.html"'))
    expected = 'expected an address like "https://www.x-cart.com/privacy-policy.html"'
    if len(given) > MAX_URL:
        raise Wrong(f"the URL {shown(given)} has {len(given):,} characters; use at most {MAX_URL:,}.")
    if found := _NOT_IN_URL.search(given):
        sign = f"U+{ord(found[0]):04X}"
        raise Wrong(f"the URL {shown(given)} contains white space or an invisible character ({sign}); remove it.")
    try:
        split = urlsplit(given)
        host, _port = split.hostname or "", split.port
    except ValueError as error:
        raise Wrong(f"the URL {shown(given)} cannot be read ({shown(str(error))}); {expected}.") from error
    if split.scheme not in ("http", "https"):
        bare = "://" not in given and not given.startswith("//") and _domain_in(given)
        hint = f"write {shown('https://' + given)} if that is meant" if bare else expected
        raise Wrong(f"the URL {shown(given)} does not begin with http:// or https://; {hint}.")
    if "@" in split.netloc:
        raise Wrong(f"the URL of {shown(host)} contains a user name or password; leave out what stands before the @.")
    if "." not in host and ":" not in host:  # a colon: an IPv6 address
        raise Wrong(f"the URL {shown(given)} has no domain or IP address as its host; {expected}.")
    if stands_for_many_pages(given):
        taken = "in the host for all hosts that end so" if "*" in host else "at the end for all pages that begin so"
        sign = "" if "*" in host else f", or write {shown(given[:-1] + '%2A')} if the sign is part of this one"
        raise Wrong(
            f"the URL {shown(given)} is a pattern: one page is one policy; the archive takes the * {taken}. "
            f"List the address of each page{sign}."
        )
    if "#" in given:
        raise Wrong(
            f"the URL {shown(given)} has a fragment, which no server gets to see: the page is the same without it. "
            f"Write {shown(given.partition('#')[0])}; to choose a part of the page, use the keys select, from and to."
        )
    return given


def _with_scheme(given: str) -> str:
    """Return an address that lacks its scheme with one, if it can be read in no other way."""
    bare = given.removeprefix("//")
    host = re.split(r"[/?#]", bare, maxsplit=1)[0].lower()
    if host.rpartition(".")[2] in _PAGES or not _DOMAIN.fullmatch(host):
        return given
    return f"https://{bare}"


def stands_for_many_pages(url: str) -> bool:
    """Tell whether an archive's CDX server takes a URL for a pattern: ``https://x.com/legal/*``, ``*.x.com``.

    Only there does it (internetarchive/wayback, CDXServer.java: getCdx; pywb and OutbackCDX do likewise): a ``*`` in
    the middle of a path or of a query is a sign like others, and ``%2A`` is one everywhere.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return url.endswith("*") or url.startswith("*.") or "*" in host


def selector(value: object, key: str) -> str:
    """Return a CSS selector that works on pages."""
    from crawler import css  # noqa: PLC0415 - lxml, which who reads a corpus does not need

    given = text(value, key, 'a CSS selector like "article" (several in one text, with commas)')
    try:
        css.check(given)
    except css.SelectorError as error:
        raise Wrong(
            f"{key} = {shown(given)} is not a CSS selector that works here: {shown(str(error))[1:-1]}; "
            'write one like "article", "#privacy" or "main > .text".'
        ) from error
    return given


def day(value: object, key: str) -> date:
    """Return the date that a TOML date or an ISO 8601 text gives."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    given = shown(value) if isinstance(value, str) else kind(value)
    raise Wrong(f"{key} is {given}; expected a date without a time: {key} = 2014-05-25.")
