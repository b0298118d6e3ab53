"""What the list of public suffixes says of a host: `bbc.co.uk` of `www.bbc.co.uk`."""

from functools import lru_cache

import tldextract


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of a host, by the list that comes with the library: nothing is fetched.

    An IP address and a public suffix stay as they are. Below what the list does not know, a domain has two labels
    (https://publicsuffix.org/list: the rule is "*").
    """
    found = _extractor()(host)
    is_listed = bool(found.suffix) or found.ipv4 or found.ipv6
    return found.top_domain_under_public_suffix or host if is_listed else ".".join(host.split(".")[-2:])


@lru_cache(maxsize=1)
def _extractor() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
