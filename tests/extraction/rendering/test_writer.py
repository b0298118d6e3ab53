"""What the writer does itself, since most elements need no more of html2text, is what html2text would do."""

import pytest
from html2text import HTML2Text
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.page import parse
from crawler.extraction.rendering import render as rendering
from crawler.extraction.rendering import writer
from crawler.extraction.rendering.render import render

PIECES = (
    "<p>We keep it.</p>", "<p> 1. a <b>bold</b>word</p>", "<h2>What <i>we</i> keep</h2>", "<h3> - </h3>", "text ",
    "<ul><li>One<li><p>Two</p><p>Three</p></ul>", "<ol start=3><li>Three<ol><li>A</ol></ol>", "<br>", "&nbsp;", "\n ",
    "<blockquote><p>Quoted</p><h4>In it</h4><ul><li>x</ul></blockquote>", "<pre>a\n  b</pre>", "<code>c</code>", "# ",
    "<table><tr><th>What<td>Why<tr><td><p>a</p><p>b</p><td>c | d</table>", "<a href=/t>our <h5>terms</h5></a>", "<hr>",
    "<dl><dt>Term<dd>Meaning</dl>", "<div>a<div>b</div></div>", "+ &lt;5&gt; &amp;", "<p></p>", "<q>quoted</q>", "* ",
)  # fmt: skip


class _AsHtml2text(writer.Writer):
    def o(self, data: str, puredata: bool = False, force: bool | str = False) -> None:
        HTML2Text.o(self, data, puredata, force)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_pieces_and_headings_are_written_as_html2text_would(markup: str) -> None:
    def rendered() -> str:
        body = parse(f"<body>{markup}").find("body")
        return render(body, url="https://x.example/p", title="Privacy", cite=lambda url: url)

    found = rendered()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "Writer", _AsHtml2text)
        patch.setattr(writer, "_HEADINGS", frozenset())
        assert rendered() == found
