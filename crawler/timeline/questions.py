"""Why a snapshot is asked for, and what an inference stands on, in words that a corpus can keep."""

from crawler.model import Reason

Questions = dict[int, Reason]
"""The snapshots (ranks) to ask for, and why."""
