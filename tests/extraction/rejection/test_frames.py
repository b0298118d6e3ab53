"""A policy in a frame: its address is named, and nobody else's."""

import pytest
from pace import at_most
from rejection_pages import SHORT_POLICY, evidence, page

from crawler.extraction.page import parse
from crawler.extraction.rejection.frames import frames
from crawler.extraction.rejection.shells import shell

TITLE = "<h1>Privacy notice</h1><p>It is below.</p>"
AT = "https://vendor.example/privacy/"


@pytest.mark.parametrize(
    ("markup", "named"),
    [
        ("<iframe src='https://policies.example/embed/1#top'></iframe>", ["https://policies.example/embed/1"]),
        ("<base href='/docs/'><iframe src=privacy.html></iframe>", ["https://vendor.example/docs/privacy.html"]),
        ("<iframe src='//cdn.example/x?doc=9'></iframe>", ["https://cdn.example/x?doc=9"]),
        ("<iframe src=about:blank data-src=/legal/p.html></iframe>", ["https://vendor.example/legal/p.html"]),
        ("<iframe src=/chat></iframe><iframe src=/embed/terms></iframe>", ["https://vendor.example/embed/terms"]),
        (
            "<iframe src=/a width=10 height=10></iframe><iframe src=/b width='100%' height=900></iframe>",
            ["https://vendor.example/b", "https://vendor.example/a"],
        ),
        ("<iframe src=/a title='Privacy policy'></iframe><iframe src=/b></iframe>", ["https://vendor.example/a"]),
        (
            "".join(f"<iframe src=/terms/{n}></iframe>" for n in range(5)),
            [f"https://vendor.example/terms/{n}" for n in range(3)],
        ),
        ("<object data=privacy.pdf type=application/pdf></object>", ["https://vendor.example/privacy/privacy.pdf"]),
        (
            "<frameset><frame src=menu.html><frame src=main.html name=main></frameset>",
            [f"{AT}main.html", f"{AT}menu.html"],
        ),
        (
            "<frameset><frame src=top.html><frameset><frame src=../policy.html></frameset></frameset>",
            ["https://vendor.example/policy.html"],
        ),
    ],
)
def test_the_likeliest_frames_are_named_by_their_whole_address(markup: str, named: list[str]) -> None:
    assert frames(parse(markup), AT) == named


@pytest.mark.parametrize(
    "markup",
    [
        "<iframe src='https://www.googletagmanager.com/ns.html?id=1'></iframe>",
        "<noscript><iframe src='/privacy'></iframe></noscript>",
        "<iframe src='https://www.google.com/recaptcha/api2/anchor?k=1'></iframe>",
        "<iframe src='https://www.youtube-nocookie.com/embed/privacy'></iframe>",
        "<iframe src='https://consent.cookiebot.com/x'></iframe>",
        "<iframe src=/privacy style='display: none'></iframe><iframe src=/privacy hidden></iframe>",
        "<iframe src=/policy width=1 height=1></iframe>",
        "<iframe></iframe><iframe src='javascript:void(0)'></iframe><iframe src='data:text/html,privacy'></iframe>",
        "<iframe src='http://[broken/privacy'></iframe><object data=film.swf></object>",
    ],
)
def test_frames_of_others_and_unseen_ones_are_not_named(markup: str) -> None:
    assert frames(parse(markup), AT) == []
    found = shell(evidence(f"<body>{TITLE}{markup}"))
    assert found is not None
    assert found.reason == "too little text"


@pytest.mark.parametrize("frame", ["<iframe src=/legal/p.html></iframe>", "<iframe src=/x9></iframe>"])
def test_a_page_without_text_is_rejected_with_the_frame_s_address(frame: str) -> None:
    found = shell(evidence(page("Acme", TITLE + frame)))
    assert found is not None
    assert found.reason == "frameset"
    assert "iframe: its text is at https://vendor.example/" in found.detail
    assert "put the address of the policy into the vendors file" in found.detail


def test_a_page_with_a_text_is_not_rejected_for_its_frames() -> None:
    assert shell(evidence(page("Acme", f"<p>{SHORT_POLICY}</p><iframe src=/legal/p.html></iframe>"))) is None


def test_a_frameset_that_names_no_address_is_still_a_frameset() -> None:
    found = shell(evidence("<frameset><frame></frameset>"))
    assert found is not None
    assert found.reason == "frameset"


@pytest.mark.slow
def test_a_page_of_frames_takes_no_time() -> None:
    tree = parse("<iframe src=/a></iframe>" * 100_000)
    with at_most(8):
        frames(tree, AT)
