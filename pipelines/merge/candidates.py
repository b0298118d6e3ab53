"""What discovery found in another corpus, beside what is known here: of two decisions the later one counts."""

from pipelines.corpus import Corpus, candidates


def take_candidates(corpus: Corpus, source: Corpus) -> int:
    """Put the candidates of another corpus beside those that are here; return how many no discovery stores."""
    refused = 0
    for theirs in candidates.of_others(source.db):
        if theirs is None:
            refused += 1
        else:
            candidates.unite(corpus.db, theirs)
    return refused
