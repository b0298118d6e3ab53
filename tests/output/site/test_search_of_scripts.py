"""The search finds words of languages without spaces between them, or with endings on them, in a crawled corpus."""

import asyncio
from pathlib import Path

import lxml.html
import pytest
from crawling import ROOT, run_crawl
from datasette.app import Datasette
from serving import serve

CASE = ROOT / "tests" / "cases" / "58-search-korean-thai"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus that a crawl of policies in five scripts makes."""
    output = tmp_path_factory.mktemp("scripts")
    return asyncio.run(run_crawl(output, CASE / "scripts.warc", CASE / "scripts.toml")).run.corpus


@pytest.fixture
def site(scripts: Path) -> Datasette:
    """The site of that corpus."""
    return serve(scripts)


@pytest.mark.parametrize(
    ("q", "vendors"),
    [
        ("주소", ["ko"]),
        ("주소를", ["ko"]),
        ("주소와", ["ko"]),
        ("소주", []),
        ("소포", ["ko"]),
        ('"작업장의 주소"', ["ko"]),
        ("이름 주소", ["ko"]),
        ("ที่อยู่", ["th"]),
        ("จดหมาย", ["th"]),
        ("ที่อยู", ["th"]),
        ("住所", ["ja"]),
        ("住", ["ja"]),
        ("お客様の住所", ["ja"]),
        ("お住", []),
        ("بعنوان", ["ar"]),
        ("Anschrift", ["de"]),
        ("strassenverzeichnisse", []),
        ("Straßenverzeichnisse", ["de"]),
        ("verzeichnisse", []),  # no parts of Latin words
        ("住所 주소", []),
    ],
)
async def test_words_are_found_in_their_script(site: Datasette, q: str, vendors: list[str]) -> None:
    response = await site.client.get("/search", params={"q": q})
    assert response.status_code == 200
    tree = lxml.html.fromstring(response.text)
    found = [link.text_content() for link in tree.cssselect("ol.found h2 a")]
    assert found == [f"{vendor}.example: privacy policy" for vendor in vendors]
    assert len(tree.cssselect("ol.found mark")) >= len(vendors)


@pytest.mark.parametrize(("phrase", "vendor"), [("주소", "ko"), ("ที่อยู่", "th"), ("住所", "ja"), ("Anschrift", "de")])
async def test_phrases_are_found_by_query(site: Datasette, phrase: str, vendor: str) -> None:
    for query in ("phrase_search", "phrase_history"):
        rows = (await site.client.get(f"/corpus/{query}.json", params={"phrase": phrase, "_shape": "array"})).json()
        assert {row["vendor"] for row in rows} == {f"{vendor}.example"}
        assert all(f"⟦{phrase}⟧" in row["snippet"] for row in rows if query == "phrase_search")
