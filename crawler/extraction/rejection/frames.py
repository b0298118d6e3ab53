"""The addresses in a page's frames: where its text may stand, if not in the page."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extraction import page

_NAMED_AT_MOST: Final = 3

# What a policy's address, or the name of its frame, has in it.
_POLICY_WORDS = re.compile(
    r"priva[ct]|polic[yi]|terms|legal|conditions|cookie|gdpr|dsgvo|datenschutz|impr(?:int|essum)|\bagb\b|\btos\b|eula"
    r"|notice|agreement|disclaimer|confidential|mentions|cgu|cgv|aviso|condiciones|informativa|voorwaarden",
    re.IGNORECASE,
)
# Frames around a text.
_AROUND = re.compile(r"menu|\bnav|navi|\btop|head|banner|foot|\bleft|\btoc|logo|sidebar", re.IGNORECASE)
# Frames that vendors put into their pages and that hold none of their text.
_OTHERS = re.compile(
    r"""(?:^|\.)(?:
    googletagmanager\.com | google\.[a-z.]+/(?:recaptcha|maps) | maps\.google\. | accounts\.google\.com | recaptcha\.net
    | hcaptcha\.com | challenges\.cloudflare\.com
    | youtube(?:-nocookie)?\.com | youtu\.be | vimeo\.com | wistia\.(?:com|net) | dailymotion\.com | spotify\.com
    | soundcloud\.com | facebook\.com | twitter\.com | platform\.x\.com | linkedin\.com | instagram\.com | tiktok\.com
    | pinterest\.com | snapchat\.com | addthis\.com | sharethis\.com | disqus\.com | trustpilot\.com
    | doubleclick\.net | googlesyndication\.com | amazon-adsystem\.com | adservice\. | criteo\.(?:com|net) | demdex\.net
    | adsrvr\.org | bing\.com | hotjar\.com
    | intercom(?:cdn)?\.(?:io|com) | zdassets\.com | livechatinc\.com | drift\.com | crisp\.chat | tawk\.to
    | cookielaw\.org | cookiebot\.com | consensu\.org | privacy-mgmt\.com | trustarc\.com | consent\.[a-z.]+ | cmp\.
    | stripe\.(?:com|network) | paypal\.com
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_FRAMES: Final = "//frame | //iframe[not(ancestor::noscript)] | //object[@data] | //embed[@src]"
_PAGES = re.compile(r"text/html|application/(?:xhtml|pdf)", re.IGNORECASE)
_NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<![-\w])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)"
)


def policy_frames(tree: HtmlElement, url: str) -> list[str]:
    """Return the addresses of the frames that, by address or name, hold a policy: at most three, absolute."""
    return [address for address, frame in _frames(tree, url) if _speaks_of_policy(address, frame, url)][:_NAMED_AT_MOST]


def frames(tree: HtmlElement, url: str) -> list[str]:
    """Return the addresses of the frames that could hold a page's text, the likeliest first: at most three."""
    found = policy_frames(tree, url)
    if found:
        return found
    ranked = sorted(_frames(tree, url), key=lambda each: (_is_around(*each), -_size(each[1])))
    return [address for address, _ in ranked[:_NAMED_AT_MOST]]


def _frames(tree: HtmlElement, url: str) -> Iterator[tuple[str, HtmlElement]]:
    try:
        base = urljoin(url, page.base_url(tree) or "")
    except ValueError:  # not a URL
        base = url
    seen: set[str] = set()
    for frame in tree.xpath(_FRAMES):
        address = _address(frame, base)
        if address and address not in seen and _is_shown(frame):
            seen.add(address)
            yield address, frame


def _address(frame: HtmlElement, base: str) -> str:
    """Return the absolute address of a vendor's own frame; empty if it has none, or is another's."""
    names = (
        "src",
        "data-src",
        "data-lazy-src",
        "data",
    )  # those with "data-" are set by a script when the frame is seen
    sources = ((frame.get(name) or "").strip() for name in names)
    source = next((each for each in sources if each and not each.startswith(("about:", "javascript:", "#"))), "")
    if frame.tag in {"object", "embed"} and not (
        _PAGES.search(frame.get("type") or "") or re.search(r"\.(?:pdf|x?html?)(?:$|[?#])", source, re.IGNORECASE)
    ):
        return ""
    try:
        address = str(urljoin(base, source))
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not source or parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    is_anothers = parts.netloc != urlsplit(base).netloc and _OTHERS.search(parts.netloc + parts.path[:40])
    return "" if is_anothers else address.partition("#")[0]


def _is_shown(frame: HtmlElement) -> bool:
    if frame.tag == "frame":
        return True
    if "hidden" in frame.attrib or _NOT_SHOWN.search((frame.get("style") or "").lower()):
        return False
    return (frame.get("width") or "").strip() not in {"0", "1", "0px", "1px"} and (
        frame.get("height") or ""
    ).strip() not in {"0", "1", "0px", "1px"}


def _speaks_of_policy(address: str, frame: HtmlElement, url: str) -> bool:
    # What the frame shares with the page, a vendor's name or "/privacy/", says nothing of the frame.
    own = urlsplit(url)
    for shared in (urljoin(url, "."), f"{own.scheme}://{own.netloc}"):
        address = address.removeprefix(shared)
    names = " ".join(frame.get(name) or "" for name in ("name", "id", "title", "aria-label"))
    return bool(_POLICY_WORDS.search(f"{address} {names}"[:2000]))


def _is_around(address: str, frame: HtmlElement) -> bool:
    names = f"{frame.get('name') or ''} {frame.get('id') or ''}"
    return bool(_AROUND.search(f"{urlsplit(address).path.rpartition('/')[2]} {names}"[:2000]))


def _size(frame: HtmlElement) -> int:
    """Return the area of a frame of a known size; 0 for others."""
    sides = [re.match(r"\s*(\d{1,5})(%?)", frame.get(name) or "") for name in ("width", "height")]
    area = 1
    for side in sides:
        if not side:
            return 0
        area *= int(side[1]) * (10 if side[2] else 1)
    return area
