"""The threads in which pages are made, apart from Datasette's own, whose many small questions wait for no page.

Each has a connection of its own. How many there are bounds how many pages are made at once, and so their memory.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Any
from weakref import WeakKeyDictionary

_POOL = ThreadPoolExecutor(3, "page")
"""Python makes one page at a time; the others are for those that wait for SQLite."""

Execute = Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]


class _Thread(local):
    def __init__(self) -> None:
        self.connections: MutableMapping[Any, sqlite3.Connection] = WeakKeyDictionary()


_THREAD = _Thread()


def of_pages(datasette: Any, name: str) -> Execute:
    """Return what asks one of Datasette's databases in the threads of pages."""
    database = datasette.databases[name]

    def connection() -> sqlite3.Connection:
        if database not in _THREAD.connections:
            made = database.connect()
            datasette._prepare_connection(made, name)
            _THREAD.connections[database] = made
        return _THREAD.connections[database]

    async def execute(ask: Callable[[sqlite3.Connection], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(_POOL, lambda: ask(connection()))

    return execute
