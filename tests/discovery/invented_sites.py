"""Thirty invented sites through fifteen years, as an archive has them, and the policies that each of them had.

`SITES` says what happened to each; `write(path)` makes a WARC file of their captures, the same each time.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from urllib.parse import urljoin

from fpdf import FPDF
from invented_texts import OTHERS, POLICIES
from warc_writing import WarcFile

FIRST, LAST = 2005, 2020
PRIVACY, TERMS, COOKIES = "Privacy Policy", "Terms of Service", "Trackers Policy"
_HTML = "text/html; charset=utf-8"

Link = tuple[str, str]
"""An address and its words."""
Foot = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Capture:
    """What a server said once."""

    url: str
    timestamp: str
    body: bytes
    status: str = "200 OK"
    mimetype: str = _HTML
    location: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that a site had, with all addresses at which it was captured."""

    type: str
    language: str
    urls: tuple[str, ...]


@dataclass
class Site:
    """A site, to which one adds pages; ``links`` are at the foot of its pages, by the year from which they are."""

    domain: str
    about: str
    first: float = FIRST
    last: float = LAST
    foot: dict[float, Foot] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.domain.partition(".")[0].title()

    def url(self, path: str) -> str:
        return urljoin(f"http://www.{self.domain}/", path)

    def moments(self, url: str, since: float, until: float, every: float) -> Iterable[float]:
        """When the archive came by, the first and the last time not long after and before the ends."""
        draw = random.Random(f"{url} {since}")
        year = since + 0.05
        while year < until - 0.04:
            yield year
            year += every * draw.uniform(0.5, 1.5)
        yield until - 0.03

    def add(self, path: str, since: float, until: float, body: bytes, every: float = 0.5, **more: str) -> None:
        url = self.url(path)
        self.captures += [Capture(url, timestamp(at), body, **more) for at in self.moments(url, since, until, every)]

    def page(
        self, path: str, years: tuple[float, float], title: str, text: str, *, look: str = "foot", lang: str = "en"
    ) -> None:
        """A page with a text, with the links of its time at its foot."""
        url = self.url(path)
        for at in self.moments(url, *years, 0.5):
            self.captures.append(Capture(url, timestamp(at), self._html(title, text, at, look, lang)))

    def _html(self, title: str, text: str, at: float, look: str, lang: str) -> bytes:
        name = {"name": self.name, "domain": self.domain}
        paragraphs = "".join(f"<p>{escape(part.format(**name))}</p>\n" for part in text.split("\n\n"))
        year = max((year for year in self.foot if year <= at), default=None)
        links = "".join(f'<a href="{url}">{words}</a> ' for url, words in self.foot[year]) if year else ""
        script = "<div id='foot'></div><script src='/foot.js'></script>"
        below = script if look == "script" else f"<footer>{links} &copy; {int(at)} {self.name}</footer>"
        nav = '<nav><a href="/">Home</a> <a href="/products">Products</a> <a href="/about">About us</a></nav>'
        return (
            f'<!DOCTYPE html><html lang="{lang}"><head><title>{escape(title.format(**name))}</title></head><body>{nav}'
            f"<main><h1>{escape(title.format(**name))}</h1>\n{paragraphs}</main>{below}</body></html>"
        ).encode()

    def home(self, since: float | None = None, until: float | None = None, look: str = "foot", path: str = "/") -> None:
        _, text = OTHERS["about"]
        self.page(path, (since or self.first, until or self.last), "{name}", text, look=look)

    def other(self, kind: str, path: str, since: float, until: float) -> None:
        """A page that is no policy."""
        self.page(path, (since, until), *OTHERS[kind], look="nothing" if kind == "parked" else "foot")

    def text(self, type_: str, language: str, lived: tuple[str, float, float], look: str = "foot") -> None:
        title, lang, text = POLICIES[type_, language]
        path, *years = lived
        self.page(path, (years[0], years[1]), title, text, look=look, lang=lang)

    def policy(self, type_: str, language: str, *lived: tuple[str, float, float], look: str = "foot") -> None:
        """A policy at its addresses in succession, each with the years in which it was there."""
        for one in lived:
            self.text(type_, language, one, look)
        self.policies.append(Policy(type_, language, tuple(self.url(path) for path, *_ in lived)))

    def moved(self, path: str, to: str, since: float, until: float | None = None) -> None:
        """An address that leads on to another one."""
        url = self.url(to)
        self.add(path, since, until or self.last, b"moved", status="301 Moved Permanently", location=url)

    def gone(self, path: str, since: float, until: float | None = None) -> None:
        self.add(path, since, until or self.last, b"<p>Not found</p>", status="404 Not Found")

    def pdf(self, type_: str, language: str, path: str, since: float, until: float) -> None:
        title, _, text = POLICIES[type_, language]
        made = FPDF()
        made.set_creation_date(datetime(2010, 1, 1, tzinfo=UTC))
        made.add_page()
        made.set_font("Helvetica", size=11)
        made.multi_cell(0, 5, title + "\n\n" + text.format(name=self.name, domain=self.domain))
        self.add(path, since, until, bytes(made.output()), mimetype="application/pdf")
        self.policies.append(Policy(type_, language, (self.url(path),)))


