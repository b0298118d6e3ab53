"""A file of records, wherever it stands: on the disk, as a part of a ZIP, or unpacked to a temporary file.

What has to be unpacked, since its records cannot be reached by their offsets, goes into one temporary file without a
name, of a bounded size: nothing that an archive names is ever written to, and nothing is left behind.
"""

import io
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from crawler.local_archive.forms import PLAIN, UNPACKING_ERRORS, Form, NotReadError, unpacking
from crawler.visible import visible

MAX_COPIES = 2 << 30
"""Bytes that may be unpacked: temporary folders are often in memory."""

_CHUNK = 1 << 20


class Copies:
    """The temporary file that holds what had to be unpacked; it goes with the last `ArchiveFile` in it."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._end = 0

    @property
    def file(self) -> BinaryIO:
        """The file, made when the first copy is."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="policytrail-")  # noqa: SIM115 - open as long as its copies
            weakref.finalize(self, self._file.close)
        return self._file

    def add(self, source: IO[bytes], damage: tuple[type[Exception], ...] = ()) -> tuple[tuple[int, int], bool]:
        """Copy what a reader gives; return the copy's offset and size, and whether it is whole.

        Of a reader that raises one of ``damage``, what it gave before is copied. Raises `NotReadError` if there is no
        room, and what else the reader raises.
        """
        start, whole = self._end, True
        while whole:
            try:
                if not (chunk := source.read(_CHUNK)):
                    break
            except damage:
                whole = False
            else:
                self._append(chunk, start)
        return (start, self._end - start), whole

    def _append(self, chunk: bytes, start: int) -> None:
        """Put a chunk at the end. Raises `NotReadError` if there is no room, and takes away the copy from its start."""
        try:
            if self._end + len(chunk) > MAX_COPIES:
                raise NotReadError(
                    f"it has to be unpacked, and all that has to be is larger than {MAX_COPIES >> 30} GiB; unpack it"
                    " (gunzip, zstd -d, unzip), or compress its records one by one (warcio recompress)"
                )
            self.file.seek(self._end)
            self.file.write(chunk)
        except OSError as error:
            self._end = start
            where = tempfile.gettempdir()
            raise NotReadError(f"it cannot be unpacked to {where} ({error.strerror}); set TMPDIR") from error
        except NotReadError:
            self._end = start
            raise
        self._end += len(chunk)


class _Part(io.RawIOBase):
    """A stretch of a file, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, size: int, *, owned: bool) -> None:
        self._file, self._start, self._size, self._owned = file, start, size, owned
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._start + self._position)  # each time: copies share their file
        data = self._file.read(min(len(buffer), max(self._size - self._position, 0)))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        if self._owned and not self.closed:
            self._file.close()
        super().close()


@dataclass(frozen=True, slots=True, eq=False)
class ArchiveFile:
    """A file of records: on the disk, a part of a WACZ, or a copy of either."""

    shown: str
    """Its path for messages, with its name within a WACZ."""
    path: Path
    form: Form = PLAIN
    part: tuple[int, int] | None = None
    """Its offset and size, if it is not the whole file."""
    copies: Copies | None = None
    """What it was unpacked to, if it was."""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.shown).name

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""
        if self.copies is not None and self.part is not None:
            return _Part(self.copies.file, *self.part, owned=False)  # type: ignore[return-value]
        file = self.path.open("rb")
        return file if self.part is None else _Part(file, *self.part, owned=True)  # type: ignore[return-value]

    def unpacked(self, copies: Copies) -> "tuple[ArchiveFile, bool]":
        """Return a plain copy of a compressed file, and whether it is whole. Raises `NotReadError` and `OSError`."""
        with self.open() as stream:
            part, whole = copies.add(unpacking(stream, self.form), UNPACKING_ERRORS)
        return ArchiveFile(self.shown, self.path, Form(is_arc=self.form.is_arc), part, copies), whole


def legible(name: Path | str) -> str:
    """Return a name for messages: on one line, with nothing invisible, of a bounded length."""
    text = visible(str(name))
    return text if len(text) <= 500 else f"{text[:240]}…{text[-240:]}"
