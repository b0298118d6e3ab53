"""The corpus: one SQLite file, by subject."""

from pipelines.corpus.database import Corpus

__all__ = ["Corpus"]
