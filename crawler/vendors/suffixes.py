"""What the list of public suffixes says of a host: "www", "bbc", "co.uk"."""

from functools import lru_cache

import tldextract


def parts_of(host: str) -> tldextract.ExtractResult:
    """Return the parts of a host, by the list that comes with the library: nothing is fetched, and nothing written."""
    return _extractor()(host)


@lru_cache(maxsize=1)
def _extractor() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
