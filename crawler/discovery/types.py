"""The types of policies, named as Open Terms Archive names its terms types, so that both worlds join."""

from typing import Final

# https://github.com/OpenTermsArchive/terms-types, and what its collections declare beside (as of 2026-11). "Hyperlinks
# Policy" is ours: Japanese sites have it beside the others.
TYPES: Final = (
    "Privacy Policy",
    "Terms of Service",
    "Trackers Policy",
    "Imprint",
    "General Conditions of Sale",
    "Commercial Terms",
    "Community Guidelines",
    "Acceptable Use Policy",
    "Copyright Claims Policy",
    "Developer Terms",
    "Data Processor Agreement",
    "Data Controller Agreement",
    "Accessibility Statement",
    "Ad Publishing Policy",
    "Advertising Content Policy",
    "Affiliate Agreement",
    "Alternative Dispute Resolution Policy",
    "Anti-corruption Policy",
    "Brand Guidelines",
    "Business Mediation Policy",
    "Business Privacy Policy",
    "Closed Captioning Policy",
    "Complaints Policy",
    "Conditions of Carriage",
    "Content Monetisation Policy",
    "Editorial Policy",
    "Human Rights Policy",
    "Hyperlinks Policy",
    "In-App Purchases Policy",
    "Law Enforcement Guidelines",
    "Live Policy",
    "Marketplace Buyers Conditions",
    "Marketplace Sellers Conditions",
    "Parent Organization Privacy Policy",
    "Parent Organization Terms",
    "Platform to Business Notice",
    "Premium Partner Conditions",
    "Quality Guidelines",
    "Ranking Parameters Description",
    "Reports List",
    "Restricted Use Policy",
    "Review Guidelines",
    "Self Preferencing Policy",
    "Seller Warranty",
    "Service Level Agreement",
    "Single Sign-On Policy",
    "User Consent Policy",
    "Vulnerability Disclosure Policy",
    "Whistleblower Policy",
)

_BY_FOLDED: Final = {name.casefold(): name for name in TYPES}


def type_named(name: str) -> str | None:
    """Return the type by its name in any letter case, as in a vendors file; None if there is none of that name."""
    return _BY_FOLDED.get(" ".join(name.split()).casefold())
