"""Nothing of the addresses for notifications stands in a log, at any level, in any library's lines."""

import logging

import pytest
from scrapy.settings import Settings

from crawler import logs, secrets


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    """What one test hides is nothing to the others."""
    factory = logging.getLogRecordFactory()
    monkeypatch.setattr(secrets, "_hidden", set())
    monkeypatch.setattr(secrets, "_pattern", None)
    yield
    logging.setLogRecordFactory(factory)


@pytest.mark.parametrize(
    ("given", "line", "hidden"),
    [
        ("mailto:user:hunter2@example.org", "Unparseable URL mailto:user:hunter2@example.org", "hunter2"),
        ("mailto://user:pa,ss9word@example.org", "Unsupported URL: ss9word@example.org", "ss9word"),
        ("mailto://user:pa%2Css@example.org", "login as user with 'pa,ss'", "pa,ss"),
        ("mailto://example.org?user=me&pass=s3cret", "Loaded {'pass': 's3cret'}", "s3cret"),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
            'https://hooks.slack.com:443 "POST /services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ HTTP/1.1" 404',
            "TIiajkdnlazkcOXrIdevi7FQ T1JJ3T3L2 A1BRTD4JD",
        ),
        (
            "tgram://123456789:abcdefg_hijklmnop/12315544/",
            "POST https://api.telegram.org/bot123456789:abcdefg_hijklmnop/sendMessage",
            "123456789 abcdefg_hijklmnop",
        ),
        ("jsons://hooks.example.org/in/quietcorner", "POST https://hooks.example.org/in/quietcorner", "quietcorner"),
        ("json://user:pa%40ss@example.org/x", "Authorization: Basic dXNlcjpwYUBzcw==", "dXNlcjpwYUBzcw=="),
        ("mailtos://user:hunter2@example.org", "send: 'AUTH PLAIN AHVzZXIAaHVudGVyMg=='", "AHVzZXIAaHVudGVyMg=="),
        ("json://TokenInHost/x", "Connecting to tokeninhost:80", "tokeninhost"),
        ("nonsense with a password", "'nonsense with a password' is no URL", "password"),
    ],
)
def test_no_line_has_a_secret_of_an_address(caplog, given, line, hidden):
    secrets.hide(logs.secrets_of(Settings({"NOTIFY_URLS": given})))
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("some.library").debug("%s", line)
        logging.getLogger("some.library").debug(line.replace("%", "%%"))
    for part in hidden.split():
        assert part not in caplog.text


def test_no_line_has_the_keys_of_the_archive(caplog, monkeypatch):
    monkeypatch.setenv("SAVEPAGENOW_SECRET_KEY", "Qk3vLm9")
    secrets.hide(logs.secrets_of(Settings()))
    logging.getLogger("aiohttp").error("Authorization: LOW abc:%s", "Qk3vLm9")
    assert caplog.messages == ["Authorization: LOW abc:****"]


def test_a_traceback_has_none_either():
    secrets.hide(["mailto://user:hunter2@example.org"])
    formatter = secrets.MaskingFormatter(logging.Formatter())
    try:
        raise ValueError("cannot log in with hunter2")
    except ValueError as error:
        raised = (ValueError, error, error.__traceback__)
    line = formatter.format(logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, raised))
    assert "ValueError: cannot log in with ****" in line


def test_other_lines_stay_as_they_are(caplog):
    secrets.hide(["", "x", "json://x", "json://localhost:8080/policies", "mailto://example.org?html=yes"])
    with caplog.at_level(logging.INFO):
        logging.getLogger("crawler").info("The crawl of policies on localhost, yes, said %s of %d", "json", 3)
    assert caplog.messages == ["The crawl of policies on localhost, yes, said json of 3"]
