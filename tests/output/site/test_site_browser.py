"""The site in a real browser, at the width of a desk and of a hand, light and dark: no error, no fault that axe finds.

Skipped where there is no Chromium (Debian's package) or no Playwright (the extra `browser`).
"""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from datasette.app import Datasette
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
    "missing": "/policies/nobody.example",
}
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
        "console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} and "404" not in m.text else None
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
    tab.get_by_role("link", name="privacy policy").nth(2).click()
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
