"""An archive whose answers fail now and then makes a crawl longer, and changes nothing that it finds."""

import pytest
from crawling import found
from front import front

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_faults_change_nothing_that_is_found(crawl, tmp_path, sample_crawl, seed):
    async with front(seed) as (url, _):
        crawled = await crawl(url, snapshots="all")
    assert crawled.run.status == "complete"
    assert crawled.stats["retry/reason_count/503"] > 0
    assert found(tmp_path) == found(sample_crawl.run.corpus.parent)
