"""The archive files in a WACZ, which is a ZIP (https://specs.webrecorder.net/wacz/1.1.1/).

As a rule they are stored in it as they are, and are read in their place.
"""

import io
import lzma
import os
import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from crawler.local_archive.files import ArchiveFile, Copies, legible
from crawler.local_archive.forms import NotReadError, form_of

# A WACZ has a few files. Python holds the whole list of a ZIP in memory, at ten times its size.
_MAX_LIST = 8 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
BROKEN_ZIP = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, IndexError, OverflowError),
    *(struct.error, zlib.error, lzma.LZMAError),
)
"""What `zipfile` raises for a ZIP that is damaged, or packed in a way that it does not know."""


def zipped_files(path: Path, suffixes: tuple[str, ...], copies: Copies) -> tuple[list[ArchiveFile], Counter[str]]:
    """Return the archive files in a ZIP, and those that are not read by name and reason.

    Raises `NotReadError` for a ZIP that cannot be read or holds none, and `OSError`.
    """
    files: list[ArchiveFile] = []
    unread: Counter[str] = Counter()
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        try:
            with zipfile.ZipFile(_ListBounded(stream)) as archive:
                entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
                if sum(entry.compress_size for entry in entries) > size:
                    raise NotReadError("its entries overlap, as in a ZIP bomb; pack it anew")
                for entry in entries:
                    if not entry.filename.lower().endswith(suffixes):
                        continue
                    shown = legible(f"{path}/{entry.filename}")
                    try:
                        files.append(_zipped(ArchiveFile(shown, path), stream, archive, entry, copies))
                    except NotReadError as error:
                        unread[f"{shown}: {error}"] += 1
        except BROKEN_ZIP as error:
            raise NotReadError(f"it cannot be read as a ZIP ({legible(str(error))}); fetch it again") from error
    if not files and not unread:
        raise NotReadError("this is a ZIP file without archive files in it")
    return files, unread


def _zipped(
    file: ArchiveFile, stream: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, copies: Copies
) -> ArchiveFile:
    """Return an entry as a file of records. Raises `NotReadError`."""
    if entry.flag_bits & 1:
        raise NotReadError("it is encrypted; unpack it")
    if entry.compress_type == zipfile.ZIP_STORED:
        size = entry.compress_size
        stream.seek(entry.header_offset)
        signature, name, extra = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        start = entry.header_offset + _LOCAL_HEADER.size + name + extra
        if signature != b"PK\x03\x04" or start + size > stream.seek(0, os.SEEK_END):
            raise NotReadError("the ZIP is damaged where it should be; fetch the ZIP again")
        file = replace(file, part=(start, size))
    else:
        try:
            with archive.open(entry) as packed:
                file = replace(file, part=copies.add(packed)[0], copies=copies)
        except (*BROKEN_ZIP, OSError) as error:  # bzip2's errors are such
            raise NotReadError(f"it cannot be unpacked ({legible(str(error))}); unpack the ZIP") from error
    with file.open() as opened:
        return replace(file, form=form_of(opened))


class _ListBounded(io.RawIOBase):
    """A ZIP for `zipfile`, which reads the whole list of entries at once: not if it is beyond all measure."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_LIST:
            raise zipfile.BadZipFile(f"its list of entries is larger than {_MAX_LIST >> 20} MiB")
        return self._stream.read(size)
