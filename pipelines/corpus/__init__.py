"""The corpus: one SQLite file with all that is known.

database.py    opening it; the schema's migrations (schema.py), views (views.py), derived counts (derived.py)
snapshots.py   what was listed, and what is known of each snapshot
listings.py    how far each URL's listing is known
documents.py   distinct texts
revisions.py   stretches of time with one text, drawn from the snapshots
noise.py       what of a policy's texts does not count
crawls.py      runs of the spider, and how each policy fared
memory.py      what a policy's crawl asks of it
events.py      what a policy's crawl puts into it
lock.py        one crawl at a time
"""

from pipelines.corpus.database import Corpus

__all__ = ["Corpus"]
