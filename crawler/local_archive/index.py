"""The captures of a local archive by URL and time, and the payload that a revisit repeats."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter

from crawler.local_archive.captures import ArchivedRecord, place
from crawler.timestamps import nearest_moment


class CaptureIndex:
    """Captures sorted by (urlkey, timestamp)."""

    def __init__(self, captures: Sequence[ArchivedRecord]) -> None:
        self.captures = captures
        repeated = {capture.digest for capture in captures if capture.is_revisit}
        self._originals: defaultdict[str, list[ArchivedRecord]] = defaultdict(list)
        for capture in captures:
            if capture.digest in repeated and not capture.is_revisit:
                self._originals[capture.digest].append(capture)

    def at(self, urlkey: str, timestamp: str) -> Sequence[ArchivedRecord]:
        """Return the captures of a URL at one second: more than one if http redirected to https within it."""
        start = bisect_left(self.captures, (urlkey, timestamp), key=place)
        return self.captures[start : bisect_right(self.captures, (urlkey, timestamp), lo=start, key=place)]

    def original(self, capture: ArchivedRecord) -> ArchivedRecord | None:
        """Return the capture with the payload: for a revisit, the one it refers to, or one with its digest, or None."""
        if not capture.is_revisit:
            return capture
        if capture.refers_to:
            referred = [other for other in self.at(*capture.refers_to) if not other.is_revisit]
            if referred:
                return max(referred, key=lambda other: other.digest == capture.digest)
        same = self._originals.get(capture.digest, [])
        # The latest of the same URL before it, if there is one.
        return max(
            same,
            key=lambda other: (other.urlkey == capture.urlkey, other.timestamp <= capture.timestamp, other.timestamp),
            default=None,
        )

    def nearest(self, urlkey: str, timestamp: str, *, pages_only: bool = False) -> ArchivedRecord | None:
        """Return the playable capture of a URL that is nearest in time, the earlier one of two; None if there is none.

        ``pages_only`` leaves redirects out.
        """
        wanted = nearest_moment(timestamp)
        start = bisect_left(self.captures, urlkey, key=attrgetter("urlkey"))
        of_url = self.captures[start : bisect_right(self.captures, urlkey, lo=start, key=attrgetter("urlkey"))]
        by_distance = sorted(of_url, key=lambda capture: abs(nearest_moment(capture.timestamp) - wanted))
        playable = (capture for capture in by_distance if self.original(capture))
        return next((capture for capture in playable if not (pages_only and capture.is_redirect)), None)
