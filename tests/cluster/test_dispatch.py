"""How batches are handed out, over machines that are only said to be there."""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from crawler.cluster import dispatch
from crawler.cluster.batches import Batch, Outcome, Request
from crawler.cluster.dispatch import Dispatch
from crawler.errors import ClusterError, CorpusError
from crawler.model import Policy

REQUEST = Request((), (), "http://a.example", None, True, "us/1", "topic")


def batch(number: int) -> Batch:
    return Batch(number, (Policy(f"v{number}.example", "privacy policy", ()),), REQUEST)


def outcome(address: str, status: int = 0, said: str = "", *, again: bool = False) -> Outcome:
    return Outcome(status, said, again, address, address, "/there", ())


class _Future:
    def __init__(self, key: str, result: Callable[[], Outcome], wait: int) -> None:
        self.key, self.result, self.wait = key, result, wait

    def done(self) -> bool:
        self.wait -= 1
        return self.wait < 0


class _Client:
    """Machines by their names, with what each offers; ``crawl`` says how the crawl of a batch by one goes."""

    status = "running"

    def __init__(self, crawl: Callable[[Batch, str], Outcome], **offers: int) -> None:
        self.crawl, self.offers = crawl, offers
        self.at: dict[str, str] = {}
        self.cancelled: list[str] = []
        self.most = 0

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        return {"workers": {name: {"resources": {"crawl": number}} for name, number in self.offers.items()}}

    def submit(self, task: object, batch: Batch, known: object, *, key: str, **_: object) -> _Future:
        held = list(self.at.values())
        machine = min((name for name, number in self.offers.items() if number), key=held.count)
        self.at[key] = machine

        def result() -> Outcome:
            self.most = max(self.most, len(self.at))
            del self.at[key]
            return self.crawl(batch, machine)

        return _Future(key, result, wait=2)

    def processing(self, addresses: list[str]) -> dict[str, list[str]]:
        return {address: [key for key, machine in self.at.items() if machine == address] for address in addresses}

    def cancel(self, futures: list[_Future]) -> None:
        for future in futures:
            self.cancelled.append(future.key)
            self.at.pop(future.key, None)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_LOOK", 0.001)
    monkeypatch.setattr(dispatch, "_PATIENCE", 0.05)


def handed_out(client: _Client, number: int, unite: Callable[..., list[str]] = lambda *_: []) -> Dispatch:
    return Dispatch(
        client,  # type: ignore[arg-type]
        lambda _: (None, False),
        unite,
        lambda _: None,
        deque(batch(n) for n in range(1, number + 1)),
    )


def ended(made: Dispatch) -> dict[int, tuple[int, str]]:
    return {number: (done.status, done.said) for number, done in made.done.items()}


def test_every_batch_is_crawled_and_united_once_and_no_machine_has_two() -> None:
    client = _Client(lambda _, machine: outcome(machine), a=1, b=1)
    united: list[int] = []
    made = handed_out(client, 7, lambda batch, _: united.append(batch.number) or [])
    made.run()
    assert sorted(united) == [1, 2, 3, 4, 5, 6, 7]
    assert set(ended(made).values()) == {(0, "")}
    assert client.most == 2


def test_the_status_of_a_batch_is_that_of_its_crawl_and_of_uniting_it() -> None:
    client = _Client(
        lambda b, machine: outcome(machine, 2, "Done in part.") if b.number == 1 else outcome(machine), a=1
    )
    made = handed_out(client, 3, lambda batch, _: ["a row was refused"] if batch.number == 2 else [])
    made.run()
    assert ended(made) == {1: (2, "Done in part"), 2: (2, "a row was refused"), 3: (0, "")}


def test_a_batch_that_a_machine_gave_up_goes_to_another_and_what_waits_there_too() -> None:
    def crawl(batch: Batch, machine: str) -> Outcome:
        if machine == "banned":
            client.offers["banned"] = 0
            return outcome(machine, 1, "refuses connections", again=True)
        return outcome(machine)

    client = _Client(crawl, banned=1, well=1)
    made = handed_out(client, 4)
    made.run()
    assert set(ended(made).values()) == {(0, "")}


def test_a_batch_that_everybody_gives_up_is_done_after_three() -> None:
    tried: list[str] = []

    def crawl(batch: Batch, machine: str) -> Outcome:
        tried.append(machine)
        return outcome(machine, 1, "refuses connections", again=True)

    made = handed_out(_Client(crawl, a=1, b=1), 1)
    made.run()
    assert len(tried) == 3
    assert ended(made) == {1: (1, "refuses connections")}


def test_files_that_cannot_be_had_are_crawled_again() -> None:
    times: list[int] = []

    def unite(batch: Batch, _: Outcome) -> list[str]:
        times.append(batch.number)
        if len(times) == 1:
            raise OSError("the machine is gone")
        return []

    made = handed_out(_Client(lambda _, machine: outcome(machine), a=1), 1, unite)
    made.run()
    assert times == [1, 1]
    assert ended(made) == {1: (0, "")}


def test_a_task_that_fails_is_named_and_the_others_go_on() -> None:
    def crawl(batch: Batch, machine: str) -> Outcome:
        if batch.number == 1:
            raise RuntimeError("the crawl\ndied")
        return outcome(machine)

    made = handed_out(_Client(crawl, a=1), 2)
    made.run()
    assert ended(made) == {1: (1, "RuntimeError: the crawl died"), 2: (0, "")}


def test_a_corpus_that_cannot_be_written_ends_all() -> None:
    def unite(batch: Batch, _: Outcome) -> list[str]:
        raise CorpusError("the disk is full")

    client = _Client(lambda _, machine: outcome(machine), a=1)
    with pytest.raises(CorpusError, match="the disk is full"):
        handed_out(client, 3, unite).run()
    assert not client.at


@pytest.mark.parametrize(("offers", "why"), [({}, "0 are there"), ({"resting": 0}, "no machine is left")])
def test_without_machines_it_ends(offers: dict[str, int], why: str) -> None:
    made = handed_out(_Client(lambda _, machine: outcome(machine), **offers), 1)
    with pytest.raises(ClusterError, match=why):
        made.run()


def test_ctrl_c_ends_the_crawls_and_unites_what_had_arrived() -> None:
    client = _Client(lambda _, machine: outcome(machine), a=1, b=1)
    shown = 0

    def unite(batch: Batch, _: Outcome) -> list[str]:
        time.sleep(0.2)
        return []

    def show(made: Dispatch) -> None:
        nonlocal shown
        shown += 1
        if made.arriving:
            raise KeyboardInterrupt

    made = handed_out(client, 6, unite)
    made.show = show
    with pytest.raises(KeyboardInterrupt):
        made.run()
    assert ended(made) == dict.fromkeys(ended(made), (0, ""))
    assert len(ended(made)) >= 1
    assert not client.at


def test_a_scheduler_that_is_gone_is_named() -> None:
    class Gone(_Client):
        def scheduler_info(self, n_workers: int) -> dict[str, Any]:
            self.status = "closed"
            return {}

    with pytest.raises(ClusterError, match="the scheduler is gone"):
        handed_out(Gone(lambda _, machine: outcome(machine), a=1), 1).run()
