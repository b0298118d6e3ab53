"""A limit of time is one of the processor's, and as long as the machine is slow."""

import pace
import pytest


@pytest.fixture
def half_as_fast(monkeypatch):
    monkeypatch.setattr(pace, "slowness", lambda: 2.0)


def work(seconds: float) -> None:
    end = pace.time.process_time() + seconds
    while pace.time.process_time() < end:
        pass


def test_what_takes_longer_than_its_limit_is_told():
    with (
        pytest.raises(AssertionError, match=r"it took 0\.\d\d s of the processor, and may take 0\.00"),
        pace.at_most(0),
    ):
        work(0.01)


def test_waiting_takes_no_time_of_the_processor():
    with pace.at_most(0.05):
        pace.time.sleep(0.1)


def test_on_a_machine_half_as_fast_it_may_take_twice_as_long(half_as_fast):
    with pace.at_most(0.05):
        work(0.06)
    with pytest.raises(AssertionError), pace.at_most(0.05):
        work(0.11)
