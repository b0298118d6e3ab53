"""Elements tell by their tag, role and names what they seem to be."""

import pytest
from lxml.html import fragment_fromstring

from crawler.extraction.cleaning.boilerplate import Kind, kind_of


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<nav>x</nav>", Kind.FURNITURE),
        ("<div role='contentinfo'>x</div>", Kind.FURNITURE),
        ("<header>x</header>", Kind.TOP),
        ("<button class='accordion'>x</button>", Kind.BUTTON),
        ("<div role='dialog'>x</div>", Kind.DIALOG),
        ("<div aria-modal='true'>x</div>", Kind.DIALOG),
        ("<div id='CybotCookiebotDialog'>x</div>", Kind.MAKER),
        ("<div id='onetrust-banner-sdk'>x</div>", Kind.MAKER),
        ("<div class='cky-consent-container'>x</div>", Kind.MAKER),
        ("<div id='didomi-host'>x</div>", Kind.MAKER),
        ("<div id='tarteaucitronRoot'>x</div>", Kind.MAKER),
        ("<div class='box iubenda-cs-container'>x</div>", Kind.MAKER),
        ("<div class='cookie-banner'>x</div>", Kind.CONSENT),
        ("<div id='gdprNotice'>x</div>", Kind.CONSENT),
        ("<div hidden>x</div>", Kind.HIDDEN),
        ("<div style='color: red; display : none'>x</div>", Kind.HIDDEN),
        ("<span aria-hidden='true'>x</span>", Kind.HIDDEN),
        ("<ul class='breadcrumbs'><li>x</li></ul>", Kind.WIDGET),
        ("<a class='skip-link' href='#main'>x</a>", Kind.WIDGET),
        ("<div class='related articles'>x</div>", Kind.WIDGET),
        ("<div id='language-menu'>x</div>", Kind.WIDGET),
        ("<div class='header__search-box'>x</div>", Kind.WIDGET),
    ],
)
def test_furniture_is_known(html, kind):
    assert kind_of(fragment_fromstring(html)) is kind


@pytest.mark.parametrize(
    "html",
    [
        "<div>x</div>",
        "<div class=''>x</div>",
        "<article class='related chat'>x</article>",
        "<main class='cookie-banner'>x</main>",
        "<h2 id='cookie-settings'>x</h2>",
        "<p class='share'>x</p>",
        "<div class='cookie-policy'>x</div>",
        "<div class='cookies'>x</div>",
        "<div id='ot-sdk-cookie-policy'>x</div>",
        "<div class='cmplz-document'>x</div>",
        "<div class='iub_content'>x</div>",
        "<div class='cky-audit-table'>x</div>",
        "<section id='shareholders'>x</section>",
        "<div id='how-we-share-data'>x</div>",
        "<div aria-hidden='false' style='display: block'>x</div>",
    ],
)
def test_parts_of_policies_are_not_taken_for_furniture(html):
    assert kind_of(fragment_fromstring(html)) is None
