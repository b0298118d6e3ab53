"""What Open Terms Archive calls a type of policy, and what we call it, where the words differ."""

from crawler.model import folded_type

_TERMS_TYPES = {"cookie policy": "Trackers Policy"}
"""Where its list of terms types has another word than the usual one (OpenTermsArchive/terms-types)."""
_POLICY_TYPES = {folded_type(terms): type_ for type_, terms in _TERMS_TYPES.items()}
_SMALL_WORDS = {"of", "and", "for", "to", "the", "on", "in"}


def policy_type(terms: str) -> str:
    """Return what we call a type of terms: "terms of service" for "Terms of Service"."""
    return _POLICY_TYPES.get(folded_type(terms), folded_type(terms))


def terms_type(type: str) -> str:  # noqa: A002 - the word for it everywhere
    """Return what Open Terms Archive calls a type: "Terms of Service" for "terms of service"."""
    if type.lower() in _TERMS_TYPES:
        return _TERMS_TYPES[type.lower()]
    return " ".join(w if w in _SMALL_WORDS and at else w[:1].upper() + w[1:] for at, w in enumerate(type.split(" ")))
