import pytest
from rejection_pages import SHORT_POLICY, evidence, examples, page

from crawler.extraction.rejection.walls import consent_wall, log_in_wall

FORM = "<form><input type='email'><input type='password'><button>Go</button></form>"


@pytest.mark.parametrize("words", examples("log_in"))
def test_a_log_in_form_alone_is_a_wall(words: str) -> None:
    found = log_in_wall(evidence(page(words, f"<p>Forgot your password?</p>{FORM}")))
    assert found is not None
    assert found.reason == "log-in wall"


def test_a_log_in_form_beside_a_policy_is_no_wall() -> None:
    assert log_in_wall(evidence(page("Acme", f"<h1>Log in</h1>{FORM}<p>{SHORT_POLICY * 2}</p>"))) is None
    assert log_in_wall(evidence(page("Privacy", f"{FORM}<p>{SHORT_POLICY}</p>"))) is None


def test_the_words_without_a_form_are_no_wall() -> None:
    assert log_in_wall(evidence(page("Log in", "<p>When you log in, we store your name.</p>"))) is None


DIALOGS = list(zip(examples("consent"), examples("accept"), examples("decide"), strict=False))  # languages may mix


@pytest.mark.parametrize(("question", "yes", "no"), DIALOGS)
def test_a_consent_dialog_alone_is_a_wall(question: str, yes: str, no: str) -> None:
    markup = page(
        "Acme", f"<h1>{question}</h1><p>Our 754 partners use cookies.</p><button>{yes}</button><button>{no}</button>"
    )
    found = consent_wall(evidence(markup))
    assert found is not None
    assert found.reason == "consent wall"


def test_the_gate_of_a_group_of_sites_is_recognised_by_its_form() -> None:
    markup = page("Acme is part of a family", "<form action='https://consent.yahoo.com/v2/collectConsent'>Yes</form>")
    assert consent_wall(evidence(markup)) is not None


def test_a_cookie_policy_is_no_consent_wall() -> None:
    policy = "<h1>Cookie policy</h1><p>We use cookies.</p><button>Accept all</button><button>Reject all</button>"
    assert consent_wall(evidence(page("Cookie policy", policy))) is None


def test_a_policy_behind_a_dialog_is_no_consent_wall() -> None:
    dialog = "<p>We value your privacy.</p><button>Accept all</button><button>Reject all</button>"
    assert consent_wall(evidence(page("Acme", f"{dialog}<p>{SHORT_POLICY}</p>"))) is None
