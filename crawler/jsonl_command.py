"""Commands that answer JSON lines with JSON lines, each line on its own."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from crawler.errors import ArgumentError, PolicytrailError
from crawler.regular_files import open_regular

# A page of 4 million characters is read, in JSON with an escape for each.
_LONGEST_LINE = 64 * 1024 * 1024


class JsonlCommand(ScrapyCommand):
    """A command that answers each line of a file with a line: `answer` does it. A line that is no such object is named
    on standard error; the others are answered, and the exit status is 2.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar = {"LOG_ENABLED": False}
    name: str
    summary: str
    """The line in the list of commands."""
    takes: str
    """What the lines are: "pages"."""
    keys: tuple[str, ...]
    """The keys of a line's object."""

    def answer(self, line: Mapping[str, Any]) -> dict[str, object]:
        """Return the answer to a line."""
        raise NotImplementedError

    def syntax(self) -> str:
        return "--jsonl FILE"

    def short_desc(self) -> str:
        return self.summary

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take the file."""
        super().add_options(parser)
        said = f'{self.takes}, one JSON object per line; "-": standard input'
        parser.add_argument("--jsonl", metavar="FILE", help=said)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Answer the lines of the file."""
        try:
            if args or opts.jsonl is None:
                raise ArgumentError(f"Expected a file of {self.takes}: scrapy {self.name} --jsonl FILE")
            with opened(opts.jsonl) as lines:
                bad = answer_lines(lines, opts.jsonl, self.keys, self.answer)
        except PolicytrailError as error:
            sys.exit(str(error))
        except BrokenPipeError:  # the reader has seen enough: head, less
            sys.stderr.close()
        except KeyboardInterrupt:
            print("Interrupted.", file=sys.stderr)
            self.exitcode = 2
        else:
            self.exitcode = 2 if bad else 0


@contextmanager
def opened(path: str) -> Iterator[Iterable[bytes]]:
    """Open a file, or standard input for "-". Raises `ArgumentError` if it cannot be read."""
    if path == "-":
        yield _lines(sys.stdin.buffer)
        return
    try:
        with open_regular(Path(path)) as file:
            yield _lines(file)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise ArgumentError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _lines(file: Any) -> Iterator[bytes]:
    """Yield lines; one that is too long in pieces, each of which is no JSON and named as such."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            line = b"\0"
        yield line


def answer_lines(
    lines: Iterable[bytes], name: str, keys: tuple[str, ...], answer: Callable[[Mapping[str, Any]], object]
) -> int:
    """Print the answer to each line; return how many lines could not be answered, after a sentence about each.

    Every key but ``id``, which may be any value, has to be a string.
    """
    bad = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        why = None
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            why = "no JSON"
        else:
            missing = [key for key in keys if not isinstance(asked, dict) or key not in asked]
            wrong = [key for key in keys if not missing and key != "id" and not isinstance(asked[key], str)]
            if missing:
                why = f"it has no {missing[0]!r}"
            elif wrong:
                why = f"{wrong[0]!r} is no string"
        if why is None:
            print(json.dumps(answer(asked), ensure_ascii=True), flush=True)
        else:
            bad += 1
            expected = ", ".join(f'"{key}"' for key in keys)
            print(f"{name}, line {number}: {why}. Expected a JSON object with {expected}.", file=sys.stderr)
    return bad
