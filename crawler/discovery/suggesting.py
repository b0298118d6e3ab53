"""What of the policies that were found goes into a vendors file, and in which words each address is explained there."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from crawler.archive.urlkey import urlkey
from crawler.discovery.candidates import Candidate, Evidence, FoundPolicy
from crawler.model import Policy, folded_type
from crawler.terms_types import policy_type
from crawler.vendors.merging import Addition

_TELLING = ("home page", "link", "redirect", "index")
"""Where an address was seen, the most telling first: the vendor's own words, then what only its server says."""


def additions(
    found: Iterable[FoundPolicy], refused: Collection[tuple[str, str]] = (), accepted: Iterable[Candidate] = ()
) -> list[Addition]:
    """Return policies as additions to a vendors file: without addresses that were refused, with all that were accepted.

    ``refused`` has of each its urlkey, and its type in small letters. The first policy of a type has the plain name of
    the type, others the language with it (see `merging`).
    """
    policies = _with(list(found), accepted)
    made = []
    for policy in policies:
        type_ = folded_type(policy.type)
        addresses = [one for one in policy.addresses if (urlkey(one.url), type_) not in refused]
        urls = tuple(dict.fromkeys(one.url for one in addresses))
        if urls:
            made.append(
                Addition(
                    Policy(policy.domain, policy_type(policy.type), urls),
                    policy.language,
                    {one.url: note(one) for one in addresses},
                    {one.url: (_day(one.first), _day(one.last)) for one in addresses},
                )
            )
    return made


def _with(policies: list[FoundPolicy], accepted: Iterable[Candidate]) -> list[FoundPolicy]:
    """Return policies and accepted addresses: each with the policy of its type and language, or as one of its own."""
    known = {(folded_type(policy.type), urlkey(one.url)) for policy in policies for one in policy.addresses}
    for candidate in accepted:
        type_ = folded_type(candidate.type)
        if (type_, urlkey(candidate.url)) in known:
            continue
        of_type = [
            policy for policy in policies if (policy.domain, folded_type(policy.type)) == (candidate.domain, type_)
        ]
        same = [policy for policy in of_type if candidate.language in {None, policy.language}]
        if same:
            at = policies.index(same[0])
            policies[at] = replace(same[0], addresses=(*same[0].addresses, candidate))
        else:
            policies.append(FoundPolicy(candidate.domain, candidate.type, candidate.language, (candidate,)))
    return policies


def note(candidate: Candidate) -> str:
    """Return what speaks for an address, on one line: `home page 2011-03-04: "Privacy Policy"; 2009-02-01 to …`."""
    told = [_told(min(candidate.seen, key=_order))] if candidate.seen else []
    days = [_shown(moment) for moment in (candidate.first, candidate.last) if moment]
    if days:
        told.append(" to ".join(dict.fromkeys(days)))
    if not candidate.verified:
        told.append("not verified")
    return "; ".join(told)


def _told(piece: Evidence) -> str:
    day = f" {_shown(piece.timestamp)}" if piece.timestamp else ""
    text = " ".join(piece.text.split())
    return f"{piece.source}{day}" + (f': "{text}"' if text else "")


def _order(piece: Evidence) -> tuple[int, bool, str, str]:
    return _TELLING.index(piece.source), not piece.text, piece.timestamp or "", piece.text


def _shown(timestamp: str) -> str:
    """Return the day of a timestamp, whatever its digits mean."""
    return f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"


def _day(timestamp: str | None) -> date | None:
    try:
        return date.fromisoformat(_shown(timestamp)) if timestamp else None
    except ValueError:  # the archive holds timestamps that no calendar has
        return None
