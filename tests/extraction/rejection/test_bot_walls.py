import pytest
from rejection_pages import SHORT_POLICY, evidence, examples, page

from crawler.extraction.rejection.bot_walls import challenge


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (202, {"x-amzn-waf-action": "challenge"}),
        (405, {"x-amzn-waf-action": "captcha"}),
        (403, {"cf-mitigated": "challenge"}),
        (200, {"rimon": "RWC_BLOCK"}),
        (403, {"server": "awselb/2.0"}),
        (403, {"server": "AkamaiGHost", "cache-control": "max-age=0, no-cache"}),
        (403, {"server": "CloudFront", "x-cache": "Error from cloudfront"}),
        (429, {}),
    ],
)
def test_headers_of_bot_walls_are_recognised(status: int, headers: dict[str, str]) -> None:
    found = challenge(evidence("<p>Denied.</p>", status=status, headers=headers))
    assert found is not None
    assert found.reason == "challenge page"


@pytest.mark.parametrize(
    "headers",
    [
        {"server": "cloudflare", "cf-ray": "1"},
        {"server": "AkamaiGHost", "cache-control": "no-cache"},
        {"x-cache": "Error from cloudfront"},
    ],
)
def test_a_policy_served_through_a_wall_is_not_taken_for_one(headers: dict[str, str]) -> None:
    assert challenge(evidence(page("Privacy", f"<p>{SHORT_POLICY}</p>"), headers=headers)) is None


def test_cloudflare_refusing_under_its_own_title_is_a_wall() -> None:
    markup = page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>" + "<p>Why? </p>" * 100)
    assert challenge(evidence(markup, status=403, headers={"server": "cloudflare"})) is not None


@pytest.mark.parametrize(
    "markup",
    [
        "<script>window._cf_chl_opt={cvId:'3'};</script><p>Wait.</p>",
        "<script>window.gokuProps = {};</script><div id='challenge-container'></div>",
        "<script src='https://ct.captcha-delivery.com/c.js'></script><p>Wait.</p>",
        "<div id='px-captcha'></div><p>Wait.</p>",
        "<iframe id='main-iframe' src='/_Incapsula_Resource?CWUDNSAI=9&amp;incident_id=1-2'>Request</iframe>",
        "<script id='anubis_challenge'>{}</script><p>Wait.</p>",
        "<meta http-equiv='refresh' content='0;/.well-known/sgcaptcha/?r=%2F'><p>Wait.</p>",
    ],
)
def test_marks_of_interstitials_are_recognised(markup: str) -> None:
    found = challenge(evidence(f"<html><body>{markup}</body></html>"))
    assert found is not None
    assert "interstitial" in found.detail


@pytest.mark.parametrize("title", examples("challenge"))
def test_titles_of_interstitials_are_recognised(title: str) -> None:
    assert challenge(evidence(page(title, "<p>Ray ID: 1234</p>"))) is not None


@pytest.mark.parametrize("heading", examples("challenge"))
def test_a_captcha_under_the_vendors_own_title_is_recognised(heading: str) -> None:
    assert challenge(evidence(page("Acme", f"<h1>{heading}</h1><p>Tick the box.</p>"))) is not None
