"""Declarative shadow roots are read as a browser shows them."""

import pytest
from unfolding_pages import PARAGRAPHS, document, reads_all, shown

TEMPLATE = "<template shadowrootmode=open>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<x-a>{TEMPLATE}<p>one</p><slot></slot><p>three</p></template><p>two</p></x-a>", "one two three"),
        ("<x-a><template shadowrootmode='CLOSED'><p>seen</p></template><p>not</p></x-a>", "seen"),
        ("<x-a><template shadowroot=open><p>old</p></template></x-a>", "old"),
        (
            f"<div>{TEMPLATE}<slot name=b></slot>, <slot name=a></slot></template><i slot=a>A</i><i slot=b>B</i></div>",
            "B , A",
        ),
        (f"<div>{TEMPLATE}<slot>nothing yet</slot></template></div>", "nothing yet"),
        (f"<div>{TEMPLATE}<slot>nothing yet</slot></template>bare <b>text</b> here</div>", "bare text here"),
        (f"<div>first {TEMPLATE}(<slot></slot>)</template><b slot=x>lost</b>last</div>", "( first last )"),
        (f"<div>{TEMPLATE}<slot></slot><slot></slot></template>once</div>", "once"),
        (f"<div>{TEMPLATE}one</template>{TEMPLATE}two</template></div>", "one"),
        (f"<ul>{TEMPLATE}<li>no host</li></template><li>item</li></ul>", "item"),
        ("<div><template><p>inert</p></template>text</div>", "text"),
        (f"<div><template>{TEMPLATE}<p>inert</p></template></template>text</div>", "text"),
        (f"<p>a<x-b>{TEMPLATE}<b>c</b></template></x-b>d</p>e", "a c d e"),
        (f"<x-a>{TEMPLATE}&#1;a<slot></slot></template>&#2;b<i>c</i>&#3;d</x-a>", "abcd"),
    ],
)
def test_a_root_takes_the_place_of_its_host_s_children(markup: str, text: str) -> None:
    assert shown(f"<body>{markup}</body>").replace(" ", "") == text.replace(" ", "")


def test_a_root_in_a_root_gets_what_the_outer_one_was_given() -> None:
    root = f"{TEMPLATE}[<slot name=t>none</slot>|<slot></slot>]</template>"
    inner = f"<x-in>{root}<slot slot=t name=title></slot><slot></slot></x-in>"
    assert (
        shown(f"<x-out>{TEMPLATE}<h1>T</h1>{inner}</template><b slot=title>Sale</b>text</x-out>").replace(" ", "")
        == "T[Sale|text]"
    )


@pytest.mark.parametrize(
    "markup",
    [
        f"<main><policy-page>{TEMPLATE}<style>p{{}}</style><h1>Privacy</h1>{PARAGRAPHS}</template></policy-page></main>",
        f"<x-app>{TEMPLATE}<nav><a href=/>Home</a></nav><main><slot name=doc></slot></main></template>"
        f"<div slot=doc>{PARAGRAPHS}</div></x-app>",
        f"<body>{TEMPLATE}<x-b><template shadowrootmode=closed><section><slot></slot></section></template>"
        f"<slot></slot></x-b></template>{PARAGRAPHS}",
    ],
)
def test_a_policy_in_roots_is_read_once_and_in_order(markup: str) -> None:
    assert reads_all(f"<title>Privacy</title>{markup}")


def test_a_template_that_is_no_root_stays_unread() -> None:
    row = "<template id=row><p>We sell clocks of people who do not answer our letters.</p></template>"
    assert "sell clocks" not in document(f"<main>{PARAGRAPHS}{row}</main>").body
