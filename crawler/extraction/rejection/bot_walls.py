"""Pages that a bot wall put in front of the policy: known by headers, markup and words.

The header rules are those of EDGI's web-monitoring-processing (`estimate_snapshot_quality`), collected there from
years of captures of the Wayback Machine.
"""

from typing import Final

from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import NOTICE_PAGE_WORDS, Evidence
from crawler.extraction.rejection.reasons import CHALLENGE
from crawler.model import Rejection

# Interstitials have fewer words than this, even those that explain why and what to do: a generous estimate, since a
# second sign is always needed. None of 238 real policies, cut to 80 words, was rejected (2026-11-21).
INTERSTITIAL_WORDS: Final = 200

# Marks of interstitials alone. Walls leave other scripts on the pages that they let through
# (/cdn-cgi/challenge-platform/…/jsd/, /_Incapsula_Resource?SWJIYLWA, sdk.awswaf.com, datadome.co): those prove nothing.
_MARKS: Final = (
    ("_cf_chl_opt", "Cloudflare"),
    ("cf-challenge", "Cloudflare"),
    ("cf-error-details", "Cloudflare"),
    ("gokuprops", "AWS WAF"),
    ("captcha-delivery.com/", "DataDome"),
    ("px-captcha", "PerimeterX"),
    ("/_incapsula_resource?cwudnsai=", "Imperva"),
    ("/_incapsula_resource?swudnsai=", "Imperva"),
    ("/.within.website/x/", "Anubis"),
    ("anubis_challenge", "Anubis"),
    ("sucuri_cloudproxy_js", "Sucuri"),
    ("/.well-known/sgcaptcha/", "SiteGround"),
    ("ddos-guard/js-challenge/", "DDoS-Guard"),
    ("/_sec/cp_challenge/", "Akamai"),
    ("/.well-known/vercel/security/", "Vercel"),
)


def challenge(evidence: Evidence) -> Rejection | None:
    """Return a Rejection if a bot wall answered instead of the vendor, else None."""
    for check in (_headers, _markup, _words):
        if detail := check(evidence):
            return Rejection(CHALLENGE, detail)
    return None


def _headers(evidence: Evidence) -> str | None:
    header, status = evidence.header, evidence.status
    server = header("server")
    if (action := header("x-amzn-waf-action")) in {"challenge", "captcha"}:
        return f"The header x-amzn-waf-action says {action}."
    if header("cf-mitigated") == "challenge":
        return "The header cf-mitigated says challenge."
    if "rwc_block" in header("rimon"):
        return "The header rimon says that a filter blocked the page."
    if status < 400:
        return None
    short = evidence.text_words < INTERSTITIAL_WORDS
    if server.startswith("awselb/") and status in {403, 429} and short:
        return f"AWS's load balancer refused with status {status}."
    if server == "akamaighost" and short and ("no-cache" in header("cache-control") or status == 403):
        return f"Akamai refused with status {status}."
    if "error from cloudfront" in header("x-cache") and status in {403, 429} and short:
        return f"CloudFront refused with status {status}."
    if server == "cloudflare" and status in {403, 429, 503} and "cloudflare" in evidence.folded_title:
        return f"Cloudflare refused with status {status}."
    if status == 429:
        return "The vendor's server refused with status 429 (too many requests)."
    return None


def _markup(evidence: Evidence) -> str | None:
    if evidence.text_words >= INTERSTITIAL_WORDS or evidence.body_words >= INTERSTITIAL_WORDS:
        return None
    for mark, wall in _MARKS:
        if mark in evidence.markup:
            return f"The page bears the mark of {wall}'s interstitial ({mark})."
    return None


def _words(evidence: Evidence) -> str | None:
    if evidence.body_words >= INTERSTITIAL_WORDS or phrases.POLICY.search(evidence.folded_title):
        return None
    if phrases.CHALLENGE.search(evidence.folded_title):
        return f'The title of a short page is "{evidence.title.strip()[:100]}".'
    if max(evidence.body_words, evidence.text_words) >= NOTICE_PAGE_WORDS:
        return None
    if notice := phrases.notice(phrases.CHALLENGE, (*evidence.headings, *evidence.opening)):
        return f'A page of {evidence.text_words} words says "{notice[:100]}".'
    return None
