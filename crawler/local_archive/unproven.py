"""The captures of archive files as the heads of their records tell them: each is to be read before it counts.

What is read is proven by who reads it. For all else, above all that a capture is not there, all files are read: once
something is not as it is listed, or at the end, if that is so of a record that nobody asked for.
"""

from collections.abc import Callable, Mapping, Sequence

from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.files import ArchiveFile
from crawler.local_archive.heads import Place, is_whole
from crawler.local_archive.index import CaptureIndex


class UnprovenIndex(CaptureIndex):
    """Captures by `list_captures`, and where records are; ``read_all`` is called once, if that turns out not to do."""

    def __init__(
        self,
        captures: Sequence[ArchivedRecord],
        places: Mapping[ArchiveFile, Sequence[Place]],
        read_all: Callable[[], Sequence[ArchivedRecord]],
    ) -> None:
        super().__init__(captures)
        self._read_all = read_all
        self._unread = {file: {place.offset: place for place in of_file} for file, of_file in places.items()}
        self.proven: CaptureIndex | None = None
        """The captures that are there, if all files had to be read."""

    def prove(self) -> CaptureIndex:
        """Return the captures that are there; the log says what is not read. Raises what ``read_all`` does."""
        if self.proven is None:
            self.proven = CaptureIndex(self._read_all())
        return self.proven

    def note_read(self, capture: ArchivedRecord) -> None:
        """Note that a record is whole, and nothing but the record that it is listed as."""
        self._unread[capture.file].pop(capture.offset, None)

    def prove_rest(self) -> None:
        """Make sure that what was not read could have been: that there is no damage of which the log says nothing."""
        if self.proven is None and not all(map(self._is_rest_whole, self._unread)):
            self.prove()

    def _is_rest_whole(self, file: ArchiveFile) -> bool:
        rest = self._unread[file].values()
        try:
            with file.open() as stream:
                return all(is_whole(stream, place) for place in rest)
        except OSError:
            return False