def timestamp(year: float) -> str:
    """The 14 digits of a moment in years."""
    whole = int(year)
    start = datetime(whole, 1, 1, 12, tzinfo=UTC)
    return f"{start + timedelta(days=int((year - whole) * 365)):%Y%m%d%H%M%S}"


def links(privacy: str = "/privacy", terms: str = "/terms", *more: Link) -> Foot:
    """A footer in English."""
    named = ((privacy, "Privacy Policy"), (terms, "Terms of Service"), *more)
    return tuple((url, words) for url, words in named if url)


def site(domain: str, about: str, *foots: tuple[float, Foot], first: float = FIRST, last: float = LAST) -> Site:
    made = Site(f"{domain}.example", about, first, last, dict(foots))
    SITES.append(made)
    return made


SITES: list[Site] = []


def _other_vendor(of: Site) -> Site:
    """A vendor whose captures are in the archive beside a site's."""
    return Site("adnetwork.example", "", of.first, of.last, {}, of.captures)


s = site("anvilgate", "two policies that stay where they are", (FIRST, links()))
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", FIRST, LAST))

s = site(
    "birchlane", "a move with a redirect", (FIRST, links("/privacy.html", "")), (2012, links("/legal/privacy", ""))
)
s.home()
s.policy(PRIVACY, "en", ("/privacy.html", FIRST, 2012), ("/legal/privacy", 2012, LAST))
s.moved("/privacy.html", "/legal/privacy", 2012, 2016)

s = site(
    "cobblework",
    "two moves without a redirect",
    (FIRST, links("/privacy.htm", "")),
    (2009, links("/privacy.php", "")),
    (2014, links("/about/privacy", "")),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy.htm", FIRST, 2009), ("/privacy.php", 2009, 2014), ("/about/privacy", 2014, LAST))
s.gone("/privacy.htm", 2009, 2012)
s.gone("/privacy.php", 2014)

s = site(
    "dunmoor",
    "a move to a host of its own",
    (FIRST, links("/privacy", "")),
    (2014, links("http://legal.dunmoor.example/privacy", "")),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, 2014), ("http://legal.dunmoor.example/privacy", 2014, LAST))
s.moved("/privacy", "http://legal.dunmoor.example/privacy", 2014)

s = site("elderfern", "two languages", (FIRST, links("/privacy", "")))
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policy(PRIVACY, "de", ("/de/datenschutz", 2008, LAST))

s = site("fuentenueva", "Spanish only", (FIRST, (("/politica-de-privacidad", "Política de privacidad"),)))
s.home()
s.policy(PRIVACY, "es", ("/politica-de-privacidad", FIRST, LAST))

s = site(
    "grandpre",
    "French only",
    (FIRST, (("/confidentialite", "Politique de confidentialité"), ("/cgu", "Conditions générales d'utilisation"))),
)
s.home()
s.policy(PRIVACY, "fr", ("/confidentialite", FIRST, LAST))
s.policy(TERMS, "fr", ("/cgu", FIRST, LAST))

