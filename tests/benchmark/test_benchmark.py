"""The benchmark runs, on a very small archive, and tells all of its rows. How fast anything is, no test asserts."""

import sqlite3
from contextlib import closing

import generated
import pytest
from bench import bench, table


@pytest.mark.slow
def test_each_row_is_measured_and_told(tmp_path):
    rows = list(bench(tmp_path, policies=1, captures=2))
    assert [row.captures for row in rows if "×" not in row.what] == [2] * (len(rows) - 2)
    assert [row.captures for row in rows if "×" in row.what] == [20, 20]
    assert {"bare download", "bare trafilatura", "crawl, changes"} < {row.what for row in rows}
    assert table(rows).row_count == len(rows)
    with closing(sqlite3.connect(tmp_path / "more-all" / "corpus.db")) as corpus:
        assert corpus.execute("SELECT count(*) FROM revisions").fetchone() == (2,)


def test_texts_change_seldom_and_bytes_always(tmp_path):
    bodies = list(generated._pages(1, 2 * generated.CHANGES_EVERY))
    texts = [body.partition(b"<h1>")[2].partition(b"</article>")[0] for body in bodies]
    assert len(set(bodies)) == len(bodies)
    assert len(set(texts)) == 2
