"""Why a snapshot is asked for, and what an inference stands on, in words that a corpus can keep."""

from typing import Literal

Reason = Literal[
    "every snapshot",  # all were wanted
    "end of the history",  # the first or the last; another one where those hold no text
    "halving",  # between two snapshots with different texts
    "step in length",  # the same, next to the step of the lengths that outweighs all others there
    "length stands out",  # between two with one text, which was never seen at this length
    "length of another text",  # the same, and snapshots of this length there turned out to show another one
    "same bytes around",  # between captures of the same bytes: the page was changed, and changed back
    "long silence",  # the first after a long time without any, between two with one text
    "noise suspected",  # one of some that follow each other closely: does the page say something else each time?
    "long stretch",  # between two with one text that lie far apart in time
]

Questions = dict[int, Reason]
"""The snapshots (ranks) to ask for, and why."""

Basis = Literal[
    "length fits",  # the text is known at this length
    "length differs",  # it is not: it stands on the text before and after alone
    "length unknown",
]
"""How the listed length of a snapshot fits the document that is inferred for it."""
