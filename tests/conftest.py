"""What tests share."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from crawling import SHOP, Crawled, run_crawl


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Awaitable[Crawled]]:
    """`run_crawl` into the test's own folder: crawls of one test share a corpus."""
    return partial(run_crawl, tmp_path)


@pytest.fixture(scope="session")
def sample_crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """One crawl of every snapshot of the sample archive, to look at and not to change."""
    return asyncio.run(run_crawl(tmp_path_factory.mktemp("sample"), snapshots="all"))


@pytest.fixture
def vendors(tmp_path: Path) -> Path:
    """A vendors file with the one policy of `fake_archive`."""
    path = tmp_path / "vendors.toml"
    path.write_text(f'[[policy]]\nvendor = "shop.example"\nurls = ["{SHOP}"]\n')
    return path
