"""A generated archive: policies whose pages differ in their bytes at each capture, and seldom in their texts."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CHANGES_EVERY = 15
"""Captures from one change of a text to the next: as in six real histories (2026-11)."""
_WORDS = """
we you your our the data information account service policy privacy personal collect use share process store delete
retain provide receive request contact third party partner device browser cookie address name email payment location
content support security law right consent purpose legal basis interest transfer country protect disclose access correct
object restrict portability complaint authority notice change update date when where with without from about under over
before after if unless and or not only also because whether
"""
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_GZIP = 16 + zlib.MAX_WBITS


def vendors(policies: int) -> str:
    """The vendors file of so many policies."""
    return "\n".join(
        f'[[policy]]\nvendor = "shop{number}.example"\ntype = "privacy policy"\nurls = ["{address(number)}"]\n'
        for number in range(policies)
    )


def address(number: int) -> str:
    """Where the policy with a number was captured."""
    return f"https://shop{number}.example/privacy"


def write(path: Path, policies: int, captures: int) -> list[str]:
    """Write a WARC file with so many captures of each policy; return where each is played back."""
    played = []
    with path.open("wb") as file:
        for number in range(policies):
            for at, body in enumerate(_pages(number, captures)):
                when = _FIRST + timedelta(days=4000 * at / captures)
                file.write(_record(address(number), when, body))
                played.append(f"/web/{when:%Y%m%d%H%M%S}id_/{address(number)}")
    return played


def _record(url: str, when: datetime, body: bytes) -> bytes:
    record = BytesIO()
    writer = WARCWriter(record, gzip=False)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": f"{when:%Y-%m-%dT%H:%M:%SZ}"},
        )
    )
    return zlib.compress(record.getvalue(), 1, _GZIP)


def _pages(number: int, captures: int) -> Iterator[bytes]:
    text = Random(number)
    sections = [[_sentence(text) for _ in range(12)] for _ in range(24)]
    for at in range(captures):
        if at and at % CHANGES_EVERY == 0:
            text.choice(sections)[text.randrange(12)] = _sentence(text)
        yield _page(number, sections, Random(f"{number} {at}")).encode()


def _sentence(rng: Random) -> str:
    words = rng.choices(_WORDS.split(), k=rng.randint(8, 22))
    return f"{words[0].capitalize()} {' '.join(words[1:])}."


def _page(number: int, sections: list[list[str]], rng: Random) -> str:
    """A page as shops have them: menus, scripts and a footer around the text, and a nonce in several places."""
    menu = "".join(f'<li class="item"><a href="/c/{at}">Section {at}</a></li>' for at in range(80))
    state = ",".join(f'{{"id":"{rng.getrandbits(64):x}","price":{rng.randint(1, 999)}}}' for _ in range(600))
    body = "".join(
        f'<section id="s{at}"><h2>{at}. {section[0].split(" ")[0]}</h2>'
        f"<p>{' '.join(section[:6])}</p><ul><li>{'</li><li>'.join(section[6:])}</li></ul></section>"
        for at, section in enumerate(sections, 1)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Privacy policy - Shop {number}</title>'
        f'<meta name="csrf" content="{rng.getrandbits(128):x}"><style>{".item{margin:0}" * 400}</style>'
        f'<link rel="stylesheet" href="/assets/{rng.getrandbits(64):x}.css">'
        f"<script>window.state=[{state}]</script></head><body><header><nav><ul>{menu}</ul></nav></header>"
        f'<main><article data-id="{rng.getrandbits(64):x}"><h1>Privacy policy</h1>{body}</article></main>'
        f"<footer><nav><ul>{menu}</ul></nav><p>Shop {number} Ltd, all rights reserved.</p></footer></body></html>"
    )
