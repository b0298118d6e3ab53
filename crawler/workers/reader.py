"""Reads pages on an executor, those that say the same once."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import CancelledError, Executor, Future

from crawler.bounded_reading import failed
from crawler.errors import WorkersError
from crawler.extraction.said import Text
from crawler.reading import Found, Page, Reading, read
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
        known = _Known(self)
        found: Future[Found] = Future()
        try:
            reading = self.executor.submit(read, page, known)
        except Exception as error:  # whatever an executor says when it has nobody to work any more
            found.set_exception(WorkersError(f"Nobody reads pages any more ({type(error).__name__}: {error})."))
            return found
        reading.add_done_callback(lambda done: self._settle(found, known, done))
        found.add_done_callback(lambda found: reading.cancel() if found.cancelled() else None)
        return found

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

    def _settle(self, found: Future[Found], known: "_Known", done: Future[Reading]) -> None:
        if found.cancelled():
            return
        try:
            reading = done.result()
        except WorkersError as error:
            found.set_exception(error)
        except CancelledError:
            found.set_exception(WorkersError("The workers stopped before all was read."))
        except WorkerDiedError as error:
            found.set_result(failed(str(error)))
        except Exception as error:  # of what brings a page to a worker and back
            found.set_result(failed(f"{type(error).__name__}: {error}"))
        else:
            found.set_result(self._remembered(reading, known))

    def _remembered(self, reading: Reading, known: "_Known") -> Found:
        same, text = reading
        if text is None:
            assert same is not None
            text = known.texts[same]
        if same is not None and isinstance(text, Text):
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
