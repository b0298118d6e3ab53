"""From a policy's text to the bytes of a page of its time: layout, what changes at each request, encoding."""

import re
from dataclasses import dataclass
from datetime import datetime
from html.entities import codepoint2name
from pathlib import Path
from random import Random
from string import Template

from sites import Site

LOOKS = Path(__file__).parent / "looks"
DECODER = "/cdn-cgi/l/email-protection"
SCRIPT = '<script data-cfasync="false" src="/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js"></script>'
FONT = '<font face="Verdana, Arial, Helvetica" size="{}">'


@dataclass(frozen=True, slots=True)
class Look:
    """How a site was built for some years.

    `era` names a file in looks/. `charset` is the codec of the bytes and `declared` what the page calls it ("": the
    same), in its head and, with `header`, in the response's Content-Type too. A `steady` page is the same at each
    request.
    """

    site: Site
    era: str
    charset: str = "utf-8"
    declared: str = ""
    header: bool = True
    cloudflare: bool = False
    consent: bool = False
    steady: bool = False

    @property
    def content_type(self) -> str:
        """The value of the response's Content-Type."""
        return f"text/html; charset={self.declared or self.charset}" if self.header else "text/html"


def fill(look: str, /, **values: str) -> str:
    """The file looks/`look`.html with its $places filled."""
    return Template((LOOKS / f"{look}.html").read_text("utf-8")).substitute(values)


def digits(rng: Random, count: int, alphabet: str = "0123456789abcdef") -> str:
    """`count` random characters. Only random() is used: Python promises that it stays the same for a seed."""
    return "".join(alphabet[int(rng.random() * len(alphabet))] for _ in range(count))


def protect(address: str, key: int) -> str:
    """An address as Cloudflare's e-mail obfuscation writes it: the key and each byte XOR the key, in hexadecimal."""
    return f"{key:02x}" + "".join(f"{byte ^ key:02x}" for byte in address.encode())


def address(look: Look, rng: Random, mail: str) -> str:
    """An e-mail address in a page: a link, or (`app`) plain text, and either of them after Cloudflare's pass."""
    linked = look.era != "app"
    if not look.cloudflare:
        return f'<a href="mailto:{mail}">{mail}</a>' if linked else mail
    first, second = (protect(mail, int(rng.random() * 256)) for _ in range(2))
    if linked:
        hidden = f'<span class="__cf_email__" data-cfemail="{second}">[email&#160;protected]</span>'
        return f'<a href="{DECODER}#{first}">{hidden}</a>'
    return f'<a href="{DECODER}" class="__cf_email__" data-cfemail="{first}">[email&#160;protected]</a>'


def dress(look: Look, rng: Random, session: str, html: str) -> str:
    """The policy's text in the markup of the era."""
    html = re.sub(r"\{\{(\S+?)\}\}", lambda m: address(look, rng, m[1]), html)
    if look.era == "tables":
        html = re.sub(r"<h1>(.*?)</h1>", rf"<p>{FONT.format(4)}<b>\1</b></font></p>", html)
        html = re.sub(r"<h2>(.*?)</h2>", rf"<p>{FONT.format(2)}<b>\1</b></font></p>", html)
        html = re.sub(r"<p>(?!<font)(.*?)</p>", rf"<p>{FONT.format(2)}\1</font></p>", html, flags=re.DOTALL)
        html = re.sub(r"<(ul|ol.*?)>\n", rf"<\1>{FONT.format(2)}\n", html)
        return re.sub(r"</(ul|ol)>", r"</font></\1>", html)
    if look.era == "app":
        count = iter(range(1, 99))
        html = re.sub(r"<(h[23])>", lambda m: f'<{m[1]} id="s{next(count)}" class="c-prose__title">', html)
        return re.sub(r"\s+", " ", html)
    return re.sub(r'href="(/(?!cdn-cgi)[^"]*)"', rf'href="\1{session}"', html)


def around(look: Look, rng: Random, session: str) -> tuple[str, str]:
    """Navigation and three teasers, in the markup of the era."""
    order = sorted(look.site.teasers, key=lambda _: rng.random())[:3]
    if look.era == "tables":
        menu = f'<tr><td bgcolor="#FFFFFF">{FONT.format(1)}<a class="menu" href="{{}}">{{}}</a></font></td></tr>'
        item = f"<tr><td>{FONT.format(1)}<b>{{}}</b><br>{{}}</font></td></tr>"
    elif look.era == "divs":
        menu = f'<li><a href="{{}}{session}">{{}}</a></li>'
        item = '<div class="box"><h4>{}</h4><p>{}</p></div>'
    else:
        menu = '<li class="menu-item"><a href="{}">{}</a></li>'
        item = '<div class="card"><h3><a href="/blog/">{}</a></h3><p>{}</p></div>'
    nav = "\n".join(menu.format(*entry) for entry in look.site.nav)
    return nav, "\n".join(item.format(*teaser) for teaser in order)


def encode(html: str, charset: str) -> bytes:
    """The page's bytes; for `ascii` with entities, as authors wrote umlauts before UTF-8."""
    if charset == "ascii":
        html = "".join(f"&{codepoint2name[ord(c)]};" if c > "\x7f" and ord(c) in codepoint2name else c for c in html)
    return html.encode(charset)


def page(look: Look, title: str, html: str, when: datetime, rng: Random) -> bytes:
    """The body of a page that shows a policy. Whatever differs between two requests is drawn from `rng`."""
    site = look.site
    token = digits(rng, 24)
    session = "" if look.steady or look.era != "divs" else f"?sid={digits(rng, 16)}"
    closing = "" if look.era in ("tables", "cms", "app") else " /"
    declared = look.declared or look.charset
    meta = f'<meta charset="{declared}">\n'
    if look.era in ("tables", "divs"):
        meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"{closing}>\n'
    nav, teasers = around(look, rng, session)
    if site.below:
        html += f"<p>{site.below.format(when=when)}</p>"
    whole = fill(
        look.era,
        meta=meta,
        title=title,
        text=dress(look, rng, session, html).strip(),
        nav=nav,
        teasers=teasers,
        name=site.name,
        tagline=site.tagline,
        colour=site.colour,
        news=site.news,
        foot=site.foot,
        cookie=site.cookie,
        lang=site.lang,
        hex=token,
        hash=protect(site.host, 7)[:8],
        digit=digits(rng, 1, "12345678"),
        number=digits(rng, 4, "123456789"),
        stamp=f"{when:%Y-%m-%d %H:%M:%S}",
        session=session,
        consent=fill("consent", name=site.name, hex=token) if look.consent else "",
        tail=f"{SCRIPT}\n" if look.cloudflare else "",
    )
    return encode(whole, look.charset)


def challenge(host: str, when: datetime, rng: Random) -> bytes:
    """The page of an invented firewall that wants to see a browser first."""
    values = {"hex": digits(rng, 32), "number": digits(rng, 6, "123456789"), "stamp": f"{when:%Y-%m-%dT%H:%M:%SZ}"}
    return fill("challenge", host=host, **values).encode()


def error(host: str, status: str, message: str) -> bytes:
    """What a web server says of itself, with an error or beside a redirect."""
    return fill("error", host=host, status=status, heading=status.partition(" ")[2], message=message).encode()


def home(site: Site) -> bytes:
    """A vendor's front page, which no policy is read from."""
    nav = "\n".join(f'<li><a href="{href}">{words}</a></li>' for href, words in site.nav)
    head = {"meta": '<meta charset="utf-8">\n', "lang": site.lang, "name": site.name}
    return fill("home", nav=nav, tagline=site.tagline, foot=site.foot, **head).encode()
