"""The site as files in a real browser, from a plain file server below a path: no fault, no other host, a search."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from test_site_as_files import exported
from test_site_browser import CHROMIUM, LOOKS, assert_without_fault, browser, sync_api  # noqa: F401 - a fixture

from output.site.as_files.search_index import terms_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here: apt-get install chromium"),
]
POLICY = "/policies/harbourlight.example/privacy-policy"
PAGES = {
    "home": "/",
    "policies": "/policies/",
    "vendor": "/policies/tallowbridge.example/",
    "policy": f"{POLICY}/",
    "revision": f"{POLICY}/20190211154003/",
    "comparison": f"{POLICY}/20190211154003/20200904114615/",
    "changes": "/changes/",
    "older changes": "/pages/2/changes/",
    "about": "/about/",
    "search": "/search/",
    "found": "/search/?q=the",
}


class Quiet(SimpleHTTPRequestHandler):
    """Python's plain file server, without its log."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(sample_corpus: Path, hostile_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where two sites are served below a path: `/below/site` and `/below/hostile`."""
    root = tmp_path_factory.mktemp("files")
    exported(sample_corpus, root / "below" / "site")
    exported(hostile_corpus, root / "below" / "hostile")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/below"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:  # noqa: F811
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def ask(tab: Any, address: str, question: str, **more: str) -> Any:
    """Ask the search, and wait for the answer."""
    tab.goto(f"{address}/search/")
    tab.get_by_label("Words, or a phrase in quotes").fill(question)
    for name, value in more.items():
        tab.locator(f"#{name}").fill(value)
    tab.get_by_role("button", name="Search").click()
    answer = tab.locator("#answer")
    sync_api.expect(answer).not_to_have_text("")
    sync_api.expect(answer).not_to_have_text("Searching …")
    return answer.inner_text()


@pytest.mark.parametrize("look", LOOKS)
def test_files_are_without_fault(served: str, browser: Any, look: str) -> None:  # noqa: F811
    assert_without_fault(f"{served}/site", PAGES, browser, look)


def test_a_word_a_phrase_and_signs_are_found(served: str, tab: Any) -> None:
    site = f"{served}/site"
    assert ask(tab, site, "photographs") == "1 policy has had it."
    link = tab.locator("#found h2 a")
    assert link.inner_text() == "harbourlight.example: privacy policy"
    assert ask(tab, site, '"machine-learning systems"') == "1 policy has had it."
    entry = tab.locator("#found > li")
    sync_api.expect(entry.locator("mark")).to_have_text("machine-learning systems")
    assert "In 1 of 9 revisions. First appearance: between 27 December 2023 and 4 August 2024." in entry.inner_text()
    entry.get_by_role("link", name="between 27 December 2023").click()
    assert (
        tab.get_by_role("heading", level=1).inner_text() == "What changed in the privacy policy of harbourlight.example"
    )
    assert ask(tab, site, "人情") == "1 policy has had it."
    sync_api.expect(tab.locator("#found mark").first).to_have_text("人情")
    tab.locator("#found h2 a").click()
    assert "個人情報" in tab.locator("article").inner_text()
    assert ask(tab, site, "photographs captions") == "1 policy has had it."
    sync_api.expect(tab.locator("#found mark").first).to_have_text("photographs")
    assert ask(tab, site, '"systems machine-learning"') == "No text has that."
    assert ask(tab, site, "…") == "“…” has no word to look for."
    assert ask(tab, site, "the", vendor="Ospreyhost.example") == "1 policy has had it."
    assert tab.locator("#vendor").input_value() == "Ospreyhost.example"


def test_a_search_loads_kilobytes_from_its_own_host(served: str, tab: Any) -> None:
    site, asked = f"{served}/site", {}
    tab.on("response", lambda r: asked.update({r.url: len(r.body())}) if r.status == 200 else None)
    ask(tab, site, '"machine-learning systems"')
    tab.wait_for_load_state("networkidle")
    assert {url for url in asked if not url.startswith(site)} == set()
    of_index = {url: size for url, size in asked.items() if "/search/terms/" in url}
    assert 1 <= len(of_index) <= 2
    assert sum(of_index.values()) < 100_000


def test_other_forms_lead_to_the_search(served: str, tab: Any) -> None:
    tab.goto(f"{served}/site/policies/harbourlight.example/")
    tab.get_by_label("Search its policies").fill("photographs")
    tab.get_by_role("button", name="Search").click()
    sync_api.expect(tab.locator("#answer")).to_have_text("1 policy has had it.")
    assert "vendor=harbourlight.example" in tab.url


def test_without_scripts_all_but_the_search_works_which_says_so(served: str, browser: Any) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{served}/site/search/")
    assert "The search needs scripts" in tab.locator("noscript").inner_text()
    tab.get_by_role("link", name="policies", exact=True).click()
    tab.get_by_role("link", name="privacy policy", exact=True).nth(2).click()
    tab.get_by_role("link", name="Read the latest").click()
    assert tab.locator("article").inner_text()
    context.close()


def test_strangers_texts_run_nothing(served: str, tab: Any) -> None:
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} else None)
    tab.on("request", lambda r: None if r.url.startswith(served) else wrong.append(r.url))
    assert ask(tab, f"{served}/hostile", '"secret phrase"') == "1 policy has had it."
    sync_api.expect(tab.locator("#found mark")).to_have_text("secret phrase")
    assert "<script>attack()</script>" in tab.locator("#found h2").inner_text()
    assert tab.locator("#found script, #found img").count() == 0
    tab.locator("#found h2 a").click()
    assert "secret phrase" in tab.locator("article").inner_text()
    assert ask(tab, f"{served}/hostile", "<img src=x onerror=attack()> __proto__ constructor") == "No text has that."
    assert not wrong


def test_the_script_has_the_same_words_as_the_index(served: str, tab: Any) -> None:
    lines = [
        "We use Cookies, snake_case & co.", "Gärtnerei – ÉTÉ Ǆ ﬁ İstanbul ẞ", "個人情報 v2", "นโยบายความเป็นส่วนตัว",
        "개인정보 처리방침", "политика й ё", "Πολιτική ς", "हिन्दी", "x" * 50, "𠮷野家 ①②½", "a\u0301b", "ｶﾀｶﾅ",
    ]  # fmt: skip
    script = (Path(__file__).parents[3] / "output" / "site" / "static" / "search.js").read_text("utf-8")
    tab.goto(f"{served}/site/search/")
    session = tab.context.new_cdp_session(tab)
    body = script[: script.index("async function load")]
    for line in lines:
        asked = {"expression": f"(() => {{{body} return wordsOf({line!r});}})()", "returnByValue": True}
        assert session.send("Runtime.evaluate", asked)["result"]["value"] == terms_of(line), line
