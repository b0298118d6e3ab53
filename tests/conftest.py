"""What tests share."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from crawling import SAMPLE, SHOP, Crawled, kept, run_crawl
from hypothesis import settings

from crawler.extraction.lately import Lately
from crawler.local_archive.server import serve

# That the machine is busy is no fault of the project's; and a run tries the cases of the one before, so that one that
# nobody tried yet does not fail somebody else's change. To look for such cases: pytest --hypothesis-profile explore.
settings.register_profile("explore", deadline=None)
settings.register_profile("policytrail", deadline=None, derandomize=True)
settings.load_profile("policytrail")


@pytest.fixture(autouse=True)
def nothing_made_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test extracts by itself what it reads."""
    monkeypatch.setattr("crawler.extraction.extract._rendered", Lately())
    monkeypatch.setattr("crawler.extraction.main_content.sketch._extracted", Lately())


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test's secrets are masked in the lines of another."""
    monkeypatch.setattr("crawler.secrets._hidden", set())
    monkeypatch.setattr("crawler.secrets._pattern", None)


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Awaitable[Crawled]]:
    """`run_crawl` into the test's own folder: crawls of one test share a corpus."""
    return partial(run_crawl, tmp_path)


@pytest.fixture(scope="session")
def sample_crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """One crawl of every snapshot of the sample archive, to look at and not to change."""
    return asyncio.run(run_crawl(tmp_path_factory.mktemp("sample"), snapshots="all"))


@pytest.fixture(scope="session")
def sample_bytes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[str, bytes]]:
    """What an undisturbed crawl of every snapshot of the sample keeps where it is served at an address."""

    async def crawl_of_it(output: Path) -> None:
        async with serve(SAMPLE / "sample.warc.gz") as url:
            await run_crawl(output, url, snapshots="all")

    output = tmp_path_factory.mktemp("bytes")
    asyncio.run(crawl_of_it(output))
    return kept(output / "warc")


@pytest.fixture
def vendors(tmp_path: Path) -> Path:
    """A vendors file with the one policy of `fake_archive`."""
    path = tmp_path / "vendors.toml"
    path.write_text(f'[[policy]]\nvendor = "shop.example"\nurls = ["{SHOP}"]\n')
    return path
