"""Discoveries without Scrapy or a network: an archive of invented sites that answers, and what a discovery came to."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from invented_sites import SITES, Capture, Site
from invented_texts import OTHERS, POLICIES

from crawler.archive.domain_index import Row
from crawler.archive.urlkey import urlkey
from crawler.discovery.addresses import PATH_WORDS
from crawler.discovery.links import policy_links
from crawler.discovery.machine import Discovery
from crawler.discovery.questions import (
    Answer,
    CaptureQuestion,
    IndexQuestion,
    Led,
    MonthsQuestion,
    Nothing,
    Question,
    Read,
    Rows,
    Said,
)
from crawler.discovery.sketch import sketch
from crawler.model import Playback

Found = set[tuple[str, str | None, frozenset[str]]]
"""Policies: type, language, and the keys of their addresses."""

_WORDS = re.compile(PATH_WORDS.removeprefix("(?i)"))
_TITLES = {title: (type_, lang, text) for (type_, _), (title, lang, text) in POLICIES.items()}
_FRAME = re.compile(rb'<frame name="(?!top)\w+" src="([^"]+)"')


class QuickArchive:
    """An archive that answers for sites, and reads a page by its title; it counts what it is asked."""

    def __init__(self, sites: Iterable[Site] = SITES) -> None:
        self.asked: Counter[str] = Counter()
        self.captures = _of_all() if sites is SITES else _captures(sites)

    def answer(self, question: Question) -> Answer:
        self.asked[question.key] += 1
        match question:
            case IndexQuestion(domain=domain, years=years):
                host = urlkey(f"http://{domain}/").removesuffix(")/")
                keys = [
                    key
                    for key in self.captures
                    if key.startswith(host) and (key == f"{host})/" or _is_worded(key, host))
                ]
                rows = [row for key in sorted(keys) for row in self.rows(key)]
                first, last = years or ("", None)
                return Rows(tuple(row for row in rows if first <= row.timestamp[:4] <= (last or "9")))
            case MonthsQuestion(url=url):
                return Rows(tuple(self.rows(urlkey(url))))
            case CaptureQuestion(playback=playback):
                return self.play(playback, question.reads)

    def rows(self, key: str) -> list[Row]:
        """The first capture of each month that is no error."""
        months: dict[str, Row] = {}
        for one in self.captures.get(key, []):
            if (status := int(one.status[:3])) < 400:
                months.setdefault(one.timestamp[:6], Row(one.url, one.timestamp, status))
        return list(months.values())

    def play(self, playback: Playback, reads: bool) -> Answer:
        found = self.captures.get(urlkey(playback.url))
        if not found:
            return Nothing("not archived")
        one = min(found, key=lambda capture: abs(int(capture.timestamp) - int(playback.timestamp)))
        if one.timestamp != playback.timestamp:
            return Led(Playback(one.timestamp, one.url), archived=False)
        if one.location:
            return Led(Playback(one.timestamp, one.location), archived=True)
        return _read(one, reads) if one.status.startswith("200") else Nothing(one.status)


@cache
def _of_all() -> dict[str, list[Capture]]:
    return _captures(SITES)


def _captures(sites: Iterable[Site]) -> dict[str, list[Capture]]:
    by_key: dict[str, list[Capture]] = {}
    for site in sites:
        for one in sorted(site.captures, key=lambda capture: capture.timestamp):
            by_key.setdefault(urlkey(one.url), []).append(one)
    return by_key


def _is_worded(key: str, host: str) -> bool:
    return key.startswith((f"{host})", f"{host},")) and bool(_WORDS.search(key.removeprefix(host)))


@cache
def _read(one: Capture, reads: bool) -> Read:
    frames = tuple(one.url.rpartition("/")[0] + path.decode() for path in _FRAME.findall(one.body))
    if one.mimetype != "application/pdf":
        links = tuple(policy_links(one.body, one.url))
        title = re.search(rb"<h1>(.*?)</h1>", one.body)
        named = title[1].decode().replace("&#x27;", "'") if title else ""
    else:
        links, named = (), "Privacy Policy"
    if not reads or frames:
        return Read(links, frames)
    if named in _TITLES:
        type_, language, text = _TITLES[named]
        return Read(links, frames, Said(True, type_, 0.99, language, 300, sketch(text)))
    if named in {"Page not found", urlkey(one.url).partition(")")[0]} or b"is for sale" in one.body:
        return Read(links, frames)
    texts = [text for title, text in OTHERS.values() if title == named]
    return Read(links, frames, Said(False, None, 0.02, "en", len((texts or [""])[0].split()), sketch(named)))


def discover(
    archive: QuickArchive,
    discovery: Discovery,
    known: dict[str, Answer] | None = None,
    order: Callable[[list[Question]], list[Question]] = list,
    most: int = 1000,
) -> bool:
    """Let a discovery ask an archive what is not ``known``, in some order; return whether it ended."""
    known = {} if known is None else known
    while questions := discovery.questions():
        waiting: list[Question] = []
        for question in questions:
            if question.key in known:
                discovery.receive(question, known[question.key])
            else:
                waiting.append(question)
        for question in order(waiting):
            if archive.asked.total() >= most:
                return False
            known[question.key] = archive.answer(question)
            discovery.receive(question, known[question.key])
    assert discovery.finished
    return True


def found(discovery: Discovery) -> Found:
    """The policies that were found."""
    return {
        (policy.type, policy.language, frozenset(urlkey(one.url) for one in policy.addresses))
        for policy in discovery.policies()
    }


def truth(site: Site) -> Found:
    """The policies that a site had."""
    return {(one.type, one.language, frozenset(map(urlkey, one.urls))) for one in site.policies}
