"""The state that processes share: whole whatever happens to the file, and one change at a time."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.errors import StateError
from crawler.rate_limit.shared_state import SharedState, StateBusy

ROOT = Path(__file__).parents[2]

TAKE = """
import sys, time
from pathlib import Path
from crawler.rate_limit.shared_state import StateBusy, SharedState
from crawler.rate_limit.limits import read

def take(text):
    now = time.time()
    limits = read(text, now)
    moment = limits.take("replay", 0.002, now)
    return limits.dump(now), moment

state = SharedState(Path(sys.argv[1]))
for _ in range(100):
    while True:
        try:
            print(repr(state.change("archive", take)))
            break
        except StateBusy:
            time.sleep(0.001)
"""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], SharedState]]:
    """Opens the state in the test's folder, as often as wanted, and closes it in the end."""
    states: list[SharedState] = []

    def open_another() -> SharedState:
        states.append(SharedState(tmp_path))
        return states[-1]

    yield open_another
    for state in states:
        state.close()


def test_what_one_writes_the_other_reads(opened):
    one, other = opened(), opened()
    assert one.change("a", lambda text: ("first", text)) is None
    assert other.change("a", lambda text: (None, text)) == "first"
    assert other.read("a") == "first"
    assert other.read("b") is None


def test_a_change_that_fails_changes_nothing(opened):
    state = opened()
    state.change("a", lambda _: ("kept", None))
    with pytest.raises(ZeroDivisionError):
        state.change("a", lambda _: (str(1 / 0), None))
    assert state.read("a") == "kept"


def test_four_processes_get_moments_of_their_own_an_interval_apart(tmp_path):
    command = [sys.executable, "-c", TAKE, str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    moments = sorted(float(line) for process in started for line in process.communicate(timeout=60)[0].split())
    assert len(moments) == 400
    assert all(later - earlier >= 0.00199 for earlier, later in pairwise(moments))


def test_a_file_in_another_process_hand_is_busy_and_nobody_waits(opened):
    state = opened()
    state.change("a", lambda _: ("text", None))
    other = sqlite3.connect(state.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StateBusy):
        state.change("a", lambda _: ("other", None))
    assert time.monotonic() - began < 0.5
    other.execute("ROLLBACK")
    other.close()
    assert state.read("a") == "text"


@pytest.mark.parametrize("broken", [b"", b"this is no database " * 500])
def test_a_damaged_file_is_begun_anew(tmp_path, opened, broken):
    (tmp_path / "shared.db").write_bytes(broken)
    state = opened()
    state.change("a", lambda text: ("text", text))
    assert opened().read("a") == "text"


def test_a_file_that_somebody_removed_is_made_again_and_shared(tmp_path, opened):
    one, other = opened(), opened()
    one.change("a", lambda _: ("text", None))
    other.read("a")
    for path in tmp_path.iterdir():
        path.unlink()
    one.change("a", lambda _: ("new", None))
    assert other.read("a") == "new"


def test_a_place_where_no_file_can_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="STATE_DIR"):
        SharedState(tmp_path / "file" / "state").read("a")


def test_a_change_takes_well_under_a_millisecond(opened):
    state = opened()
    state.change("a", lambda _: ("text", None))
    took = []
    for _ in range(200):
        began = time.perf_counter()
        state.change("a", lambda text: (text, None))
        took.append(time.perf_counter() - began)
    assert sorted(took)[100] < 0.001
