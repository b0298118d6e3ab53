"""What changed between two versions of a sentence, word by word."""

import re
from typing import Literal, NamedTuple

from crawler.text.align import align

Op = Literal["=", "-", "+"]

# A word with the space after it. Chinese and Japanese write no spaces: there each character counts as a word.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"(?:[{_CJK}]|[^\W{_CJK}]+(?:['’.\-@][^\W{_CJK}]+)*|[^\w\s])\s*")
_CONFETTI = 2
"""Up to so many equal words between two longer changes count as changed: alone among differences they only disturb."""


class Change(NamedTuple):
    """A run of words that both versions have (=), or only the earlier (-) or the later (+) one."""

    op: Op
    text: str


def tokens(text: str) -> list[str]:
    """The words and signs of a text, each with the space that follows it."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many words a text has; signs are none."""
    return sum(1 for token in tokens(text) if token[0].isalnum())


def changes(before: str, after: str) -> list[Change]:
    """How ``before`` became ``after``: the runs in order; where something is replaced, what went first."""
    a, b = tokens(before), tokens(after)
    runs: list[tuple[Op, list[str]]] = []
    i = j = 0
    for x, y in [*align([t.rstrip() for t in a], [t.rstrip() for t in b]), (len(a), len(b))]:
        if x > i:
            runs.append(("-", a[i:x]))
        if y > j:
            runs.append(("+", b[j:y]))
        if y < len(b):
            kept = max(a[x], b[y], key=len)  # where only one of them has a space after it, what follows may need it
            if runs and runs[-1][0] == "=":
                runs[-1][1].append(kept)
            else:
                runs.append(("=", [kept]))
        i, j = x + 1, y + 1
    return [Change(op, "".join(run)) for op, run in _without_confetti(runs)]


def _without_confetti(runs: list[tuple[Op, list[str]]]) -> list[tuple[Op, list[str]]]:
    """Join changes that only a few equal words hold apart, where the changes are the longer."""
    calm: list[tuple[Op, list[str]]] = []
    for at, (op, run) in enumerate(runs):
        changed = sum(len(other) for _, other in runs[max(at - 2, 0) : at + 3]) - len(run)
        if op == "=" and 0 < at < len(runs) - 1 and len(run) <= _CONFETTI and changed > 3 * len(run):
            calm += [("-", run), ("+", run)]
        else:
            calm.append((op, run))
    joined: list[tuple[Op, list[str]]] = []
    removed: list[str] = []
    added: list[str] = []
    for op, run in [*calm, ("=", [])]:
        if op == "-":
            removed += run
        elif op == "+":
            added += run
        else:
            joined += [(o, r) for o, r in (("-", removed), ("+", added), ("=", run)) if r]  # type: ignore[misc]
            removed, added = [], []
    return joined
