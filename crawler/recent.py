"""The bodies of the documents that were read last, in bounded memory: what may not be in the corpus yet."""

from collections import OrderedDict

_ROOM = 32_000_000
"""Characters in all. Some thousand documents; of those that were read, the pipelines store each within moments."""


class RecentBodies:
    """Bodies by content hash; where room is needed, those go first that were put in first."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._bodies: OrderedDict[str, str] = OrderedDict()

    def put(self, document: str, body: str) -> None:
        """Keep a document's body."""
        self._room += len(self._bodies.pop(document, ""))
        self._bodies[document] = body
        self._room -= len(body)
        while self._room < 0:
            self._room += len(self._bodies.popitem(last=False)[1])

    def get(self, document: str) -> str | None:
        """A document's body, if it is still here."""
        return self._bodies.get(document)
