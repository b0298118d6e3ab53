"""Keeps what the answers for one policy lead to in the order in which it was found out."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Outbox(Generic[T]):
    """What is on its way out.

    Scrapy may hold up a callback between two of its items and run another one meanwhile, whose items would overtake
    them. So one callback at a time gives out, and what others have to give waits for it.
    """

    def __init__(self) -> None:
        self._waiting: deque[Iterable[T]] = deque()
        self._busy = False

    def give(self, *outputs: Iterable[T]) -> Iterator[T]:
        """Put this behind what waits already; to be iterated over by the callback that has it."""
        self._waiting += outputs
        return self._take()

    def _take(self) -> Iterator[T]:
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                yield from self._waiting.popleft()
        finally:
            self._busy = False
