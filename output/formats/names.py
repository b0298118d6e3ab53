"""Names of files and folders made from names in the corpus: whatever those are, no path leads out of an export."""

import hashlib
import re

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f/\\<>:"|?*%\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')
"""What file systems, git's streams or readers of a listing take for something else; and %, which stands for them."""
_MAX_BYTES = 200
"""Of a name: file systems hold 255, and an ending and a number may follow."""


def safe(name: str) -> str:
    """A name that can name one file or folder: different names stay different, and ordinary ones as they are."""
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
    """A text as it can stand on one line of a message or a terminal: nothing in it controls what shows it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
