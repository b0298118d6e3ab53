"""The state of an application is read where the page has no text, and nowhere else."""

import json

import pytest
from unfolding_pages import CONSENT, MENU, PARAGRAPHS, SENTENCES, document, outcome, reads_all

from crawler.model import Rejection

ROOT = "<title>Privacy</title><div id=__next></div>"
OTHERS = {
    "locale": "en",
    "messages": {f"cart.{n}": f"Your cart of clocks number {n} is empty, please fill it." for n in range(40)},
    "seo": {
        "description": "How the clock house handles letters, names and ledgers of the people who order clocks there."
    },
}


def data(value: object, attributes: str = "id=__NEXT_DATA__ type=application/json") -> str:
    return f"<script {attributes}>{json.dumps(value).replace('</', chr(92) + 'u003c/')}</script>"


def script(text: str) -> str:
    return f"<script>{text.replace('</', '<' + chr(92) + '/')}</script>"


@pytest.mark.parametrize(
    "markup",
    [
        data({"props": {"pageProps": {"policy": {"html": PARAGRAPHS}} | OTHERS}}),
        data({"props": {"page": {"text": "\n\n".join(SENTENCES)}}}),
        data(
            {
                "sections": [{"heading": f"Part {n}", "body": f"<p>{each}</p>"} for n, each in enumerate(SENTENCES)],
                "i18n": OTHERS,
            }
        ),
        data({"intro": SENTENCES[0], "more": list(SENTENCES[1:])}),
        data({"cache": json.dumps({"content": PARAGRAPHS})}, "type=application/json data-state"),
        data([{"state": 1}, "ref", PARAGRAPHS, "other"], "id=__NUXT_DATA__ type=application/json"),
        data(
            {"@type": "Article", "description": "x " * 90, "articleBody": "\n".join(SENTENCES)},
            "type=application/ld+json",
        ),
        script(f"window.__INITIAL_STATE__ = {json.dumps({'page': {'html': PARAGRAPHS}})};"),
        script(f"var a = window.x = {{b: 1}}; window['__STATE__']={json.dumps({'html': PARAGRAPHS})}; go()"),
        script(f"window.__APOLLO_STATE__ = JSON.parse({json.dumps(json.dumps({'html': PARAGRAPHS}))});"),
        script(f"window.__NUXT__=(function(a,b){{return {{data:[{{html:{json.dumps(PARAGRAPHS)},n:a}}]}}}}(1,'it'));"),
        script(f"window.state = {{ policy: '{PARAGRAPHS.replace(chr(10), chr(92) + 'n')}' }}"),
        script(f"self.__next_f.push({json.dumps([1, f'1a:T{len(PARAGRAPHS):x},{PARAGRAPHS[:200]}'])})")
        + script(f"self.__next_f.push({json.dumps([1, PARAGRAPHS[200:] + '2:null'])})"),
        script(f"self.__next_f.push({json.dumps([1, '0:' + json.dumps(['$', 'L1', None, {'html': PARAGRAPHS}])])})"),
    ],
    ids=range(14),
)
def test_the_policy_in_the_state_is_read_and_said_to_be_from_there(markup: str) -> None:
    for before in ("", MENU, CONSENT):
        page = f"<body>{before}{ROOT}{markup}"
        assert reads_all(page)
        assert document(page).route == "application state"
        assert "cart" not in document(page).body


def test_headings_beside_the_sections_are_read() -> None:
    body = document(ROOT + data([{"title": f"Part {n}", "text": each} for n, each in enumerate(SENTENCES)])).body
    assert body.startswith("## Part 0\n\nWe keep")


def test_a_page_with_a_text_is_never_touched() -> None:
    state = data({"html": "<p>" + "We sell clocks to people who never answer letters. " * 40})
    for page in (f"<main>{PARAGRAPHS}</main>{state}", f"<form>{PARAGRAPHS * 3}</form>{state}"):
        found = document(page)
        assert "We sell" not in found.body
        assert found.route != "application state"


@pytest.mark.parametrize(
    "markup",
    [
        data({"props": {"pageProps": {"title": "Privacy"}}}),
        data({"a": "x" * 5000, "b": ["3f2a" * 9] * 99}),
        data({"@type": "Organization", "description": SENTENCES[0] * 9}, "type=application/ld+json"),
        data({"nodeType": "paragraph", "content": [{"value": each, "marks": []} for each in SENTENCES]}),
        "<script type=application/json>{broken</script>",
        script("function f() { return 'We keep a clock. ' }" * 50),
        "<script type=application/json>" + "[" * 5000 + "</script>",
    ],
    ids=range(7),
)
def test_a_state_without_a_policy_leaves_an_empty_shell(markup: str) -> None:
    found = outcome(f"<body>{ROOT}{markup}<script src=a.js></script>")
    assert isinstance(found, Rejection)
    assert found.reason == "empty shell"
