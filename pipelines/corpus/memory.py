"""What the crawl of a policy asks of the corpus: the `Memory` of `crawler.policy_crawl`."""

from collections.abc import Iterator, Mapping

from crawler.model import Period, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from crawler.timeline.listings import LastListing
from crawler.timeline.timeline import Known
from pipelines.corpus import snapshots
from pipelines.corpus.database import Corpus
from pipelines.corpus.differences import identity_of
from pipelines.corpus.documents import Bodies


class CorpusMemory:
    """Reads from an open corpus. Every method raises `CorpusError` where the corpus cannot be read."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def last_listing(self, policy: Policy, url: str) -> LastListing | None:
        """Return how far the listing of a URL is known."""
        with self._corpus.being("read"):
            found = self._corpus.find(policy)
            return None if found is None else snapshots.last_listing(self._corpus.db, found, url)

    def known(self, policy: Policy) -> Known:
        """Return what is known of the policy's snapshots."""
        with self._corpus.being("read"):
            return snapshots.known(self._corpus.db, self._corpus.policy_id(policy))

    def identity(self, policy: Policy) -> PolicyIdentity:
        """Return what was learned of the policy's texts."""
        with self._corpus.being("read"):
            return identity_of(self._corpus.db.conn, self._corpus.policy_id(policy))

    def snapshots(self, policy: Policy, period: Period) -> Iterator[Snapshot]:
        """Return the snapshots of a period that the archive listed."""
        with self._corpus.being("read"):
            yield from snapshots.listed(self._corpus.db, self._corpus.policy_id(policy), period)

    def bodies(self, policy: Policy) -> Mapping[str, str]:
        """Return the bodies of the policy's documents by content hash, read when they are looked up."""
        with self._corpus.being("read"):
            return Bodies(self._corpus, self._corpus.policy_id(policy))
