"""The Dask cluster to crawl on: one that there is, or a small one on this machine."""

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler import program
from crawler.cluster.batches import RESOURCE
from crawler.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

_SECONDS = 10
"""To wait for a scheduler to answer."""


@contextmanager
def connected(scheduler: str | None) -> "Iterator[Client]":
    """Connect to a scheduler, or start one with one worker here. Raises `ClusterError`."""
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ClusterError(
            f"Crawls are handed out by Dask, which is not installed. Install the extra: {program.install('cluster')}"
        ) from error
    logging.getLogger("distributed").setLevel(logging.ERROR)  # a worker that dies is told of in words of ours
    warnings.filterwarnings("ignore", module="distributed")
    if scheduler is None:
        cluster = LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            resources={RESOURCE: 1},
            dashboard_address="127.0.0.1:8787",
            silence_logs=logging.ERROR,
        )
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=_SECONDS)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"{scheduler}: no Dask scheduler answers there ({error}). Start one (dask scheduler --preload policytrail)"
            " and give its address, like tcp://machine:8786; or give none, to crawl on this machine."
        ) from error
    with client:
        yield client
