"""The published documents, turned into pages and read back."""

from pathlib import Path

import pytest

from crawler.archive.address import citation
from crawler.extraction.extract import CapturedResponse, extract
from crawler.model import Document, Part, Playback
from pipelines.document_format import parse_document

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seeds"

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>
  {title}
</title><style>p {{ margin: 0 }}</style></head>
<body>
<header><a href="/"><img src="logo.png" alt="Shop"></a>
  <nav><ul><li><a href="/shop">Shop</a></li><li><a href="/help">Help</a></li></ul></nav></header>
<div role="dialog" class="consent"><p>We use cookies.</p><button>Accept all</button></div>
<div class="columns">
  <aside class="sidebar"><h3>More</h3><ul><li><a href="/terms">Terms of use</a></li></ul></aside>
  <div id="policy">
    <!-- content -->
    <h1>Privacy policy</h1>
    <script>track("privacy")</script>
{content}
    <p>&nbsp;</p>
  </div>
</div>
<footer><p>© Shop. All rights reserved.</p></footer>
</body></html>
"""


def documents() -> list[Path]:
    return sorted(SEEDS.glob("*.md"))


@pytest.mark.skipif(not documents(), reason="the published documents are not part of the project")
@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_a_published_document_comes_back_to_the_byte(path):
    markdown = pytest.importorskip("markdown", reason="turning the documents into pages needs python-markdown")
    published = parse_document(path.read_text("utf-8"))
    page = PAGE.format(title=published.title, content=markdown.markdown(published.body))

    document = extract(
        CapturedResponse(page.encode(), published.url, 200, {"content-type": "text/html"}),
        Part(),
        cite=lambda url: citation(published.public_url, Playback(published.timestamp, url)),
    )

    assert isinstance(document, Document)
    assert (document.title, document.body) == (published.title, published.body)
