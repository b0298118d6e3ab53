"""The site in a real browser, at the width of a desk and of a hand, light and dark: no error, no fault that axe finds.

Skipped where there is no Chromium (Debian's package) or no Playwright (the extra `browser`).
"""

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from datasette.app import Datasette
from long_texts import LONG_HEADS
from serving import serve
from turning import SEVENTY_NINE_RETURNS, write

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: the extra `browser` has it")
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed: the extra `browser` has it"
)
uvicorn = pytest.importorskip("uvicorn")

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here: apt-get install chromium"),
]
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--no-sandbox"]  # the pages are ours, and CI runs as root

POLICY = "/policies/harbourlight.example/privacy-policy"
PAGES = {
    "home": "/",
    "policies": "/policies",
    "vendor": "/policies/tallowbridge.example",
    "policy": f"{POLICY}?on=2018-12-01",
    "revision": f"{POLICY}/20190211154003",
    "comparison": f"{POLICY}/20190211154003/20200904114615",
    "side": f"{POLICY}/20180501104322/20190211154003?view=side",
    "search": "/search?q=photographs",
    "hit": f"{POLICY}/20190211154003?q=photographs",
    "changes": "/changes?words=5",
    "trends": "/trends?q=photographs%0A%22personal+data%22%0A%E5%80%8B%E4%BA%BA%E6%83%85%E5%A0%B1%0Adata%0Acookies",
    "trends by quarter": "/trends?q=photographs&by=quarter&type=privacy+policy",
    "trends, unasked": "/trends",
    "length": "/trends?show=length",
    "ease": "/trends?show=ease",
    "behind a point": "/trends/2019?q=photographs",
    "seen in a year": "/trends/2019",
    "policies, sorted": "/policies?sort=changed&type=privacy+policy",
    "about": "/about",
    "missing": "/policies/nobody.example",
}
OWN_PAGES = {
    "database": "/corpus",
    "view": "/corpus/changes",
    "table": "/corpus/snapshots?_facet=url&status=200",
    "searched": "/corpus/documents?_search=data",
    "row": "/corpus/snapshots/1",
    "long row": "/corpus/documents?_size=1",
    "question": "/corpus/policy_on",
    "answer": "/corpus/phrase_search?phrase=photographs",
    "SQL": "/corpus?sql=select+*+from+changes",
    "wrong SQL": "/corpus?sql=selct",
    "no table": "/corpus/nothing",
}
LONG = "/policies/long.example"
NOISY = "/policies/shop.example/privacy-policy"
DOUBTFUL = "/policies/drawer.example/privacy-policy"
DOUBTFUL_PAGES = {"policy": DOUBTFUL, "long": f"{DOUBTFUL}/20100102030405", "revision": f"{DOUBTFUL}/20130102030405"}
NOISY_PAGES = {"policy": NOISY, "revision": f"{NOISY}/20151130120000"}
TURNING = "/policies/1.example/privacy-policy"
TURNING_PAGES = {"home": "/", "vendor": "/policies/1.example", "policy": f"{TURNING}?on=2020-02-02"}
LOOKS = {"desk, light": ("light", 1280, 900), "hand, dark": ("dark", 360, 780)}


@pytest.fixture(scope="module")
def address(sample: Datasette) -> Iterator[str]:
    """Where the sample's corpus is served."""
    with on_loopback(sample) as address:
        yield address


@pytest.fixture(scope="module")
def noisy_address(noisy: Datasette) -> Iterator[str]:
    """Where the corpus of what does not count is served."""
    with on_loopback(noisy) as address:
        yield address


@pytest.fixture(scope="module")
def doubtful_address(doubtful: Datasette) -> Iterator[str]:
    """Where the corpus of doubts is served."""
    with on_loopback(doubtful) as address:
        yield address


@pytest.fixture(scope="module")
def long_address(long: Datasette) -> Iterator[str]:
    """Where the corpus of long texts is served."""
    with on_loopback(long) as address:
        yield address


