"""Bytes to text in one encoding of the Encoding Standard (https://encoding.spec.whatwg.org/), as browsers decode it.

Python's codecs do most of it. What they lack of the standard is here: NEC's and IBM's characters in EUC-JP and
ISO-2022-JP, the euro in GBK, bytes without a character in windows-1252. Compared over every pair of bytes with the
decoder of a browser's engine (2026-11).
"""

import codecs
import re
from collections.abc import Callable
from typing import Final

# Names of the standard for which Python has a codec under another name, a superset of the same characters.
_CODECS: Final = {
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "gbk": "gb18030",
    "ibm866": "cp866",
    "iso-8859-8-i": "iso8859-8",
    "macintosh": "mac-roman",
    "shift_jis": "cp932",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
}
# Characters that Python's codec gives, and those of the standard in their place.
_GB18030_2022: Final = dict(zip(range(0xE78D, 0xE797), map(ord, "︐︒︑︓︔︕︖︗︘︙"), strict=True))
_OTHERS: Final = {
    "big5": str.maketrans("•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡"),
    "gb18030": _GB18030_2022,
    "gbk": _GB18030_2022,
    "koi8-u": str.maketrans("╝╬", "ўЎ"),
}
_USER_DEFINED: Final = {byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_EUC = re.compile(rb"((?:[\xa1-\xfe]{2})+)|\x8e([\xa1-\xdf])|(\x8f[\xa1-\xfe]{2})|([^\x80-\xff]+)|(.)", re.DOTALL)


def text(body: bytes, encoding: str) -> str:
    """Return the text of bytes. Never raises; bytes that the encoding does not know become U+FFFD.

    ``encoding`` is a name of the standard, in lower case.
    """
    if decoder := _OWN.get(encoding):
        return decoder(body)
    decoded = body.decode(_CODECS.get(encoding, encoding), _AS_BROWSERS)
    return decoded.translate(_OTHERS[encoding]) if encoding in _OTHERS else decoded


def _as_browsers(error: UnicodeError) -> tuple[str, int]:
    """Replace bytes that a codec does not know; those from 0x80 to 0x9F are controls in all single-byte encodings."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start]
    if error.encoding == "charmap" and byte < 0xA0:
        return chr(byte), error.start + 1
    if error.encoding == "gb18030" and byte == 0x80:
        return "€", error.start + 1
    return "\ufffd", error.end


_AS_BROWSERS: Final = "policytrail.as_browsers"
codecs.register_error(_AS_BROWSERS, _as_browsers)


def _euc_jp(body: bytes) -> str:
    parts = []
    for pairs, katakana, supplementary, ascii_, other in _EUC.findall(body):
        if ascii_:
            parts.append(ascii_.decode("ascii"))
        elif pairs:
            parts.append(_jis_x_0208(pairs))
        elif katakana:
            parts.append(chr(katakana[0] - 0xA1 + 0xFF61))
        elif supplementary:
            parts.append(supplementary.decode("euc_jp", "replace")[:1])
        else:
            parts.append("\ufffd" if other else "")
    return "".join(parts)


def _iso_2022_jp(body: bytes) -> str:
    parts = []
    mode = b"(B"
    for index, piece in enumerate(_ESCAPE.split(body)):
        if index % 2:
            mode = piece
        elif mode.startswith(b"$"):
            for part in re.split(rb"((?:[\x21-\x7e]{2})+)", piece):
                shifted = bytes(byte | 0x80 for byte in part)
                parts.append(_jis_x_0208(shifted) if _is_pairs(part) else part.decode("ascii", "replace"))
        elif mode == b"(I":
            parts.append("".join(chr(b + 0xFF40) if 0x21 <= b <= 0x5F else chr(b) for b in piece))
        else:
            roman = piece.decode("ascii", "replace")
            parts.append(roman.translate({0x5C: "¥", 0x7E: "‾"}) if mode == b"(J" else roman)
    return "".join(parts)


def _is_pairs(part: bytes) -> bool:
    return len(part) > 1 and len(part) % 2 == 0 and all(0x21 <= byte <= 0x7E for byte in part)


def _jis_x_0208(pairs: bytes) -> str:
    """Return the characters of pairs of EUC bytes, by way of the same rows and cells in Microsoft's Shift_JIS."""
    shifted = bytearray()
    for row, cell in zip(pairs[::2], pairs[1::2], strict=True):
        lead = (row - 0xA1) // 2 + 0x81
        shifted.append(lead if lead < 0xA0 else lead + 0x40)
        if row % 2:
            trail = cell - 0xA1 + 0x40
            shifted.append(trail if trail < 0x7F else trail + 1)
        else:
            shifted.append(cell - 0xA1 + 0x9F)
    return shifted.decode("cp932", "replace")


_OWN: Final[dict[str, Callable[[bytes], str]]] = {
    "euc-jp": _euc_jp,
    "iso-2022-jp": _iso_2022_jp,
    "utf-16le": lambda body: body.decode("utf-16-le", "replace"),
    "utf-16be": lambda body: body.decode("utf-16-be", "replace"),
    "utf-8": lambda body: body.decode("utf-8", "replace"),
    "x-user-defined": lambda body: body.decode("latin-1").translate(_USER_DEFINED),
}
