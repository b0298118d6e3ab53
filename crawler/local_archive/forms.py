"""What an archive file is, by its first bytes: WARC or ARC, plain or compressed; and Zstandard, one frame at a time.

gzip's members and Zstandard's frames hold one record each, as a rule, so that a record can be reached by its offset.

WARC in Zstandard: https://iipc.github.io/warc-specifications/specifications/warc-zstd/. ARC: version 1 of
https://archive.org/web/researcher/ArcFileFormat.php.
"""

import gzip
import re
import sys
import zlib
from typing import IO, BinaryIO, Literal, NamedTuple, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
ZIP = b"PK"

ARC_RECORD = re.compile(rb"(?:filedesc://|https?://|ftp://|dns:|whois:)[^\n]* \S+ \d{8,14} \S+ \d+\r?\n", re.IGNORECASE)
"""The header of a record in an ARC file: URL, IP address, date, content type, length."""

_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
_SKIPPABLE_FRAME = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_MAX_DICTIONARY = 16 << 20  # zstd makes dictionaries of 110 KiB; those of large collections have a few MiB
_MAX_WINDOW_LOG = 27  # 128 MiB, the most that zstd itself takes without being told
_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG}
_HEAD = 2048
_OTHERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x04\x22\x4d\x18": "LZ4",
}


class NotReadError(Exception):
    """A file is not read; the message says why and what to do."""


class Form(NamedTuple):
    """How the records of a file stand in it: ``start`` is the offset of the first."""

    compression: Literal["none", "gzip", "zstd"] = "none"
    is_arc: bool = False
    dictionary: bytes | None = None
    start: int = 0


PLAIN = Form()


def form_of(stream: BinaryIO) -> Form:
    """Return the form of a file. Raises `NotReadError` if it is one that is not read, and `OSError`."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if other := next((name for magic, name in _OTHERS.items() if head.startswith(magic)), None):
        raise NotReadError(f"this is a {other} file, which is not read; unpack it")
    if head.startswith(ZIP):
        raise NotReadError("this is a ZIP file within another; unpack it")
    if head.startswith(GZIP):
        return Form("gzip", _is_arc(_inflated(head)))
    if head.startswith(ZSTD) or _SKIPPABLE_FRAME.match(head):
        return _zstd_form(stream, head)
    return Form("none", _is_arc(head))


def _is_arc(head: bytes) -> bool:
    if not ARC_RECORD.match(head):
        first, _, rest = head.partition(b"\n")
        if first.startswith(b"filedesc://") and rest.startswith(b"2 "):
            raise NotReadError("this is an ARC file of version 2, which is not read; convert it to WARC")
        return False
    return True


def _inflated(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _HEAD)
    except zlib.error:
        return b""


def _zstd_form(stream: BinaryIO, head: bytes) -> Form:
    start, dictionary = 0, None
    if head.startswith(_DICTIONARY_FRAME):
        size = int.from_bytes(head[4:8], "little")
        start = 8 + size
        dictionary = _dictionary(stream, size)
        stream.seek(start)
        head = stream.read(_HEAD)
    try:
        frame = ZstdFrame(dictionary)
        said = frame.decompress(head)[:_HEAD]
    except zstd.ZstdError:
        said = b""
    return Form("zstd", _is_arc(said), dictionary, start)


def _dictionary(stream: BinaryIO, size: int) -> bytes:
    """Return the dictionary in the first frame, which may be compressed itself."""
    if size > _MAX_DICTIONARY:
        raise NotReadError(f"its Zstandard dictionary has {size:,} bytes, more than {_MAX_DICTIONARY:,}; use zstd -d")
    stream.seek(8)
    data = stream.read(size)
    try:
        if data.startswith(ZSTD):
            data = zstd.ZstdDecompressor(options=_OPTIONS).decompress(data, _MAX_DICTIONARY)
        zstd.ZstdDecompressor(zstd_dict=zstd.ZstdDict(data))
    except (zstd.ZstdError, ValueError) as error:
        raise NotReadError(f"its Zstandard dictionary cannot be read ({error}); fetch the file again") from error
    return data


class ZstdFrame:
    """A decompressor of one frame, used as zlib's are: what follows the frame is `unused_data`."""

    def __init__(self, dictionary: bytes | None) -> None:
        known = zstd.ZstdDict(dictionary) if dictionary is not None else None
        self._frame = zstd.ZstdDecompressor(zstd_dict=known, options=_OPTIONS)
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        """Whether the frame's end was reached."""
        return self._frame.eof

    def decompress(self, data: bytes) -> bytes:
        """Return what the data gives, and keep what follows the frame. Raises `zstd.ZstdError`."""
        if self.eof:
            self.unused_data += data
            return b""
        given: bytes = self._frame.decompress(data)
        self.unused_data = self._frame.unused_data
        return given

    def flush(self) -> bytes:
        """Return nothing: there is never anything left."""
        return b""


def unpacking(stream: BinaryIO, form: Form) -> IO[bytes]:
    """Return a reader of the plain records in a compressed file, all its members or frames in one."""
    stream.seek(form.start)
    if form.compression == "zstd":
        known = zstd.ZstdDict(form.dictionary) if form.dictionary is not None else None
        return cast("IO[bytes]", zstd.ZstdFile(stream, zstd_dict=known, options=_OPTIONS))
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))


ZSTD_ERROR = zstd.ZstdError
UNPACKING_ERRORS = (EOFError, zlib.error, zstd.ZstdError, OSError)
"""What such a reader raises where a file is damaged or ends early."""
