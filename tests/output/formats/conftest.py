"""Corpora to write and to read into."""

import pytest
import versions as versions_repository

from pipelines.corpus import Corpus


@pytest.fixture(scope="module")
def sample(sample_crawl):
    """The corpus that a crawl of the sample archive makes."""
    with Corpus(sample_crawl.run.corpus) as corpus:
        yield corpus


@pytest.fixture
def corpus(tmp_path):
    """An empty corpus."""
    with Corpus(tmp_path / "corpus.db") as opened:
        yield opened


@pytest.fixture
def versions(tmp_path):
    """A versions repository of Open Terms Archive."""
    place = tmp_path / "versions"
    versions_repository.make(place)
    return place
