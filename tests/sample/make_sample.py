"""Write the sample archive: `python tests/sample/make_sample.py [FOLDER]` makes sample.warc.gz and truth.json there.

Without FOLDER they are written beside this script. The same each time: dates and noise come from seeded generators.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

import sites
import to_discover
from histories import HISTORIES, Event, History, Stretch
from pages import challenge, error, home, page
from texts import text
from warc import Capture, response, write

SAID = {"redirect": "The document has moved.", "error": "Please come back later."}


@dataclass(frozen=True, slots=True)
class Told:
    """A capture and what is true of it: its kind, the label of the text it shows, or the `reason` why it shows none.

    `listed`: it was made at one of the policy's URLs.
    """

    capture: Capture
    kind: str
    label: str = ""
    reason: str = ""
    listed: bool = True


def moment(iso: str) -> datetime:
    """A date of the histories as a time."""
    return datetime.fromisoformat(iso).replace(tzinfo=UTC)


def dates(stretch: Stretch, rng: Random) -> list[datetime]:
    """When the archive came by: in bursts, and then not for a long time."""
    gaps = [0.0005 if rng.random() < 0.25 else 0.02 + rng.random() ** 3 for _ in range(len(stretch.captures) + 1)]
    start, end = moment(stretch.start), moment(stretch.end)
    span = (end - start).total_seconds() / sum(gaps)
    return [start + timedelta(seconds=int(span * sum(gaps[: n + 1]))) for n in range(len(stretch.captures))]


def show(history: History, stretch: Stretch, when: datetime, url: str, coding: str) -> Capture:
    """A capture of the policy's page."""
    look = stretch.look
    seed, made = (stretch.start, moment(stretch.start)) if look.steady else (f"{when} {url}", when)
    body = page(look, *text(history.text, stretch.label), made, Random(f"{history.text} {seed}"))
    extra: tuple[str, ...] = (f"Set-Cookie: session={int(when.timestamp()) * 7919:x}; path=/",)
    if look.cloudflare:
        extra = (f"CF-RAY: {int(when.timestamp()):08x}c0de{when.second:04x}-AMS", "Vary: Accept-Encoding")
    elif look.steady:
        extra = ('ETag: "5a-1f3c"',)
    kept = response(when, url, "200 OK", look.content_type, body, coding=coding, extra=extra)
    return replace(kept, request=history.requests)


def pages_of(history: History, stretch: Stretch, rng: Random) -> Iterator[Told]:
    """The captures of one stretch: pages, and revisit records of the page before them."""
    before: Capture | None = None
    for n, (coding, when) in enumerate(zip(stretch.captures, dates(stretch, rng), strict=True)):
        url = stretch.urls[n % len(stretch.urls)]
        if coding in "RN":
            assert before is not None, "a revisit record needs a page before it"
            assert stretch.look.steady, "only a page that stays the same is revisited"
            again = response(when, url, "200 OK", stretch.look.content_type, before.body, extra=('ETag: "5a-1f3c"',))
            if coding == "N":
                again = replace(again, status="304 Not Modified", headers=again.headers[:3])
            yield Told(replace(again, body=b"", refers=before), "revisit", stretch.label)
        else:
            before = show(history, stretch, when, url, coding)
            yield Told(before, "page", stretch.label)


def happened(history: History, event: Event) -> Iterator[Told]:
    """The captures of one event."""
    when = moment(event.at)
    host = event.url.split("/")[2]
    if event.kind == "challenge":
        body, kind = challenge(host, when, Random(event.at)), "text/html; charset=UTF-8"
    else:
        body, kind = error(host, event.status, SAID[event.kind]), "text/html; charset=iso-8859-1"
    extra = (f"Location: {event.location}",) if event.location else ()
    yield Told(response(when, event.url, event.status, kind, body, extra=extra), event.kind, reason=event.reason)
    if event.lands:
        then = when + timedelta(seconds=event.lands)
        stretch = [s for s in history.stretches if moment(s.start) <= then][-1]
        landed = show(history, stretch, then, event.location, "P")
        yield Told(landed, "page", stretch.label, listed=event.listed)


def tell(history: History) -> list[Told]:
    """All captures of a policy, in order."""
    rng = Random(f"{history.vendor} {history.type}")
    told = [t for stretch in history.stretches for t in pages_of(history, stretch, rng)]
    told += [t for event in history.events for t in happened(history, event)]
    return sorted(told, key=lambda t: (t.capture.when, t.capture.url))


def truth(history: History, told: list[Told]) -> dict[str, object]:
    """What a right reading of the archive finds for a policy; tests/sample/README.md describes the parts."""

    def place(t: Told) -> tuple[str, str]:
        return t.capture.timestamp, t.capture.url

    listed = [t for t in told if t.listed]
    runs = [next(run) for _, run in groupby((t for t in listed if t.label), key=lambda t: t.label)]
    return {
        "vendor": history.vendor,
        "type": history.type,
        "texts": {s.label: s.about for s in history.stretches if s.about},
        "revisions": [[*place(t), t.label] for t in runs],
        "captures": dict(sorted(Counter(t.kind for t in listed).items())),
        "reasons": [[*place(t), t.reason] for t in listed if t.reason],
        "elsewhere": [place(t) for t in told if not t.listed],
        "snapshots": [[*place(t), t.kind, t.label] for t in listed],
    }


def others() -> Iterator[Capture]:
    """Captures that belong to no policy, as every crawl has them."""
    for site, when in ((sites.HARBOURLIGHT, "2012-07-01T00:10:20"), (sites.BRINDLECART, "2016-02-29T12:30:00")):
        yield response(moment(when), f"http://{site.host}/", "200 OK", "text/html; charset=utf-8", home(site))
    robots = f"http://{sites.BRINDLECART.host}/robots.txt"
    for when, url, site in to_discover.FRONT_PAGES:
        yield response(moment(when), url, "200 OK", "text/html; charset=utf-8", home(site))
    yield response(moment("2016-02-29T12:29:58"), robots, "200 OK", "text/plain", b"User-agent: *\nDisallow: /buy\n")


def as_rows(story: dict[str, object]) -> str:
    """A policy's truth as JSON with a line a row, which reads well in a diff."""

    def dump(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    def part(value: object) -> str:
        return "[\n    " + ",\n    ".join(map(dump, value)) + "]" if value and isinstance(value, list) else dump(value)

    return "{" + ",\n  ".join(f"{dump(key)}: {part(value)}" for key, value in story.items()) + "}"


def main(folder: Path) -> None:
    """Write both files into `folder`."""
    stories = [(history, tell(history)) for history in HISTORIES]
    beside = [(history, tell(history)) for history in to_discover.HISTORIES]
    captures = [t.capture for _, told in [*stories, *beside] for t in told] + list(others())
    write(folder / "sample.warc.gz", sorted(captures, key=lambda c: (c.when, c.url)))
    found, there = (",\n".join(as_rows(truth(*story)) for story in some) for some in (stories, beside))
    said = f'{{"policies": [\n{found}\n],\n"to_discover": [\n{there}\n]}}\n'
    (folder / "truth.json").write_text(said, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
