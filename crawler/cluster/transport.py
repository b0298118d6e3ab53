"""How corpora and kept bytes travel between the machines of a cluster: through an fsspec address, or through Dask.

Through Dask, files come from a machine in chunks, so that neither it, nor the scheduler, nor whoever gets them holds
more than one in memory. What a machine is to know goes to it with its batch: some megabytes.
"""

import logging
import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cluster.batches import Batch, Outcome, Request
from crawler.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client

logger = logging.getLogger(__name__)

CORPUS, BYTES, KNOWN = "corpus.db", "warc", "known.db"
"""The names under which a corpus, files of kept bytes, and what is known before a crawl travel and lie."""

_CHUNK = 8 << 20


# -- where batches are handed out -------------------------------------------------------------------------------------
def send_known(batch: Batch, known: Path) -> bytes | None:
    """Send what is known before a crawl, or return it, for it to go with the batch."""
    if batch.request.through is None:
        return zlib.compress(known.read_bytes(), 6)
    _Remote(batch.request, batch.key).put(known, KNOWN)
    return None


def fetch(client: "Client", batch: Batch, outcome: Outcome, folder: Path) -> None:
    """Fetch the files of an outcome to a folder. Raises whatever Dask or fsspec does where they cannot be had."""
    for name, size in outcome.files:
        place = folder / _inside(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        if batch.request.through is not None:
            _Remote(batch.request, batch.key).get(name, place)
        else:
            with place.open("wb") as file:
                while (done := file.tell()) < size:
                    path = str(Path(outcome.folder, name))
                    chunk = client.run(read_chunk, path, done, workers=[outcome.address])[outcome.address]
                    if not chunk:
                        raise OSError(f"{path} on {outcome.machine} ends at {done} of {size} bytes")
                    file.write(chunk)


def forget(client: "Client", batch: Batch, outcome: Outcome) -> None:
    """Let a machine remove what it has of a batch, and remove what was left on the way."""
    client.run(remove, outcome.folder, workers=[outcome.address])
    if batch.request.through is not None:
        _Remote(batch.request, batch.key).remove()


def prepare(request: Request) -> None:
    """Make room at the address through which files travel. Raises `ClusterError` if it cannot be used."""
    if request.through is None:
        return
    try:
        _Remote(request).make()
    except Exception as error:  # of whichever library is behind the address
        raise ClusterError(
            f"--through {request.through}: nothing can be written there ({type(error).__name__}: {error}). Expected a"
            " folder that all machines share, or an address for which fsspec has a library here, and you the rights."
        ) from error


def clear(request: Request) -> None:
    """Remove whatever a crawl left on the way, when it ends."""
    if request.through is None:
        return
    try:
        _Remote(request).remove()
    except Exception as error:  # likewise
        logger.warning("%s: what was on its way could not be removed (%s)", request.through, error)


# -- on a machine -----------------------------------------------------------------------------------------------------
def receive_known(batch: Batch, sent: bytes | None, place: Path) -> None:
    """Write what is known before a crawl to a path."""
    if sent is not None:
        place.write_bytes(zlib.decompress(sent))
    elif batch.request.through is not None:
        _Remote(batch.request, batch.key).get(KNOWN, place)


def send(batch: Batch, folder: Path, files: tuple[tuple[str, int], ...]) -> None:
    """Send the files of an outcome, where they do not stay until they are fetched."""
    if batch.request.through is not None:
        for name, _ in files:
            _Remote(batch.request, batch.key).put(folder / name, name)


def read_chunk(path: str, start: int) -> bytes:
    """Return a chunk of a file."""
    with Path(path).open("rb") as file:
        file.seek(start)
        return file.read(_CHUNK)


def remove(folder: str) -> None:
    """Remove a folder, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _inside(name: str) -> Path:
    """Return the path of a file below a folder, whoever names it."""
    path = Path(name)
    return Path(BYTES, path.name) if path.parent.name == BYTES else Path(path.name)


class _Remote:
    """The folder of a crawl, or of a batch of it, at the address through which files travel."""

    def __init__(self, request: Request, key: str = "") -> None:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - comes with the extra

        self.fs, root = url_to_fs(request.through)
        self.folder = f"{root.rstrip('/')}/{request.topic}/{key}".rstrip("/")

    def make(self) -> None:
        self.fs.makedirs(self.folder, exist_ok=True)

    def put(self, path: Path, name: str) -> None:
        place = f"{self.folder}/{name}"
        self.fs.makedirs(place.rpartition("/")[0], exist_ok=True)
        self.fs.put_file(str(path), place)

    def get(self, name: str, path: Path) -> None:
        self.fs.get_file(f"{self.folder}/{name}", str(path))

    def remove(self) -> None:
        if self.fs.exists(self.folder):
            self.fs.rm(self.folder, recursive=True)
