"""Merging corpora: crawls of several machines, people and years come together, in any order and any number of times.

merging.py       a corpus merged into another one, policy by policy
sources.py       opening it without writing it
policies.py      one policy united: facts first, then what follows from them
rows.py          which of two rows of one capture is kept
snapshots.py     all rows of a policy beside those that are here
texts.py         what each text is called here, and whose reading of it is kept
conclusions.py   what follows for snapshots without an answer
details.py       doubts, what is left out and disregarded, kept bytes, listings
crawls.py        the runs of the spider
candidates.py    what discovery found, and what was decided about it
files.py         WARC files

A snapshot of another corpus that a crawl fetched counts as fetched here: whoever names a corpus to be merged vouches
for it as for an own crawl, since that is what comes from one's own other machines. What a stranger says of the archive
is imported instead (`scrapy export jsonl`, `scrapy import`), and stays marked as such through every merge.
"""

from pipelines.merge.merging import Merged, Places, merge

__all__ = ["Merged", "Places", "merge"]
