import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejection_pages import SHORT_POLICY, evidence, page

from crawler.extraction.rejection.evidence import Evidence
from crawler.extraction.rejection.judge import ended_at_home_page, rejection
from crawler.extraction.rejection.reasons import REASONS


@pytest.mark.parametrize("title", ["Privacy policy", "Acme", "", "Welcome to Acme | Log in", "Studio 404 – Privacy"])
def test_a_short_policy_passes_whatever_words_it_mentions(title: str) -> None:
    assert rejection(evidence(page(title, f"<h1>Privacy</h1><p>{SHORT_POLICY}</p>"))) is None


def test_a_short_policy_passes_beside_a_log_in_form_a_captcha_and_the_scripts_of_bot_walls() -> None:
    head = (
        "<script src='/cdn-cgi/challenge-platform/h/b/scripts/jsd/main.js'></script>"
        "<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3'></script>"
        "<script src='https://1.edge.sdk.awswaf.com/2/challenge.js'></script>"
        "<script src='https://www.google.com/recaptcha/api.js'></script><noscript>Please enable JavaScript.</noscript>"
    )
    form = "<form action='/login'><input type='password'></form><div class='g-recaptcha'></div>"
    assert rejection(evidence(page("Acme", f"<p>{SHORT_POLICY}</p>{form}", head))) is None


def test_a_short_policy_passes_under_a_consent_banner() -> None:
    banner = "<div>We use cookies.</div><button>Accept all</button><button>Reject all</button>"
    assert rejection(evidence(page("Acme", f"<h1>Privacy</h1><p>{SHORT_POLICY}</p>{banner}"))) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "当社は、お客様の個人情報を適切に取り扱い、法令に定める場合を除き、第三者に提供することはありません。",
        "我们只收集您在下订单时向我们提供的个人信息，绝不会将其出售给任何第三方，您可以随时要求删除。",
    ],
)
def test_a_short_policy_without_spaces_passes(sentence: str) -> None:
    assert rejection(evidence(page("Acme", f"<p>{sentence * 2}</p>"))) is None


def test_a_long_policy_passes_even_under_a_title_that_says_otherwise() -> None:
    assert rejection(evidence(page("Page not found", f"<p>{SHORT_POLICY}</p>" * 4))) is None


def test_the_wall_is_named_before_its_status() -> None:
    found = rejection(evidence("<p>Forbidden</p>", status=403, headers={"cf-mitigated": "challenge"}))
    assert found is not None
    assert found.reason == "challenge page"
    assert "cf-mitigated" in found.detail


@given(
    st.integers(100, 599),
    st.text(max_size=80),
    st.text(max_size=300),
    st.text(max_size=300),
    st.dictionaries(st.sampled_from(["server", "x-cache", "cf-mitigated", "rimon"]), st.text(max_size=20)),
)
def test_anything_is_answered_with_a_known_reason_or_none(
    status: int, title: str, text: str, body: str, headers: dict[str, str]
) -> None:
    found = rejection(Evidence(url="", status=status, title=title, text=text, body=body, headers=headers))
    assert found is None or (found.reason in REASONS and found.detail.endswith("."))


def test_huge_pages_are_answered_in_bounded_time() -> None:
    for hostile in ("](" * 500_000, "page " * 300_000, "java script " * 200_000, "a" * 2_000_000, "?!. " * 400_000):
        rejection(Evidence(url="", status=200, title=hostile, text=hostile, body=hostile))


@pytest.mark.parametrize(
    ("asked", "answered", "home"),
    [
        ("https://vendor.example/privacy", "https://www.vendor.example/", True),
        ("https://vendor.example/privacy", "https://vendor.example", True),
        ("https://vendor.example/privacy", "https://vendor.example/legal/privacy", False),
        ("https://vendor.example/privacy", "https://privacy.vendor.example/", False),
        ("https://vendor.example/privacy", "https://vendor.example/?page=privacy", False),
        ("https://privacy.vendor.example/", "https://privacy.vendor.example/", False),
        ("https://[broken", "https://vendor.example/", False),
    ],
)
def test_a_redirect_to_the_root_of_the_same_host_is_a_home_page(asked: str, answered: str, home: bool) -> None:
    assert ended_at_home_page(asked, answered) is home
