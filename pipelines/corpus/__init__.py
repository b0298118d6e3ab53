"""The corpus: one SQLite file with all that is known.

database.py       opening it, and its transactions; its tables (schema.py) and views (views.py)
trust.py          whether a file is a corpus of ours: a stranger's schema is code
bad_rows.py       rows that cannot be read: pages and exports leave them out and name them
snapshots.py      what was listed, how far, and what is known of each snapshot
documents.py      distinct texts; search_index.py indexes their signs
revisions.py      stretches of time with one text, drawn from the snapshots
differences.py    what changed between two texts
noise.py          what of a policy's texts does not count
left_out.py       what pages show and their documents leave out
conclusions/      what follows from the snapshots: doubts about them
citation.py       what proves a snapshot's text
crawls.py         runs of the spider, and how each policy fared
candidates.py     addresses that may be a policy's, and what was decided about each
discovery_answers.py  what the archive answered when the policies of a domain were looked for
unfinished.py     what was asked for of a policy that no crawl came to the end of yet
policy_crawls.py  what a policy's crawl asks of it, and puts into it
lock.py           one crawl at a time
"""

import sys

# sqlite_utils imports numpy where it is there, for columns of its kinds of numbers, which no table of ours has. That
# takes as long as all the rest of it (2026-11), for commands that read a corpus a third of what they take.
if "numpy" not in sys.modules:
    sys.modules["numpy"] = None  # type: ignore[assignment]
    import sqlite_utils  # noqa: F401

    del sys.modules["numpy"]

from pipelines.corpus.database import Corpus

__all__ = ["Corpus"]
