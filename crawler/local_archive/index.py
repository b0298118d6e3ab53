"""The captures of a local archive, and the questions that replay and the CDX server ask of them."""

from bisect import bisect_left
from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from crawler.local_archive.captures import Capture


class CaptureIndex:
    """Captures sorted by (urlkey, timestamp)."""

    def __init__(self, captures: Sequence[Capture]) -> None:
        self.captures = captures
        repeated = {capture.digest for capture in captures if capture.is_revisit}
        self._originals: defaultdict[str, list[Capture]] = defaultdict(list)
        for capture in captures:
            if capture.digest in repeated and not capture.is_revisit:
                self._originals[capture.digest].append(capture)

    def of_url(self, urlkey: str) -> Sequence[Capture]:
        """All captures of a URL, by time."""
        start = bisect_left(self.captures, urlkey, key=_urlkey)
        stop = bisect_left(self.captures, urlkey + "\0", lo=start, key=_urlkey)
        return self.captures[start:stop]

    def at(self, urlkey: str, timestamp: str) -> Sequence[Capture]:
        """The captures of a URL at one second: more than one where http redirected to https within it."""
        start = bisect_left(self.captures, (urlkey, timestamp), key=_position)
        stop = bisect_left(self.captures, (urlkey, timestamp + "\0"), lo=start, key=_position)
        return self.captures[start:stop]

    def original(self, capture: Capture) -> Capture | None:
        """The capture that holds the payload: the one a revisit refers to, else one with its digest, else None."""
        if not capture.is_revisit:
            return capture
        if capture.refers_to:
            referred = [other for other in self.at(*capture.refers_to) if not other.is_revisit]
            if referred:
                return max(referred, key=lambda other: other.digest == capture.digest)
        same = self._originals.get(capture.digest, [])
        # The latest of the same URL before it, where there is one.
        return max(
            same,
            key=lambda other: (other.urlkey == capture.urlkey, other.timestamp <= capture.timestamp, other.timestamp),
            default=None,
        )

    def nearest(self, urlkey: str, timestamp: str, *, pages_only: bool = False) -> Capture | None:
        """The playable capture of a URL nearest in time, or the nearest that is no redirect; the earlier one of two."""
        wanted = moment(timestamp)
        by_distance = sorted(self.of_url(urlkey), key=lambda capture: abs(moment(capture.timestamp) - wanted))
        playable = (capture for capture in by_distance if self.original(capture))
        return next((capture for capture in playable if not (pages_only and capture.is_redirect)), None)


def moment(timestamp: str) -> datetime:
    """The time of a timestamp of 1 or more digits; an impossible month, day or hour becomes the nearest possible."""
    digits = timestamp[:14]
    year = max(int(digits[:4].ljust(4, "0")), 1)
    month, day, hour, minute, second = (int(digits[at : at + 2] or 0) for at in range(4, 14, 2))
    month = min(max(month, 1), 12)
    day = min(max(day, 1), monthrange(year, month)[1])
    return datetime(year, month, day, min(hour, 23), min(minute, 59), min(second, 59), tzinfo=UTC)


def _urlkey(capture: Capture) -> str:
    return capture.urlkey


def _position(capture: Capture) -> tuple[str, str]:
    return capture.urlkey, capture.timestamp
