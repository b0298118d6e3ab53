"""Pages to read, and tasks that go wrong, for the tests of those who do them."""

import os
import signal

from crawler.extraction.extract import CapturedResponse
from crawler.model import Part
from crawler.reading import Page

SENTENCE = "We keep your order for {} days, as the law asks of every shop that sells to consumers. "


def page(days: int, timestamp: str = "20200101000000", script: int = 0) -> Page:
    """A page of a policy; another ``script`` changes nothing that a reader sees."""
    prose = SENTENCE.format(days) * 60
    body = f"<title>Privacy</title><script>{script}</script><main><p>{prose}<a href=/x>x</a></main>"
    return Page(CapturedResponse(body.encode(), "https://x.example/p", 200, {}), timestamp, Part(), "https://a.example")


def die(number: int) -> int:
    """Return the square of a number; 3 ends the process."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number
