import pytest
from rejection_pages import SHORT_POLICY, evidence, examples, page

from crawler.extraction.rejection.soft_404 import bad_status, soft_404

SORRY = "<p>Sorry about that. Try the search or start at our home page.</p>"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (302, "redirect stub"),
        (401, "log-in wall"),
        (403, "challenge page"),
        (404, "not found page"),
        (410, "not found page"),
        (500, "error page"),
        (503, "error page"),
    ],
)
def test_a_bad_status_is_named(status: int, reason: str) -> None:
    found = bad_status(evidence(page("Acme", SORRY), status=status))
    assert found is not None
    assert found.reason == reason
    assert str(status) in found.detail


@pytest.mark.parametrize("status", [200, 203, 206])
def test_a_good_status_says_nothing(status: int) -> None:
    assert bad_status(evidence(page("Acme", SORRY), status=status)) is None


def test_a_long_policy_by_title_outweighs_an_error_status() -> None:
    assert bad_status(evidence(page("Privacy policy", f"<p>{SHORT_POLICY}</p>" * 3), status=404)) is None
    assert bad_status(evidence(page("Privacy: not found", f"<p>{SHORT_POLICY}</p>" * 3), status=404)) is None
    assert bad_status(evidence(page("Page not found", f"<p>{SHORT_POLICY}</p>" * 3), status=404)) is not None


@pytest.mark.parametrize("words", examples("not_found"))
@pytest.mark.parametrize("place", ["title", "heading", "beginning"])
def test_soft_404s_are_recognised_by_title_heading_or_beginning(words: str, place: str) -> None:
    markup = {
        "title": page(f"{words} | Acme", SORRY * 8),
        "heading": page("Acme", f"<h1>{words}</h1>{SORRY * 8}"),
        "beginning": page("Acme", f"<p>{words}</p>{SORRY}"),
    }[place]
    found = soft_404(evidence(markup))
    assert found is not None
    assert found.reason == "not found page"


@pytest.mark.parametrize("words", ["Page not found", "This domain is for sale", "Coming soon"])
def test_a_notice_within_a_policy_makes_no_soft_404(words: str) -> None:
    assert (
        soft_404(
            evidence(page("Acme", f"<p>Privacy statement</p><p>{words}: what we do then.</p><p>{SHORT_POLICY}</p>"))
        )
        is None
    )
    assert soft_404(evidence(page("Acme", f"<p>{SHORT_POLICY} {words}.</p>"))) is None


def test_a_missing_policy_under_its_own_name_is_recognised() -> None:
    assert soft_404(evidence(page("Privacy Policy - Page not found", SORRY))) is not None


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        pytest.param(title, reason, id=title)
        for name, reason in {
            "moved": "redirect stub",
            "error": "error page",
            "placeholder": "placeholder page",
            "parked": "parked domain",
        }.items()
        for title in examples(name)
    ],
)
def test_other_pages_in_place_of_the_policy_are_named(title: str, reason: str) -> None:
    found = soft_404(evidence(page(title, SORRY)))
    assert found is not None
    assert found.reason == reason


def test_a_parking_service_is_recognised_by_its_scripts() -> None:
    head = "<script src='https://img.sedoparking.com/templates/x.js'></script>"
    found = soft_404(evidence(page("acme.example", "<p>Related links: Shoes, Cars, Loans</p>", head)))
    assert found is not None
    assert found.reason == "parked domain"


@pytest.mark.parametrize(
    "title", ["Domain parking terms", "Terms for maintenance", "Studio 404: privacy", "Coming soon: legal"]
)
def test_a_policys_title_is_not_taken_for_a_notice(title: str) -> None:
    assert soft_404(evidence(page(title, f"<p>{SHORT_POLICY}</p>"))) is None


def test_the_archives_own_pages_are_recognised_however_long() -> None:
    assert soft_404(evidence(page("Wayback Machine", f"<p>{SHORT_POLICY}</p>" * 5))) is not None
    assert soft_404(evidence(page("Terms of the Wayback Machine", f"<p>{SHORT_POLICY}</p>" * 5))) is None


@pytest.mark.parametrize("line", examples("archive"))
def test_the_archive_speaking_of_itself_is_recognised(line: str) -> None:
    found = soft_404(evidence(page("Acme", f"<p>{line}</p>")))
    assert found is not None
    assert found.reason == "archive message"
