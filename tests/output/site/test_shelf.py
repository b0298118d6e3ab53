"""Whatever a corpus's file is called, its pages have the same addresses; several are served side by side."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import lxml.html
import pytest
from serving import forget_plugins, serve

from crawler.errors import ArgumentError
from output.site.serving import app
from output.site.shelf import names


@pytest.fixture
async def shelf(sample_corpus: Path, doubtful_corpus: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Two corpora with the names of their folders, and one that is broken, below a path."""
    for folder, corpus in (("2019", sample_corpus), ("in  Köln", doubtful_corpus)):
        (tmp_path / folder).mkdir()
        shutil.copy(corpus, tmp_path / folder / "corpus.db")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "broken.db").write_bytes(b"SQLite format 3\0" + b"?" * 5000)
    files = [tmp_path / "2019" / "corpus.db", tmp_path / "in  Köln" / "corpus.db", tmp_path / "here" / "broken.db"]
    forget_plugins()
    async with client(app(files, base_url="/below/")) as served:
        yield served


def client(served: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=served)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://site.example")


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["corpus.db"], ["corpus"]),
        (["a/shops.db", "b/banks.sqlite"], ["shops", "banks"]),
        (["a/corpus.db", "b/corpus.db", "c/banks.db"], ["a-corpus", "b-corpus", "c-banks"]),
        (["a/x/corpus.db", "b/x/corpus.db"], ["a-x-corpus", "b-x-corpus"]),
        (["my shops/a?#.db", "Köln.db"], ["a-", "Köln"]),
    ],
)
def test_a_corpus_is_called_like_its_file_and_if_need_be_its_folder(files: list[str], named: list[str]) -> None:
    found = names([Path(file) for file in files])
    assert list(found.values()) == [Path(file) for file in files]
    assert list(found) == named


def test_a_file_that_is_given_twice_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"a/corpus\.db: there are two files of this name in one folder, or it is"):
        names([Path("a/corpus.db"), Path("b/../a/corpus.db")])


async def test_addresses_outlive_the_renaming_of_the_file(sample_corpus: Path, tmp_path: Path) -> None:
    shutil.copy(sample_corpus, tmp_path / "My shops, 2019.db")
    renamed, known = serve(tmp_path / "My shops, 2019.db"), serve(sample_corpus)
    for path in ("/", "/policies/harbourlight.example/privacy-policy", "/corpus/changes", "/changes.atom", "/corpus"):
        answer = await renamed.client.get(path)
        assert answer.status_code == 200
        assert answer.text.replace("localhost", "") == (await known.client.get(path)).text.replace("localhost", "")


async def test_the_first_page_lists_the_corpora(shelf: httpx.AsyncClient) -> None:
    answer = await shelf.get("/below/")
    assert answer.status_code == 200
    rows = lxml.html.fromstring(answer.text).cssselect("tbody tr")
    assert [row.cssselect("a")[0].text for row in rows] == ["2019-corpus", "in-Köln-corpus", "here-broken"]
    assert [cell.text for cell in rows[0].cssselect("td.number")] == ["8", "48"]
    assert "The corpus cannot be read here" in rows[2].text_content()
    for loaded in lxml.html.fromstring(answer.text).xpath("//link/@href"):
        assert (await shelf.get(loaded)).status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/", "/policies", "/corpus", "/corpus/changes", "/about"])
async def test_every_address_of_a_corpus_lies_below_its_name(shelf: httpx.AsyncClient, path: str) -> None:
    address = f"/below/2019-corpus{path}"
    tree = lxml.html.fromstring((await shelf.get(address)).text)
    links = {urljoin(f"http://site.example{address}", link) for link in tree.xpath("//@href | //@src | //@action")}
    ours = {urlsplit(link).path for link in links if urlsplit(link).hostname == "site.example"}
    assert {path for path in ours if not path.startswith("/below/2019-corpus/")} == {"/below/"}
    for path_of_ours in sorted(ours)[:12]:
        assert (await shelf.get(path_of_ours)).status_code in {200, 302}, path_of_ours
    assert tree.cssselect("a.brand")[0].text_content() == "Policytrail: 2019-corpus"


async def test_each_corpus_answers_for_itself(shelf: httpx.AsyncClient) -> None:
    for name, vendor in (("2019-corpus", "harbourlight.example"), ("in-Köln-corpus", "drawer.example")):
        assert [row["vendor"] for row in (await shelf.get(f"/below/{name}/corpus/policies.json?_shape=array")).json()]
        assert (await shelf.get(f"/below/{name}/policies/{vendor}")).status_code in {200, 302}
        feed = (await shelf.get(f"/below/{name}/changes.atom")).text
        assert unquote(feed).count(f"http://site.example/below/{name}/") > 2
    assert (await shelf.get("/below/2019-corpus/policies/drawer.example")).status_code == 404
    assert (await shelf.get("/below/here-broken/")).status_code == 503


async def test_a_name_leads_to_its_corpus_and_elsewhere_there_is_nothing(shelf: httpx.AsyncClient) -> None:
    answer = await shelf.get("/below/2019-corpus")
    assert (answer.status_code, answer.headers["location"]) == (302, "/below/2019-corpus/")
    for path in ("/below/nothing", "/below/nothing/", "/below/2019-corpus.db", "/below/policies", "/policies"):
        answer = await shelf.get(path)
        assert answer.status_code == 404
        assert "These corpora are here" in answer.text


async def test_only_a_file_that_nobody_writes_is_offered_to_download(sample_corpus: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(sample_corpus)) as conn:
        conn.execute("VACUUM INTO ?", [str(copy)])
    before = copy.read_bytes()
    forget_plugins()
    async with client(app([copy], immutable=True)) as served:
        assert (await served.get("/corpus.db")).content == before
        assert "Download it all" in (await served.get("/corpus")).text
    async with client(app([copy])) as served:
        assert (await served.get("/corpus.db")).status_code == 403
        assert (await served.get("/")).status_code == 200
    assert copy.read_bytes() == before


@pytest.mark.parametrize("sql", [True, False])
async def test_visitors_ask_in_sql_where_they_may(sample_corpus: Path, *, sql: bool) -> None:
    forget_plugins()
    async with client(app([sample_corpus], sql=sql)) as served:
        answer = await served.get("/corpus.json?sql=select+1")
        assert answer.status_code == (200 if sql else 403)


@pytest.mark.parametrize("sent", ["/below", ""])
async def test_a_proxy_may_pass_the_path_on_as_it_is_or_without_its_own_part(sample_corpus: Path, sent: str) -> None:
    forget_plugins()
    async with client(app([sample_corpus], base_url="/below/")) as served:
        for path in ("/", "/policies", "/corpus/changes", "/corpus/policy_on"):
            tree = lxml.html.fromstring((await served.get(f"{sent}{path}")).text)
            here = f"http://site.example/below{path}"
            links = {urlsplit(urljoin(here, link)) for link in tree.xpath("//@href | //@src")}
            ours = {link.path for link in links if link.hostname == "site.example"}
            assert all(link.startswith("/below/") and "/below/" not in link[6:] for link in ours), ours
        assert (await served.get(f"{sent}/static/site.css")).status_code == 200