s = site(
    "hagedorn",
    "German, and moved",
    (FIRST, (("/datenschutz.html", "Datenschutz"), ("/agb.html", "AGB"))),
    (2013, (("/service/datenschutz", "Datenschutz"), ("/service/agb", "AGB"))),
)
s.home()
s.policy(PRIVACY, "de", ("/datenschutz.html", FIRST, 2013), ("/service/datenschutz", 2013, LAST))
s.policy(TERMS, "de", ("/agb.html", FIRST, 2013), ("/service/agb", 2013, LAST))

s = site("inkwells", "editions for two countries", (FIRST, links("/en-gb/privacy", "")))
s.home()
s.policy(PRIVACY, "en", ("/en-gb/privacy", FIRST, LAST))
s.text(PRIVACY, "en-US", ("/en-us/privacy", 2009, LAST))
s.policies = [
    Policy(PRIVACY, "en-GB", s.policies[0].urls),
    Policy(PRIVACY, "en-US", (s.url("/en-us/privacy"),)),
]

s = site("juniperhall", "one text at two addresses at once", (FIRST, links("/privacy", "")))
s.home()
s.text(PRIVACY, "en", ("/about/privacy-policy.html", 2007, LAST))
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policies = [Policy(PRIVACY, "en", (s.url("/privacy"), s.url("/about/privacy-policy.html")))]

