"""Times are given in words that claim no more than is known."""

import pytest

from output.site.dates import between, clock, day, through


@pytest.mark.parametrize(
    ("earlier", "later", "words"),
    [
        ("2019-03-04T10:00:00+00:00", "2019-05-11T09:00:00+00:00", "between 4 March and 11 May 2019"),
        ("2019-03-04T10:00:00+00:00", "2019-03-11T09:00:00+00:00", "between 4 and 11 March 2019"),
        ("2018-03-04T10:00:00+00:00", "2019-03-11T09:00:00+00:00", "between 4 March 2018 and 11 March 2019"),
        ("2019-03-04T10:00:00+00:00", "2019-03-04T19:00:00+00:00", "on 4 March 2019"),
    ],
)
def test_a_change_came_between_two_captures(earlier: str, later: str, words: str) -> None:
    assert between(earlier, later) == words


def test_moments_and_stretches() -> None:
    assert day("2019-03-04T10:34:41+00:00") == "4 March 2019"
    assert day(None) == ""
    assert clock("2019-03-04T09:05:41+00:00") == "4 March 2019, 09:05 UTC"
    assert through("2019-03-04T10:00:00+00:00", "2019-03-04T10:00:00+00:00") == "on 4 March 2019"
    assert through("2019-03-04T10:00:00+00:00", "2020-01-01T10:00:00+00:00") == "from 4 March 2019 to 1 January 2020"
