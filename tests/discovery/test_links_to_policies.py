"""Which links of a page lead to its publisher's policies, and to which: invented pages in many languages."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import at_most

from crawler.discovery import words
from crawler.discovery.addresses import PATH_WORDS, address_type
from crawler.discovery.links import policy_links
from crawler.discovery.publisher import Publisher, publisher
from crawler.discovery.types import TYPES, type_named
from crawler.discovery.words import Kind, known_words, phrases_of

RECORDS = tomllib.loads(Path(words.__file__).with_name("words.toml").read_text("utf-8"))
EU = [
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fi",
    "fr",
    "ga",
    "hr",
    "hu",
    "it",
    "lt",
    "lv",
    "mt",
    "nl",
    "pl",
    "pt",
    "ro",
    "sk",
    "sl",
    "sv",
]
OTHERS = ["ja", "zh", "ko", "ar", "he", "ru", "uk", "tr", "hi", "id", "vi", "th", "no", "is", "sr", "ca", "fa", "ms"]
HOME = "https://www.shop.example/"


def found(html: str | bytes, url: str = HOME) -> dict[str, str]:
    """Return the types of the links that are found, by their addresses."""
    return {link.url: link.type for link in policy_links(html, url)}


def footer(*links: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{address}">{text}</a></li>' for address, text in links)
    return f"<html><body><p>Welcome to the shop.</p><footer><ul>{items}</ul></footer></body></html>"


@pytest.mark.parametrize("language", [*EU, *OTHERS])
def test_every_language_has_words_for_the_policies_that_most_sites_have(language):
    known = set(RECORDS[language])
    assert {"Privacy Policy", "Terms of Service", "Trackers Policy"} <= known
    assert all(RECORDS[language][type_].get("names") for type_ in ("Privacy Policy", "Terms of Service"))


def test_every_phrase_of_the_file_is_found_alone_in_a_text():
    lost = [
        (phrase.language, phrase.words)
        for phrase in phrases_of(RECORDS)
        if phrase.kind in {Kind.NAME, Kind.ALONE} and known_words().read(" ".join(phrase.words)).named is None
    ]
    assert lost == []


@pytest.mark.parametrize("language", sorted(RECORDS.keys() - {"any"}))
def test_a_footer_in_any_language_is_read(language):
    first = RECORDS[language]["Privacy Policy"]["names"][0].replace("*", "")
    second = RECORDS[language]["Terms of Service"]["names"][0].replace("*", "")
    assert found(footer(("/a17", first), ("/a18", second), ("/a19", "XKCD"))) == {
        f"{HOME}a17": "Privacy Policy",
        f"{HOME}a18": "Terms of Service",
    }


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("Datenschutzerklärung", "Privacy Policy"),
        ("DATENSCHUTZERKLAERUNG", "Privacy Policy"),
        ("AGB", "Terms of Service"),
        ("Impressum", "Imprint"),
        ("Widerrufsbelehrung", "General Conditions of Sale"),
        ("Mentions légales", "Imprint"),
        ("Politique relative aux cookies", "Trackers Policy"),
        ("Condizioni di vendita", "General Conditions of Sale"),
        ("プライバシーポリシー", "Privacy Policy"),
        ("特定商取引法に基づく表記", "General Conditions of Sale"),
        ("隱私權政策", "Privacy Policy"),
        ("《用户协议》", "Terms of Service"),
        ("개인정보 처리방침", "Privacy Policy"),
        ("سياسة الخصوصية", "Privacy Policy"),
        ("תנאי שימוש", "Terms of Service"),
        ("Kişisel Verilerin Korunması", "Privacy Policy"),
        ("นโยบายความเป็นส่วนตัว", "Privacy Policy"),
        ("Data Processing Addendum", "Data Processor Agreement"),
        ("Acceptable Use Policy", "Acceptable Use Policy"),
        ("Community Guidelines", "Community Guidelines"),
        ("Read our Privacy Policy", "Privacy Policy"),
    ],
)
def test_a_link_is_told_by_its_text(text, type_):
    assert found(footer(("/x/17", text))) == {f"{HOME}x/17": type_}


@pytest.mark.parametrize(
    "text",
    [
        "Cookie settings",
        "Datenschutzeinstellungen",
        "How to write a privacy policy for your blog",
        "Senate debates new privacy bill after data breach",
        "Working conditions in the textile industry",
        "The vendor says its new terms are fair, analysts are not so sure",
        "Privacy screens and window films",
    ],
)
def test_what_only_speaks_of_policies_is_none(text):
    assert found(f'<div class="teasers"><p><a href="/2016/08/item-4711">{text}</a></p></div>') == {}


def test_links_without_a_telling_text_are_told_by_their_address():
    page = '<div class="cookie-banner">We use cookies. <a href="/cookie-policy">More</a></div>'
    assert found(page) == {f"{HOME}cookie-policy": "Trackers Policy"}


def test_policies_of_other_vendors_are_left_out():
    page = footer(
        ("/privacy", "Privacy Policy"),
        ("https://policies.google.com/privacy", "Privacy Policy"),
        ("https://www.cloudflare.com/privacypolicy/", "Privacy Policy"),
    )
    assert found(page) == {f"{HOME}privacy": "Privacy Policy"}


def test_a_publisher_has_policies_on_other_hosts_of_its_domain_and_brand():
    page = footer(
        ("https://legal.shop.example/terms", "Terms of Use"), ("https://shop-legal.test/privacy", "Privacy Policy")
    )
    assert set(found(page).values()) == {"Terms of Service", "Privacy Policy"}
    on_google = footer(("https://policies.google.com/privacy", "Privacy"))
    assert found(on_google, "https://www.youtube.com/") == {"https://policies.google.com/privacy": "Privacy Policy"}


def test_pages_of_the_nineties_are_read():
    page = b"""<BASE HREF="http://shop.example/start/"><TABLE><TR><TD><A HREF=datenschutz.htm>
        <IMG SRC=b.gif ALT="Datenschutzerkl\xe4rung"></A></TABLE><MAP NAME=m><AREA HREF="../agb.htm" ALT="AGB"></MAP>
        <A HREF="javascript:openWin('/terms.html')">Terms of Use</A>"""
    assert found(page, "http://shop.example/") == {
        "http://shop.example/start/datenschutz.htm": "Privacy Policy",
        "http://shop.example/agb.htm": "Terms of Service",
        "http://shop.example/terms.html": "Terms of Service",
    }


def test_an_archives_prefix_is_taken_off():
    page = footer(("/web/20050101000000/http://shop.example/privacy.html#top", "Privacy Policy"))
    assert found(page, "http://shop.example/") == {"http://shop.example/privacy.html": "Privacy Policy"}


def test_a_footer_in_an_applications_state_is_read():
    state = '{"footer":[{"title":"Privacy Policy","url":"/privacy"},{"url":"\\u002Fterms","label":"Terms of Use"}]}'
    page = f'<div id="root"></div><script>window.__STATE__ = {state}</script>'
    assert found(page) == {f"{HOME}privacy": "Privacy Policy", f"{HOME}terms": "Terms of Service"}


def test_a_page_does_not_lead_to_itself_and_an_address_is_named_once():
    page = footer((HOME, "Privacy Policy"), ("/privacy", "Privacy"), ("/privacy/", "Privacy Policy"))
    (link,) = policy_links(page, HOME)
    assert (link.url, link.type) == (f"{HOME}privacy", "Privacy Policy")
    assert 0.5 <= link.score <= 1
    assert link.text in {"Privacy", "Privacy Policy"}


@pytest.mark.parametrize(
    ("url", "type_"),
    [
        ("https://x.example/privacy-policy", "Privacy Policy"),
        ("https://x.example/PrivacyPolicy.aspx", "Privacy Policy"),
        ("https://x.example/de/datenschutzerklaerung.html", "Privacy Policy"),
        ("https://x.example/legal/privacy/fr-ww/", "Privacy Policy"),
        ("https://x.example/termsofuse.html", "Terms of Service"),
        ("https://x.example/protection-donnees-personnelles", "Privacy Policy"),
        ("https://x.example/%D0%BF%D0%BE%D0%BB%D0%B8%D1%82%D0%B8%D0%BA%D0%B0-конфиденциальности", "Privacy Policy"),
        ("https://x.example/index.php?section=contact&content=impressum", "Imprint"),
        ("https://x.example/cgv", "General Conditions of Sale"),
    ],
)
def test_an_address_says_what_is_there(url, type_):
    said = address_type(url)
    assert said is not None
    assert said[0] == type_


@pytest.mark.parametrize(
    "url", ["https://x.example/", "https://x.example/tag/privacy", "https://x.example/news/47", ""]
)
def test_other_addresses_say_nothing(url):
    assert address_type(url) is None


def test_the_pieces_for_an_index_are_plain_words():
    assert "(" not in PATH_WORDS
    assert "priv" in PATH_WORDS.split("|")
    assert PATH_WORDS.lower() == PATH_WORDS
    assert PATH_WORDS.isascii()


def test_types_are_found_by_name_in_any_letter_case():
    assert type_named("privacy  policy") == "Privacy Policy"
    assert type_named("weather report") is None
    assert len(set(TYPES)) == len(TYPES)


@pytest.mark.parametrize(
    ("records", "complaint"),
    [
        ({"en": {"Recipe": {"names": ["a"]}}}, "'Recipe' is neither a type"),
        ({"en": {"Privacy Policy": {"words": ["a"]}}}, "'words' is none of"),
        ({"en": {"Privacy Policy": {"names": "a"}}}, "expected a list of phrases"),
        ({"en": {"Privacy Policy": {"names": ["…"]}}}, "has no letter"),
    ],
)
def test_a_fault_in_the_words_is_a_sentence(records, complaint):
    with pytest.raises(ValueError, match=complaint):
        list(phrases_of(records))


MARKUP = [
    "<a href=",
    "'/privacy",
    '"',
    ">",
    "</a>",
    "Privacy",
    "<script>",
    '{"url":"',
    "\\",
    "<base href=",
    "http://",
    "[::1",
    "\x00",
    "<area alt=terms href=//\n",
    "javascript:('/x.html')",
    "<option value=/agb>",
    "%ff%",
    "#",
    "?",
    "<link rel=privacy-policy href=",
]


@given(st.lists(st.sampled_from(MARKUP), max_size=40))
def test_no_markup_raises(pieces):
    for link in policy_links("".join(pieces), HOME):
        assert link.type in TYPES
        assert link.url.startswith("http")


@given(st.text(max_size=200))
def test_no_address_raises(url):
    address_type(url)
    policy_links("<a href=/privacy>Privacy</a>", url)


@pytest.mark.parametrize(
    "page",
    [
        "<button data-href=/privacy>" * 500 + "x" * 1_000_000,
        "<script>" + '"url":"a' * 100_000 + "</script>",
        "<a href='" + "/privacy" * 40_000 + "'>" + "privacy policy " * 40_000,
        "<a href=/privacy>privacy</a>" * 4_000,
    ],
)
def test_hostile_pages_take_bounded_time(page):
    with at_most(10):
        policy_links(page, HOME)


def test_phrases_come_in_the_order_of_the_file_as_written_first():
    names = ["übersicht", "ärger", "öffnung", "küche", "gärten", "hölle", "brücke", "bäume"]
    found = [phrase.words[0] for phrase in phrases_of({"de": {"Privacy Policy": {"names": names}}})]
    assert found[::2] == ["ubersicht", "arger", "offnung", "kuche", "garten", "holle", "brucke", "baume"]
    assert found[1::2] == ["uebersicht", "aerger", "oeffnung", "kueche", "gaerten", "hoelle", "bruecke", "baeume"]


@pytest.mark.parametrize(
    ("host", "page_host", "whose"),
    [
        ("legal.bbc.co.uk", "bbc.co.uk", Publisher.SAME_DOMAIN),
        ("shop.example", "mill.example", Publisher.OTHER),
        ("help.shop.example", "shop.example", Publisher.SAME_DOMAIN),
        ("shop-help.com", "shop.de", Publisher.BRAND),
    ],
)
def test_domains_under_one_suffix_have_different_publishers_also_where_no_list_knows_the_suffix(
    host: str, page_host: str, whose: Publisher
) -> None:
    assert publisher(host, page_host) == whose
