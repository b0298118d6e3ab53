"""Reads pages on an executor, those that say the same once."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from functools import partial

from crawler.bounded_reading import failed
from crawler.errors import WorkersError
from crawler.extraction.said import Text
from crawler.reading import Found, Page, Reading, read_run
from crawler.workers.processes import WorkerDiedError

# Texts that are remembered: consecutive captures mostly show one of a few. A policy has 20,000 characters as a rule.
_MOST_TEXTS = 500
_MOST_CHARACTERS = 16 * 1024 * 1024


class Reader:
    """Reads pages on an executor, in the order in which they come there.

    What a page says is remembered by its fingerprint, so that one like it is parsed, but not extracted again. With each
    page goes which fingerprints are known: any worker may read any page.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._texts: OrderedDict[bytes, Text] = OrderedDict()
        self._characters = 0
        self._known: Mapping[bytes, Text] | None = None  # the texts as they are now
        self._lock = threading.Lock()  # executors answer in threads of theirs

    def read(self, page: Page) -> Future[Found]:
        """Return the future of what a page says. Its exception is a `WorkersError` if nobody is there to read it."""
        return self.read_run([page])[0]

    def read_run(self, pages: Sequence[Page]) -> list[Future[Found]]:
        """Return the futures of what pages say that one worker reads, one after the other: consecutive captures of a
        policy, which are mostly alike. They have the exceptions of `read`; a page that ends its worker costs no other.
        """
        run = _Run(pages, [Future() for _ in pages], _Known(self))
        try:
            readings = self.executor.submit(read_run, pages, run.known)
        except Exception as error:  # whatever an executor says when it has nobody to work any more
            run.fail(WorkersError(f"Nobody reads pages any more ({type(error).__name__}: {error})."))
            return run.found
        readings.add_done_callback(lambda done: self._settle(run, done))
        for one in run.found:
            one.add_done_callback(lambda _: readings.cancel() if run.is_cancelled else None)
        return run.found

    @property
    def is_here(self) -> bool:
        """Whether pages are read in this process, one after the other."""
        return bool(getattr(self.executor, "is_here", False))

    def close(self) -> None:
        """Wait for what is being read, and end the workers."""
        self.executor.shutdown()

    def texts(self) -> Mapping[bytes, Text]:
        """Return the texts that are known now, by their fingerprints."""
        with self._lock:
            if self._known is None:
                self._known = dict(self._texts)
            return self._known

    def _settle(self, run: "_Run", done: Future[list[Reading]]) -> None:
        pages, run.pages = run.pages, ()  # futures and what they call refer to each other; without pages they are small
        if run.is_cancelled:
            return
        try:
            readings = done.result()
        except WorkersError as error:
            run.fail(error)
        except CancelledError:
            run.fail(WorkersError("The workers stopped before all was read."))
        except Exception as error:  # the worker died, or a page cannot be brought there, or what it says back
            if len(pages) > 1:
                for page, one in zip(pages, run.found, strict=True):
                    self.read(page).add_done_callback(partial(_pass_on, one))
            else:
                why = str(error) if isinstance(error, WorkerDiedError) else f"{type(error).__name__}: {error}"
                run.found[0].set_result(failed(why))
        else:
            texts = dict(run.known.texts)
            for reading, one in zip(readings, run.found, strict=True):
                what = self._remembered(reading, texts)
                if not one.cancelled():
                    one.set_result(what)

    def _remembered(self, reading: Reading, texts: dict[bytes, Text]) -> Found:
        same, text = reading
        if text is None:
            assert same is not None
            text = texts[same]
        if same is not None and isinstance(text, Text):
            texts[same] = text
            with self._lock:
                self._remember(same, text)
        return text

    def _remember(self, same: bytes, text: Text) -> None:
        if same not in self._texts:
            self._characters += len(text.body)
            self._known = None
        self._texts[same] = text
        self._texts.move_to_end(same)
        while len(self._texts) > _MOST_TEXTS or self._characters > _MOST_CHARACTERS:
            self._characters -= len(self._texts.popitem(last=False)[1].body)


@dataclass(slots=True)
class _Run:
    """Pages that a worker reads, until it has, and the futures of what they say."""

    pages: Sequence[Page]
    found: list[Future[Found]]
    known: "_Known"

    @property
    def is_cancelled(self) -> bool:
        return all(one.cancelled() for one in self.found)

    def fail(self, why: Exception) -> None:
        for one in self.found:
            if not one.cancelled():
                one.set_exception(why)


def _pass_on(to: Future[Found], found: Future[Found]) -> None:
    if to.cancelled():
        return
    if (error := found.exception()) is not None:
        to.set_exception(error)
    else:
        to.set_result(found.result())


class _Known:
    """The fingerprints that are known when a page is read, or leaves for the process that reads it.

    When it was given to the executor, hundreds may have been waiting before it, whose texts would be extracted again.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.texts: Mapping[bytes, Text] = {}

    def __contains__(self, fingerprint: object) -> bool:
        self.texts = self._reader.texts()
        return fingerprint in self.texts

    def __reduce__(self) -> "tuple[type[frozenset[bytes]], tuple[tuple[bytes, ...]]]":
        self.texts = self._reader.texts()
        return frozenset, (tuple(self.texts),)
