"""What strangers wrote neither steers a terminal nor looks like a line of the log."""

import json
import logging

import pytest

from crawler.logs import JsonFormatter, LineFormatter
from crawler.visible import visible, visible_lines

EVIL = "a\x1b[2J\x9b2J\u202e\ud800\r\n2026 ERROR: forged"


def record(*args: object) -> logging.LogRecord:
    return logging.LogRecord("crawler", logging.WARNING, "", 0, "%s", args, None)


@pytest.mark.parametrize("text", ["", "ä → 字", 'a "b" \\n'])
def test_what_is_printed_stays(text):
    assert visible(text) == visible_lines(text) == text


def test_what_is_not_printed_is_escaped():
    assert visible(EVIL) == r"a\x1b[2J\x9b2J\u202e\ud800\r\n2026 ERROR: forged"


def test_a_line_of_the_log_is_no_other_line():
    said = LineFormatter("%(message)s").format(record(EVIL))
    assert said == "a\\x1b[2J\\x9b2J\\u202e\\ud800\\r\n    2026 ERROR: forged"


def test_a_line_of_json_says_the_same_and_steers_nothing():
    said = JsonFormatter().format(record(EVIL))
    assert said.isprintable()
    assert json.loads(said)["message"] == EVIL
