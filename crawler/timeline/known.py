"""What a timeline is told of snapshots that earlier crawls, or this one, found out about."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from crawler.model import Key


class Known(NamedTuple):
    """What is known of a policy's snapshots: the documents (content hashes) of those that were fetched or are repeats,
    those of inferred ones, the snapshots that hold no document, and those of which nothing is claimed among variants;
    ``new`` are those that were fetched since a crawl last came to its end.
    """

    texts: Mapping[Key, str] = MappingProxyType({})
    inferred: Mapping[Key, str] = MappingProxyType({})
    dismissed: Collection[Key] = ()
    unclaimed: Collection[Key] = ()
    new: Collection[Key] = ()
