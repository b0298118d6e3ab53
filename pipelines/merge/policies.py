"""One policy of another corpus, united with what is known of it here: facts first, then what follows from them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.extraction.extract import READING
from crawler.model import Policy
from crawler.text.identity.joining import joined
from crawler.text.identity.policy import PolicyIdentity
from pipelines.corpus import Corpus, crawls, noise, snapshots
from pipelines.corpus.conclusions.draw import draw
from pipelines.corpus.differences import identity_of
from pipelines.corpus.documents import Bodies
from pipelines.merge.conclusions import conclude_anew
from pipelines.merge.crawls import take_outcomes
from pipelines.merge.details import Details
from pipelines.merge.rows import reading
from pipelines.merge.snapshots import Snapshots
from pipelines.merge.texts import Texts


class Theirs(NamedTuple):
    """Another corpus, the ids here of its crawls, and the names here of its WARC files."""

    corpus: Corpus
    crawls: dict[int, int]
    files: dict[str, str]


@dataclass(slots=True)
class United:
    """What came of a policy: snapshots added, answers that are new or better, texts, revisions more (or less), captures
    whose bytes stay behind, and why rows were refused. ``texts_of_others`` are texts whose wording is another now.
    """

    snapshots: int = 0
    answers: int = 0
    texts: int = 0
    revisions: int = 0
    behind: int = 0
    changed: bool = False
    refused: list[str] = field(default_factory=list)
    texts_of_others: list[str] = field(default_factory=list)


def unite(corpus: Corpus, policy: Policy, theirs: Theirs, identifier: int) -> United:
    """Unite a policy with what another corpus, where it has an id, knows of it. Call it within a transaction."""
    ours = corpus.policy_id(policy)
    before = crawls.number_of_revisions(corpus.db, ours)
    mine, others = (identity_of(*one) for one in ((corpus.db.conn, ours), (theirs.corpus.db.conn, identifier)))
    identity = joined(mine, others)
    renamed = _rename(corpus, ours, identity, is_new=identity != mine)
    texts = Texts(corpus, theirs.corpus, identifier, identity, same=mine == identity == others)
    found = Snapshots(corpus, ours, texts)
    found.put(theirs.corpus, identifier)
    details = Details(corpus, ours, theirs.corpus, identifier)
    details.take_part()  # before the crawls, which tell whose word is later
    take_outcomes(corpus, ours, theirs.corpus, identifier, theirs.crawls)
    texts_of_others = list(texts.settle(found.first))
    details.take(found, texts)
    behind = details.keep_bytes(theirs.files)
    details.take_listings()
    details.take_unfinished()
    news, is_more = found.news or identity != mine, found.ours or identity != others
    changed = renamed or news
    if changed or found.reopened:
        snapshots.refuse_implausible(corpus.db, ours)
        details.take_differences(texts)
    if found.reopened or (news and is_more):
        conclude_anew(corpus, ours)
    elif news:
        found.conclude_as_theirs()
    elif not is_more:
        changed |= found.conclude_as_either()
    if changed or found.reopened:
        draw(corpus.db, ours)
    revisions = crawls.number_of_revisions(corpus.db, ours) - before
    return United(found.added, found.answers, texts.new, revisions, behind, changed, found.refused, texts_of_others)


def _rename(corpus: Corpus, policy: int, identity: PolicyIdentity, *, is_new: bool) -> bool:
    """Give a policy's texts the hashes that they have by an identity and by today's rules; tell if that changed any."""
    read = corpus.db.execute(
        "SELECT DISTINCT d.hash, d.extractor FROM snapshots s JOIN documents d ON d.hash = s.document"
        " WHERE s.policy = ?",
        [policy],
    ).fetchall()
    bodies = Bodies(corpus, policy)
    contents = {
        document: identity.content(bodies[document])
        for document, extractor in read
        if is_new or reading(extractor) != READING
    }
    renamed = {document: content for document, content in contents.items() if content.hash != document}
    if is_new:
        noise.replace_places(corpus.db, policy, identity.places)
    if renamed:
        noise.rename(corpus.db, policy, renamed)
    return is_new or bool(renamed)
