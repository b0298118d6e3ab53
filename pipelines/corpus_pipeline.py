"""The base of the item pipelines that write to a corpus: each locks and opens it first, and closes it last."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CorpusError
from crawler.run import archive_run_of
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock


class CorpusPipeline:
    """An item pipeline with the corpus of its run. Once that cannot be written, nothing more is stored."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lock: CorpusLock | None = None
        self.corpus: Corpus | None = None
        self.broken = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @contextmanager
    def opening(self) -> Iterator[Corpus]:
        """Lock and open the corpus. The run ends with a sentence if that fails, or what is done first with it."""
        run = archive_run_of(self.crawler)
        try:
            self.lock = CorpusLock(run.corpus)
            self.corpus = Corpus.locked(run.corpus)
            yield self.corpus
        except CorpusError as error:
            run.give_up(str(error))
        except OSError as error:
            run.give_up(f"{run.corpus}: the corpus cannot be locked ({error}); set CORPUS_DB to another path.")

    def drop_if_broken(self) -> None:
        """Drop what comes after the corpus could not be written."""
        if self.broken:
            raise DropItem("the corpus cannot be written", log_level="DEBUG")

    def give_up(self, error: CorpusError) -> NoReturn:
        """End the run: the corpus cannot be written."""
        self.broken = True
        archive_run_of(self.crawler).end_early(self.crawler, str(error))
        raise DropItem("the corpus cannot be written", log_level="DEBUG") from error

    def close(self) -> None:
        """Close the corpus, and let others have it."""
        if self.corpus is not None:
            self.corpus.close()
        if self.lock is not None:
            self.lock.release()
