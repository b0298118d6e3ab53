import pytest
from rejection_pages import SHORT_POLICY, evidence, examples, page

from crawler.extraction.rejection.shells import shell


def reason(markup: str, **more: str) -> str | None:
    found = shell(evidence(markup, **more))
    return found.reason if found else None


@pytest.mark.parametrize("root", ["root", "app", "__next", "__nuxt"])
def test_an_application_whose_root_is_empty_is_a_shell(root: str) -> None:
    assert (
        reason(f"<html><body><div id='{root}'> </div><script src='/main.js'></script></body></html>") == "empty shell"
    )


@pytest.mark.parametrize("words", examples("needs_script"))
def test_a_page_that_only_asks_for_javascript_is_a_shell(words: str) -> None:
    assert reason(f"<html><body><noscript>{words}</noscript><div>Loading</div></body></html>") == "empty shell"
    assert reason(f"<html><body><p>{words}</p></body></html>") == "empty shell"


def test_a_frameset_is_named() -> None:
    assert (
        reason("<html><frameset cols='20%,80%'><frame src='menu.html'><frame src='p.html'></frameset></html>")
        == "frameset"
    )


def test_a_page_that_refreshes_elsewhere_is_a_redirect() -> None:
    assert reason("<meta http-equiv='Refresh' content='0; URL=/new'><p>We have moved.</p>") == "redirect stub"
    assert reason("<script>window.location.replace('/new')</script><p>Moved</p>") == "redirect stub"


@pytest.mark.parametrize(
    "refresh",
    [
        "<meta http-equiv='refresh' content='1800; url=/logout'>",
        "<meta http-equiv='refresh' content='5; url=https://vendor.example/privacy/'>",
        "<meta http-equiv='refresh' content='5'>",
        "<noscript><meta http-equiv='refresh' content='0; url=/nojs'></noscript>",
    ],
)
def test_a_refresh_that_is_no_redirect_does_no_harm(refresh: str) -> None:
    words = "We keep no data about you, our reader, and set no cookies; ask us anything at the address below, any day."
    assert reason(page("Acme", f"<p>{words}</p>", refresh)) is None


def test_a_policy_on_a_page_with_scripts_frames_and_roots_passes() -> None:
    head = "<script>if (x) location.href='/mobile'</script><noscript>Please enable JavaScript.</noscript>"
    assert reason(page("Acme", f"<p>{SHORT_POLICY}</p><div id='root'></div><iframe src='/ad'></iframe>", head)) is None


def test_no_text_and_too_little_text_are_two_reasons() -> None:
    assert reason("<html><body><img src='policy.gif'></body></html>") == "no text"
    assert reason("<html><body><p>Some words in the menu.</p></body></html>", body="") == "no text"
    assert reason("<html><body><p>Our policy is coming.</p></body></html>") == "too little text"
