"""The site as files: all that its pages lead to is there, at the addresses of the served site, and nothing else."""

import hashlib
import json
import posixpath
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from zlib import crc32

import pytest
from lxml import etree, html
from serving import HOSTILE
from turning import write as write_turning

from crawler.errors import FormatError
from output.formats.table import export
from output.site.as_files import pages, search_index
from output.site.as_files.search_index import terms_of
from output.site.search import Question, search
from pipelines.corpus import Corpus

ROOT = "https://pages.example/below/some/path/"
POLICY = "policies/harbourlight.example/privacy-policy"


def exported(corpus: Path, place: Path, vendor: str | None = None) -> Path:
    with Corpus.reading(corpus) as opened:
        export(opened.db, "site", place, "https://web.archive.org", vendor)
    return place


@pytest.fixture(scope="module")
def site(sample_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(sample_corpus, tmp_path_factory.mktemp("as_files") / "site")


@pytest.fixture(scope="module")
def turning_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a policy with three pages of revisions, of which three take turns."""
    folder = tmp_path_factory.mktemp("turning_files")
    history = "".join(map(chr, range(0x4E00, 0x4E3C))) + "XYXYXYZ"
    return exported(write_turning(folder / "corpus.db", history), folder / "site")


def addresses_of(file: Path) -> Iterator[tuple[str, str]]:
    """What a page or a feed leads to or loads: the name of the element, and the address."""
    if file.suffix == ".atom":
        for link in etree.parse(file).iter("{http://www.w3.org/2005/Atom}link"):
            yield "a", link.get("href")
        return
    for element in html.fromstring(file.read_bytes()).iter():
        for name in ("href", "src", "action"):
            if element.get(name) is not None:
                yield str(element.tag), element.get(name)


def broken(site: Path) -> list[str]:
    """The addresses of a site that lead nowhere, or to another host where the browser would ask it."""
    found = []
    for file in [*site.rglob("*.html"), *site.rglob("*.atom")]:
        here = urljoin(
            ROOT, posixpath.join(*file.relative_to(site).parts).removesuffix("index.html").replace("%", "%25")
        )
        for tag, address in addresses_of(file):
            url, fragment = urldefrag(urljoin(here, address))
            if not url.startswith(ROOT):
                if tag != "a" or urlsplit(url).scheme not in {"http", "https", "mailto"}:
                    found.append(f"{file}: {tag} {address}")
                continue
            target = site / unquote(url.removeprefix(ROOT))
            target = target / "index.html" if url.endswith("/") else target
            if not target.is_file() or (fragment and not has_anchor(target, fragment)):
                found.append(f"{file}: {tag} {address}")
    return found


def has_anchor(page: Path, fragment: str) -> bool:
    return fragment.startswith(":~:text=") or f'id="{unquote(fragment)}"' in page.read_text("utf-8")


def contents(site: Path) -> dict[str, str]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_every_link_leads_to_a_file_of_the_site_or_to_the_archive(site):
    assert not broken(site)
    outside = {
        urlsplit(address).netloc
        for file in site.rglob("index.html")
        for tag, address in addresses_of(file)
        if urlsplit(address).netloc and not html.fromstring(file.read_bytes()).xpath(f'//article//a[@href="{address}"]')
    }
    assert outside == {"web.archive.org"}


@pytest.mark.slow
async def test_pages_have_the_addresses_and_the_words_of_the_served_site(site, sample):
    for path in (
        f"{POLICY}/20190211154003",
        f"{POLICY}/20190211154003/20200904114615",
        "policies/tallowbridge.example",
    ):
        served = html.fromstring((await sample.client.get(f"/{path}")).text)
        file = html.fromstring((site / path / "index.html").read_text("utf-8"))
        assert file.findtext(".//title") == served.findtext(".//title")
        assert file.findtext(".//h1") == served.findtext(".//h1")
    article = "string(//article)"
    path = f"{POLICY}/20190211154003"
    served = html.fromstring((await sample.client.get(f"/{path}")).text)
    assert html.fromstring((site / path / "index.html").read_text("utf-8")).xpath(article) == served.xpath(article)
    assert (site / f"{path}.md").read_text("utf-8") == (await sample.client.get(f"/{path}.md")).text
    for feed in ("changes.atom", f"{POLICY}/changes.atom"):
        ids = "//*[local-name()='id']/text()"
        served = etree.fromstring((await sample.client.get(f"/{feed}")).content)
        assert etree.parse(site / feed).xpath(ids) == served.xpath(ids), feed


@pytest.mark.slow
def test_what_needs_a_server_is_not_offered(site):
    for file in site.rglob("index.html"):
        page = html.fromstring(file.read_text("utf-8"))
        here = urljoin(ROOT, posixpath.join(*file.relative_to(site).parts).removesuffix("index.html"))
        forms = {urljoin(here, form.get("action")) for form in page.iter("form") if form.get("method") != "dialog"}
        assert forms <= {f"{ROOT}search/"}, file
        assert "SQL" not in page.xpath("string(//main)") or file.parent.name == "about"


@pytest.mark.slow
def test_long_lists_have_pages_and_periods_of_variants_their_comparisons(turning_site):
    assert not broken(turning_site)
    policy = "policies/1.example/privacy-policy"
    assert (turning_site / "pages" / "2" / policy / "index.html").is_file()
    second = (turning_site / "pages" / "2" / policy / "index.html").read_text("utf-8")
    assert "Page 2 of 2" in second
    assert f'href="../../../../../{policy}/"' in second
    compared = html.fromstring((turning_site / policy / "index.html").read_text("utf-8")).xpath(
        "//a[starts-with(., 'how it differs from variant')]/@href"
    ) + html.fromstring(second).xpath("//a[starts-with(., 'how it differs from variant')]/@href")
    assert compared


@pytest.mark.slow
def test_the_list_of_changes_ends_somewhere_and_says_so(sample_corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "_CHANGES", 1)
    site = exported(sample_corpus, tmp_path / "site")
    assert not (site / "pages").exists()
    assert "Older changes are on the pages of their policies." in (site / "changes" / "index.html").read_text("utf-8")
    assert not broken(site)


@pytest.mark.slow
def test_a_vendors_part_has_that_vendor_alone(sample_corpus, tmp_path):
    site = exported(sample_corpus, tmp_path / "site", "tsukinami.example")
    assert [path.name for path in (site / "policies").iterdir() if path.is_dir()] == ["tsukinami.example"]
    assert not broken(site)
    assert "harbourlight" not in (site / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_strangers_texts_are_text_and_their_names_stay_in_the_folder(hostile_corpus, tmp_path):
    site = exported(hostile_corpus, tmp_path / "out" / "site")
    assert [path.name for path in tmp_path.rglob("*") if path.parent in {tmp_path, tmp_path / "out"}] == ["out", "site"]
    assert not broken(site)
    for file in site.rglob("*.html"):
        page = html.fromstring(file.read_text("utf-8"))
        sources = {posixpath.basename(script.get("src", "")) for script in page.iter("script")}
        assert sources <= {"site.js", "search.js"}, file
        assert not page.xpath("//img | //iframe | //object | //style | //*[@onerror or @onload]"), file
        assert not [a for _, a in addresses_of(file) if urlsplit(a).scheme not in {"", "http", "https", "mailto"}], file
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in policy
    (said,) = [json.loads(file.read_text("utf-8")) for file in (site / "search" / "policies").iterdir()]
    assert said["vendor"] == f"evil{HOSTILE.lower()}.example"
    assert said["path"].startswith("policies/")
    assert '"' not in said["path"]


@pytest.mark.slow
def test_a_site_replaces_an_older_one_and_nothing_else(sample_corpus, site, tmp_path):
    place = tmp_path / "site"
    exported(sample_corpus, place, "gruenwald.example")
    assert contents(exported(sample_corpus, place)) == contents(site)
    (place / "CNAME").write_text("mine.example")
    with pytest.raises(FormatError, match=r"holds something other than a site that was exported \(.*CNAME\)"):
        exported(sample_corpus, place)
    (place / "CNAME").unlink()
    with closing(sqlite3.connect(sample_corpus)) as source, closing(sqlite3.connect(tmp_path / "corpus.db")) as copy:
        source.backup(copy)
        copy.execute("UPDATE documents SET body = x'00' WHERE rowid = 5")
        copy.execute("UPDATE snapshots SET captured = 'never' WHERE id = 20")
        copy.execute("UPDATE revisions SET first_captured = 'never' WHERE id = 5")
        copy.commit()
    with pytest.raises(Exception, match="is no time"):
        exported(tmp_path / "corpus.db", place)
    assert contents(place) == contents(site)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("corpus.db")) == ["site"]


# -- the index of the search ------------------------------------------------------------------------------------------
def found(site: Path, *terms: str) -> dict[str, list[int]]:
    """The policies (by path) whose texts have all terms, each with the places of its revisions."""
    files = list((site / "search" / "terms").iterdir())
    assert len(files) & (len(files) - 1) == 0
    standing = []
    for term in terms:
        shard = json.loads((site / "search" / "terms" / f"{crc32(term.encode()) % len(files)}.json").read_text("utf-8"))
        number, places = 0, {}
        for posting in shard.get(term, []):
            step, *bounds = posting if isinstance(posting, list) else [posting]
            number += step
            of = json.loads((site / "search" / "policies" / f"{number}.json").read_text("utf-8"))
            ends = bounds or [0, len(of["revisions"]) - 1]
            places[of["path"].strip("/").removeprefix("policies/")] = {
                place for a, b in zip(ends[::2], ends[1::2], strict=True) for place in range(a, b + 1)
            }
        standing.append(places)
    both = {path: set.intersection(*(each.get(path, set()) for each in standing)) for path in standing[0]}
    return {path: sorted(places) for path, places in both.items() if places}


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "photographs",
        "the",
        "cookies consent",
        '"personal data"',
        '"last updated"',
        "個人情報",
        "年間",
        "Gärtnerei",
        '"machine-learning systems"',
        "nowhere",
        '"data the"',
    ],
)
def test_the_index_finds_what_the_served_search_finds(site, sample_corpus, question):
    with Corpus.reading(sample_corpus) as corpus:
        corpus.db.conn.execute("BEGIN")
        result = search(corpus.db.conn, Question(question))
    expected = {
        f"{each.policy.vendor}/{each.policy.type.replace(' ', '-')}": [one.number - 1 for one in each.having]
        for each in result.found
    }
    phrases = [terms_of(quoted or word) for quoted, word in re.findall(r'"([^"]*)"|(\S+)', question)]
    terms = [t for p in phrases for t in (p if len(p) < 2 else [" ".join(p[n : n + 2]) for n in range(len(p) - 1)])]
    assert found(site, *terms) == expected


@pytest.mark.slow
def test_the_index_knows_vendors_and_types_and_shows_the_latest_first(site):
    assert [*found(site, "vendor:gruenwald.example")] == ["gruenwald.example/privacy-policy"]
    assert [*found(site, "type:cookie policy")] == ["pellworth.example/cookie-policy"]
    last = [
        json.loads((site / "search" / "policies" / f"{n}.json").read_text("utf-8"))["revisions"][-1][1]
        for n in range(8)
    ]
    assert last == sorted(last, reverse=True)


@pytest.mark.slow
def test_what_waits_on_disk_gives_the_same_index(site, sample_corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(search_index, "_MAX_WAITING", 10_000)
    monkeypatch.setattr(search_index, "_MAX_TERMS", 100)
    monkeypatch.setattr(search_index, "_SHARD", 2_000)
    other = exported(sample_corpus, tmp_path / "site")
    assert len(list((other / "search" / "terms").iterdir())) > len(list((site / "search" / "terms").iterdir()))
    for terms in (["the"], ["個 人"], ["type:privacy policy", "photographs"]):
        assert found(other, *terms) == found(site, *terms)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("We use Cookies, snake_case & co.", ["we", "use", "cookies", "snake", "case", "co"]),
        ("Gärtnerei – ÉTÉ", ["gartnerei", "ete"]),
        ("個人情報 v2", ["個", "人", "情", "報", "v2"]),
        ("x" * 50, ["x" * 40]),
        ("<script>'\"&#39;", ["script", "39"]),
        ("\ud800\x00\t\n", []),
    ],
)
def test_words_of_a_line(line, words):
    assert terms_of(line) == words
