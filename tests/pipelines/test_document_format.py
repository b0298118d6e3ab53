from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.address import citation
from crawler.model import Playback
from pipelines.document_format import PublishedDocument, document_of, parse_document

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seeds"

TEXT = """\
> *The following text is extracted and transformed from the shop.example privacy policy that was archived on \
2012-12-30. \
Please check the [original snapshot on the Wayback Machine]\
(https://archive.example/web/20121230123545id_/http%3A//shop.example/privacy%20policy%3Fa%3D%28b%29) \
for the most accurate reproduction.*

# Privacy | Shop

Dear customer,

  * one
  * two

"""

DOCUMENT = PublishedDocument(
    vendor="shop.example",
    type="privacy policy",
    archived_on="2012-12-30",
    timestamp="20121230123545",
    url="http://shop.example/privacy policy?a=(b)",
    title="Privacy | Shop",
    body="Dear customer,\n\n  * one\n  * two\n",
    public_url="https://archive.example",
)


def format_document(document: PublishedDocument) -> str:
    """The document that cites the same."""
    return document_of(
        vendor=document.vendor,
        type=document.type,
        day=document.archived_on,
        title=document.title,
        body=document.body,
        source=citation(document.public_url, Playback(document.timestamp, document.url)),
        origin="archive",
    )


def test_a_document_is_in_the_published_format():
    assert format_document(DOCUMENT) == TEXT


def test_a_document_can_be_read_again():
    assert parse_document(TEXT) == DOCUMENT


@given(
    vendor=st.from_regex(r"[a-z0-9.-]+", fullmatch=True),
    kind=st.from_regex(r"[a-z]+( [a-z]+)*", fullmatch=True),
    timestamp=st.from_regex(r"[0-9]{14}", fullmatch=True).filter(str.isascii),
    url=st.text(min_size=1, max_size=50),
    title=st.text(max_size=50).filter(lambda text: "\n" not in text),
    body=st.text(max_size=200),
)
def test_what_is_written_is_what_is_read(*, vendor, kind, timestamp, url, title, body):
    document = PublishedDocument(vendor, kind, "2020-01-31", timestamp, url, title, body, "http://127.0.0.1:8080")
    assert parse_document(format_document(document)) == document


def test_a_document_without_a_source_names_its_origin_and_is_not_a_published_one():
    imported = {"vendor": "shop.example", "type": "terms", "day": "2012-12-30", "title": "Terms", "body": "Be nice."}
    text = document_of(**imported, source=None, origin="ota")
    assert text == (
        "> *The following text is the shop.example terms of 2012-12-30, as recorded by Open Terms Archive."
        " It was imported: no snapshot on the Wayback Machine is known to show it.*\n\n# Terms\n\nBe nice.\n"
    )
    with pytest.raises(ValueError, match="not a published document"):
        parse_document(text)


@pytest.mark.parametrize("text", ["", "# Privacy\n", TEXT.replace("archived on", "seen on"), TEXT[:-2].rstrip("\n")])
def test_another_text_is_refused_with_what_was_expected(text):
    with pytest.raises(ValueError, match=r"This is not a published document: it begins .* were expected"):
        parse_document(text)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the published documents are not part of the project")
def test_the_published_documents_are_read_and_written_back_to_the_byte():
    texts = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.md"))]
    assert len(texts) == 5
    assert [format_document(parse_document(text)) for text in texts] == texts