s = site(
    "kettlebrook",
    "a blog about privacy",
    (FIRST, links("/privacy", "/terms", ("/blog/2013/privacy-policies", "Why nobody reads privacy policies"))),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", FIRST, LAST))
s.other("blog", "/blog/2013/privacy-policies", 2013, LAST)
s.other("blog", "/blog/terms-we-never-read", 2015, LAST)

s = site(
    "larkspur",
    "other vendors' policies",
    (
        FIRST,
        links(
            "/privacy",
            "",
            ("http://www.adnetwork.example/privacy", "AdNetwork Privacy Policy"),
            ("https://policies.google.com/privacy", "Google Privacy Policy"),
        ),
    ),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
_other_vendor(s).text(PRIVACY, "en", ("/privacy", FIRST, LAST))

s = site(
    "millrace",
    "advertisements for jobs",
    (FIRST, links("/privacy", "/terms", ("/jobs/privacy-counsel", "Privacy Counsel (m/f)"))),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", 2008, LAST))
s.other("job", "/jobs/privacy-counsel", 2016, 2018)

s = site("northquay", "guides about privacy", (FIRST, links("/privacy", "")))
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.other("guide", "/guides/how-to-write-a-privacy-policy", 2012, LAST)
s.other("settings", "/help/privacy-settings", 2010, LAST)

s = site("oakhurst", "a footer made by a script")
s.home(look="script")
s.policy(PRIVACY, "en", ("/privacy-policy", FIRST, LAST), look="script")
s.policy(TERMS, "en", ("/terms-of-service", FIRST, LAST), look="script")

s = site("pebblemere", "a footer made by a script, and a move")
s.home(look="script")
s.policy(PRIVACY, "en", ("/privacy.asp", FIRST, 2011), ("/legal/privacy-policy", 2011, LAST), look="script")

s = site("quillworth", "home pages that nobody captured", (FIRST, links()))
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", FIRST, LAST))

s = site(
    "rushbottom",
    "home pages that were captured late",
    (FIRST, links("/company/privacy.html", "")),
    (2013, links("/privacy", "")),
)
s.home(since=2016)
s.policy(PRIVACY, "en", ("/company/privacy.html", FIRST, 2013), ("/privacy", 2013, LAST))

s = site("sandgrove", "a host for privacy", (FIRST, links("http://privacy.sandgrove.example/", "/terms")))
s.home()
s.policy(PRIVACY, "en", ("http://privacy.sandgrove.example/", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", FIRST, LAST))

s = site(
    "thistledown",
    "a policy at a sister's domain",
    (FIRST, links("http://www.thistledown-group.example/privacy", "/terms")),
)
s.home()
s.policy(PRIVACY, "en", ("http://www.thistledown-group.example/privacy", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", FIRST, LAST))

s = site("umberfield", "a home page of frames", (FIRST, links("/info/p1.html", "")))
frames = b"""<html><frameset cols="20%,80%">
<frame name="nav" src="/nav.html"><frame name="main" src="/start.html"></frameset></html>"""
s.add("/", FIRST, LAST, frames)
s.page("/nav.html", (FIRST, LAST), "Menu", "Products and prices")
s.page("/start.html", (FIRST, LAST), "{name}", OTHERS["about"][1], look="nothing")
s.policy(PRIVACY, "en", ("/info/p1.html", FIRST, LAST))

s = site("vinehouse", "a policy in a frame", (FIRST, links("/privacy.html", "")))
s.home()
frames = b"""<html><frameset rows="80,*">
<frame name="top" src="/top.html"><frame name="privacy" src="/texts/privacy-text.html"></frameset></html>"""
s.add("/privacy.html", FIRST, LAST, frames)
s.page("/top.html", (FIRST, LAST), "Top", "Welcome")
s.policy(PRIVACY, "en", ("/texts/privacy-text.html", FIRST, LAST))

s = site("wexcombe", "a policy as a PDF", (FIRST, links("/docs/privacy-policy.pdf", "/terms")))
s.home()
s.pdf(PRIVACY, "en", "/docs/privacy-policy.pdf", FIRST, LAST)
s.policy(TERMS, "en", ("/terms", FIRST, LAST))

s = site(
    "yarrowfield",
    "pages that are not found, but do not say so",
    (FIRST, links("/privacy.html", "")),
    (2013, links("/policies/privacy", "")),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy.html", FIRST, 2013), ("/policies/privacy", 2013, LAST))
s.other("soft 404", "/privacy.html", 2013, LAST)

s = site("zellerbach", "a domain that was sold after its vendor's end", (FIRST, links("/privacy", "/terms")))
s.home(until=2013)
s.policy(PRIVACY, "en", ("/privacy", FIRST, 2013))
s.policy(TERMS, "en", ("/terms", FIRST, 2013))
for path in ("/", "/privacy", "/terms"):
    s.other("parked", path, 2013.5, LAST)

s = site(
    "ashcombe",
    "a redesign that led all to its home page",
    (FIRST, links("/privacy.html", "")),
    (2012, links("/info/privacy-notice", "")),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy.html", FIRST, 2012), ("/info/privacy-notice", 2012, LAST))
s.moved("/privacy.html", "/", 2012)

s = site("brackenridge", "an address without words", (FIRST, links("/page?id=17", "")))
s.home()
s.policy(PRIVACY, "en", ("/page?id=17", FIRST, LAST))

s = site(
    "coldharbour",
    "an address without words, and a move",
    (FIRST, links("/p/17.html", "")),
    (2011, links("/privacy", "")),
)
s.home()
s.policy(PRIVACY, "en", ("/p/17.html", FIRST, 2011), ("/privacy", 2011, LAST))

s = site("driftwood", "policies that came late", (FIRST, ()), (2012, links("/privacy", "")))
s.home()
s.policy(PRIVACY, "en", ("/privacy", 2012, LAST))

s = site(
    "eastlight",
    "three policies",
    (FIRST, links()),
    (2011, links("/privacy", "/terms", ("/cookies", "Cookie Policy"))),
)
s.home()
s.policy(PRIVACY, "en", ("/privacy", FIRST, LAST))
s.policy(TERMS, "en", ("/terms", FIRST, LAST))
s.policy(COOKIES, "en", ("/cookies", 2011, LAST))


def write(path: Path, sites: Sequence[Site] = SITES) -> None:
    """Write the captures of sites as a WARC file."""
    file = WarcFile(path)
    for made in sites:
        for one in made.captures:
            headers = [("Content-Type", one.mimetype)] + [("Location", one.location)] * bool(one.location)
            when = datetime.strptime(one.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            file.response(one.url, f"{when:%Y-%m-%dT%H:%M:%SZ}", one.body, status=one.status, headers=tuple(headers))
