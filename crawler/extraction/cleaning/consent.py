"""Knows the dialogs that ask for consent by the names their makers give them."""

import re

# The consent managers' own names, as their scripts write them into pages. What they name inside a cookie *policy*
# (OneTrust's "ot-sdk-cookie-policy", Complianz' "cmplz-document", Iubenda's "iub_content") is not among them.
_MAKERS = (
    "axeptio",
    "borlabs-?cookie",
    "cassie-",
    "cc-(?:banner|dialog|revoke|window)",
    "ccm-(?:modal|widget)",
    "ch2-(?:container|dialog)",
    "cky-(?!audit|cookie)",
    "cli-(?:bar|modal|settings)",
    "cmp-?(?:banner|box|container|modal|root|wrapper)",
    "cmplz-(?:consent|cookiebanner|manage|modal)",
    "consent_blackbar",
    "cookie-law-info",
    "cookiebot",
    "cookiefirst",
    "cookiehub",
    "cookiescript",
    "cookieyes",
    "cybot",
    "didomi",
    "eu-cookie",
    "evidon",
    "fc-(?:consent|dialog)",
    "gdpr_(?:infobar|lightbox)",
    "hs-eu-cookie",
    "iubenda-(?:cs|pp)-",
    "klaro",
    "moove[-_]gdpr",
    "onetrust",
    "optanon(?!-cookie-policy)",
    "orejime",
    "osano-cm",
    "qc-cmp",
    "sd-cmp",
    "shopify-pc__",
    "sp_message",
    "t-consent",
    "tarteaucitron",
    "termly-(?:banner|consent|styles)",
    "trustarc",
    "truste[-_](?:banner|consent|overlay|popup)",
    "uc-(?:banner|modal)",
    "usercentrics",
    "wt-cli",
)
_MAKER = re.compile(rf"(?:^|\s)(?:{'|'.join(_MAKERS)})", re.IGNORECASE)

# Everybody else's: a word for what is asked beside a word for the thing that asks. Not "privacy": a "privacy-notice"
# is the policy itself.
_GENERIC = re.compile(
    r"(?:cookies?|gdpr|rgpd|dsgvo|ccpa|consent)[a-z]{0,8}[-_]{0,2}"
    r"(?:banner|bar|pop-?up|modal|dialog|overlay|alert|prompt|toast|disclaimer|wall|law|notif|notice|message|popover|layer"
    r"|hint|consent|accept)"
    r"|(?:banner|pop-?up|modal|dialog|overlay|notice|accept)[-_]{0,2}(?:cookie|gdpr|consent)",
    re.IGNORECASE,
)


def names_maker(names: str) -> bool:
    """Whether an element's id or one of its classes (joined by spaces) is that of a known consent manager's dialog."""
    return _MAKER.search(names) is not None


def names_dialog(names: str) -> bool:
    """Whether an id or class sounds like a consent dialog. A cookie policy's container can be named the same."""
    return _GENERIC.search(names) is not None
