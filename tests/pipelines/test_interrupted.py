"""How far a run came is told to the next one if that is about the same."""

from pathlib import Path

from pipelines.interrupted import Checkpoint


def test_a_run_that_learns_what_it_is_about_keeps_what_is_done(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.db"
    assert not Checkpoint.is_left(corpus)
    first = Checkpoint(corpus, {"captures": 3})
    first.add(7, ["done"])
    first.restate({"captures": 2})
    first.add(8, ["done"])
    assert Checkpoint.is_left(corpus)
    assert Checkpoint(corpus, {"captures": 2}).done == {7: ["done"], 8: ["done"]}
    anew = Checkpoint(corpus, {"captures": 3})
    assert (anew.done, anew.resumes) == ({}, False)
    anew.finish()
    assert not Checkpoint.is_left(corpus)
