"""How far a run over all policies of a corpus came, for the next one to go on if it is interrupted."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Checkpoint:
    """The policies that are done, and what came of each, in a file beside the corpus that goes when all are done.

    ``about`` is all that what comes of a policy depends on: a run about something else begins anew.
    """

    def __init__(self, corpus: Path, about: Mapping[str, Any]) -> None:
        self._path = _beside(corpus)
        self._about = json.loads(json.dumps(about))
        self.done: dict[int, Any] = {}
        self.resumes = False
        lines = list(self._lines())
        if lines[:1] == [self._about]:
            self.resumes = True
            self.done = {int(policy): outcome for policy, outcome in lines[1:]}
        else:
            self._write()

    @staticmethod
    def is_left(corpus: Path) -> bool:
        """Tell whether a run over a corpus was interrupted."""
        return _beside(corpus).exists()

    def restate(self, about: Mapping[str, Any]) -> None:
        """Note that the run is about something else: what it depends on is known better by now."""
        about = json.loads(json.dumps(about))
        if about != self._about:
            self._about = about
            self._write()

    def _write(self) -> None:
        lines = [self._about, *([policy, outcome] for policy, outcome in self.done.items())]
        self._path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")

    def _lines(self) -> Iterator[Any]:
        """Yield what the file has, up to what the interrupted run did not write to its end."""
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for line in text.splitlines(keepends=True):
            try:
                if line.endswith("\n"):
                    yield json.loads(line)
            except ValueError:
                return

    def add(self, policy: int, outcome: Any) -> None:
        """Note that a policy is done: what the corpus says of it now is stored."""
        self.done[policy] = outcome
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([policy, outcome]) + "\n")

    def finish(self) -> None:
        """Forget it: all policies are done."""
        self._path.unlink(missing_ok=True)


def _beside(corpus: Path) -> Path:
    return corpus.with_name(f"{corpus.name}-reextract")