@pytest.fixture(scope="module")
def turning_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a corpus is served of a policy whose three texts return 79 times."""
    corpus = write(tmp_path_factory.mktemp("turning") / "corpus.db", f"X{SEVENTY_NINE_RETURNS}Y")
    with on_loopback(serve(corpus)) as address:
        yield address


@contextmanager
def on_loopback(datasette: Datasette) -> Iterator[str]:
    """A server, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(datasette.app(), host="127.0.0.1", port=port, log_level="error", lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_without_fault(address: str, browser: Any, look: str) -> None:
    assert_without_fault(address, PAGES, browser, look)


@pytest.mark.parametrize("look", LOOKS)
def test_datasettes_own_pages_are_without_fault(address: str, browser: Any, look: str) -> None:
    assert_without_fault(address, OWN_PAGES, browser, look)


@pytest.mark.parametrize("look", LOOKS)
def test_long_texts_are_without_fault(long_address: str, browser: Any, look: str) -> None:
    pages = {head: f"{LONG}/{head}/20100102030405" for head in LONG_HEADS}
    assert_without_fault(long_address, pages | {"rewrite": f"{pages['none']}/20110102030405"}, browser, look)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_that_tell_what_did_not_count_are_without_fault(noisy_address: str, browser: Any, look: str) -> None:
    assert_without_fault(noisy_address, NOISY_PAGES, browser, look)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_that_tell_doubts_are_without_fault(doubtful_address: str, browser: Any, look: str) -> None:
    assert_without_fault(doubtful_address, DOUBTFUL_PAGES, browser, look)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_that_tell_turns_are_without_fault(turning_address: str, browser: Any, look: str) -> None:
    assert_without_fault(turning_address, TURNING_PAGES, browser, look)


@pytest.mark.parametrize("look", LOOKS)
def test_a_period_of_seventy_nine_returns_is_seen_on_one_screen(turning_address: str, browser: Any, look: str) -> None:
    _, width, height = LOOKS[look]
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.goto(turning_address + TURNING)
    period = tab.locator("ol.revisions > li").nth(1)
    assert "Served in three variants" in period.inner_text()
    assert period.bounding_box()["height"] < height
    period.locator("details.turns summary").click()
    assert period.locator("details.turns li").last.is_visible()
    tab.close()


def assert_without_fault(address: str, pages: dict[str, str], browser: Any, look: str) -> None:
    """Visit pages."""
    scheme, width, height = LOOKS[look]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on(
        "console",
        lambda m: (
            wrong.append(m.text)
            if m.type in {"error", "warning"} and not re.search("status of 40[04]", m.text)
            else None
        ),
    )
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith((address, "data:")) else wrong.append(f"asked {r.url}"))
    for name, path in pages.items():
        tab.goto(address + path)
        tab.evaluate("document.querySelectorAll('details:not(.fold)').forEach(e => { e.open = true })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is too wide"
        for violation in axe.Axe().run(tab).response["violations"]:
            places = [node["target"] for node in violation["nodes"]][:3]
            wrong.append(f"{name}: {violation['id']} ({violation['impact']}): {violation['help']} {places}")
    context.close()
    assert not wrong, "\n".join(wrong)


def test_everything_works_without_scripts(address: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    tab.get_by_role("link", name="privacy policy", exact=True).nth(2).click()
    tab.get_by_label("What did it say on").fill("2019-06-01")
    tab.get_by_role("button", name="Show").click()
    assert "it said" in tab.locator("#answer").inner_text()
    tab.get_by_label("Compare").select_option("20190211154003")
    tab.get_by_label("with", exact=True).select_option("20200904114615")
    tab.get_by_role("button", name="Compare").click()
    assert tab.url == f"{address}{PAGES['comparison']}"
    tab.locator("details.fold summary").first.click()
    assert tab.locator("details.fold p").first.is_visible()
    context.close()


def test_keys_lead_from_change_to_change(address: str, browser: Any) -> None:
    tab = browser.new_page()
    tab.goto(address + PAGES["comparison"])
    tab.keyboard.press("n")
    tab.keyboard.press("n")
    tab.wait_for_url("**#change-2")
    tab.keyboard.press("p")
    tab.wait_for_url("**#change-1")
    tab.keyboard.press("u")
    assert tab.locator("details.fold:not([open])").count() == 0
    tab.close()


@pytest.mark.parametrize("head", LONG_HEADS)
def test_the_longest_text_can_be_reached_by_its_contents(long_address: str, browser: Any, head: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(f"{long_address}{LONG}/{head}/20100102030405")
    top, height = tab.evaluate(
        "(({top, height}) => [top + scrollY, height])(document.querySelector('article').getBoundingClientRect())"
    )
    assert height > 48_000
    places = [top]
    if tab.locator("#contents details:not([open])").count():
        tab.locator("#contents summary").click()
        top, height = tab.evaluate(
            "(({top, height}) => [top + scrollY, height])(document.querySelector('article').getBoundingClientRect())"
        )
        places = [top]
    for link in tab.locator("#contents a").all():
        link.click()
        places.append(tab.evaluate("scrollY"))
        tab.keyboard.press("Home")
    assert len(places) > 20
    places.append(top + height)
    assert places == sorted(places)
    assert max(after - before for before, after in pairwise(places)) < 5 * 780  # a few screens
    tab.goto(f"{long_address}{LONG}/{head}/20100102030405#document")
    tab.mouse.wheel(0, 20_000)
    tab.get_by_role("link", name="↑ Contents").click()
    assert tab.locator("#contents").is_visible()
    assert tab.evaluate("scrollY") < top
    context.close()


def test_keys_lead_from_hit_to_hit_and_are_listed(address: str, browser: Any) -> None:
    tab = browser.new_page()
    tab.goto(address + PAGES["hit"])
    tab.keyboard.press("n")
    tab.keyboard.press("n")
    tab.wait_for_url("**#hit-2")
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog")
    assert dialog.is_visible()
    assert [key.inner_text() for key in dialog.locator("kbd").all()] == ["n", "p", "u", "?"]
    tab.keyboard.press("Escape")
    assert not dialog.is_visible()
    tab.get_by_role("link", name="Keys (?)").click()
    assert dialog.is_visible()
    tab.close()


def test_a_link_to_a_sentence_can_be_copied_and_leads_there(long_address: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(f"{long_address}{LONG}/headings/20100102030405")
    button = tab.get_by_role("button", name="Copy a link to the selection")
    assert not button.is_visible()
    tab.evaluate("getSelection().selectAllChildren(document.querySelector('#text-part-20'))")
    button.click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    where = "#:~:text=in%20the%20yard.%20(19)-,Part%2020"  # it stands in the contents too
    assert copied == f"{long_address}{LONG}/headings/20100102030405{where}"
    other = context.new_page()
    other.goto(copied)
    deadline = time.monotonic() + 10
    while other.evaluate("scrollY") < 10_000 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert other.evaluate("scrollY") > 10_000
    context.close()


def test_a_citation_can_be_copied(address: str, browser: Any) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(address + PAGES["comparison"])
    tab.get_by_text("Cite", exact=True).click()
    tab.get_by_role("button", name="Copy as BibTeX").click()
    assert tab.evaluate("navigator.clipboard.readText()").startswith("@misc{harbourlight.example-privacy-policy-2020")
    context.close()


def test_paper_shows_addresses(address: str, browser: Any) -> None:
    tab = browser.new_page()
    tab.goto(address + PAGES["revision"])
    tab.emulate_media(media="print")
    (shown,) = tab.eval_on_selector_all(
        "aside .facts .capture:first-of-type a:first-child",
        "links => [links.map(link => getComputedStyle(link, '::after').content)[0]]",
    )
    assert "https://web.archive.org/web/20190211154003/https://www.harbourlight.example/privacy.html" in shown
    assert tab.locator("#citation-3").is_visible()
    assert not tab.locator("header.top").is_visible()
    assert not tab.get_by_role("button").first.is_visible()
    tab.close()
