"""Safe names of files and folders, made from names in the corpus, so that no path leads out of an export."""

import hashlib
import re

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f/\\<>:"|?*%\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')
"""Characters that file systems, git or readers of a listing take for something else; and %, which encodes them."""
_MAX_BYTES = 200
"""File systems hold names of 255 bytes; an ending and a number may follow."""


def safe(name: str) -> str:
    """Return a name for a file or folder: different names stay different, ordinary ones stay as they are."""
    made = _NOT_IN_NAMES.sub(lambda found: _encoded(found[0]), name)
    if made[:1] in {".", "-", " ", "~"}:  # hidden, an option, lost, a home
        made = _encoded(made[0]) + made[1:]
    if made[-1:] in {".", " "}:
        made = made[:-1] + _encoded(made[-1])
    if len(made.encode()) > _MAX_BYTES:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        made = made.encode()[: _MAX_BYTES - 17].decode("utf-8", "ignore") + "%" + digest
    return made or "%"


def line(text: str) -> str:
    """Return a text as one line, without characters that control what displays it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
