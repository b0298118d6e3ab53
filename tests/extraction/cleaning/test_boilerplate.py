"""Elements tell by their tag, role and names what they seem to be."""

import pytest
from lxml.html import fragment_fromstring

from crawler.extraction.cleaning.boilerplate import Boilerplate, boilerplate_of


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<nav>x</nav>", Boilerplate.NAVIGATION),
        ("<div role='contentinfo'>x</div>", Boilerplate.FOOTER),
        ("<div class='site-footer'>x</div>", Boilerplate.FOOTER),
        ("<div role='complementary'>x</div>", Boilerplate.SIDEBAR),
        ("<form>x</form>", Boilerplate.FORM),
        ("<select><option>x</option></select>", Boilerplate.CONTROL),
        ("<header>x</header>", Boilerplate.HEADER),
        ("<button class='accordion'>x</button>", Boilerplate.BUTTON),
        ("<div role='dialog'>x</div>", Boilerplate.DIALOG),
        ("<div aria-modal='true'>x</div>", Boilerplate.DIALOG),
        ("<div id='CybotCookiebotDialog'>x</div>", Boilerplate.CONSENT_MANAGER),
        ("<div id='onetrust-banner-sdk'>x</div>", Boilerplate.CONSENT_MANAGER),
        ("<div class='cky-consent-container'>x</div>", Boilerplate.CONSENT_MANAGER),
        ("<div id='didomi-host'>x</div>", Boilerplate.CONSENT_MANAGER),
        ("<div id='tarteaucitronRoot'>x</div>", Boilerplate.CONSENT_MANAGER),
        ("<div class='box iubenda-cs-container'>x</div>", Boilerplate.CONSENT_MANAGER),
        ("<div class='cookie-banner'>x</div>", Boilerplate.CONSENT_DIALOG),
        ("<div id='gdprNotice'>x</div>", Boilerplate.CONSENT_DIALOG),
        ("<div hidden>x</div>", Boilerplate.HIDDEN),
        ("<div style='color: red; display : none'>x</div>", Boilerplate.HIDDEN),
        ("<span aria-hidden='true'>x</span>", Boilerplate.HIDDEN),
        ("<ul class='breadcrumbs'><li>x</li></ul>", Boilerplate.WIDGET),
        ("<a class='skip-link' href='#main'>x</a>", Boilerplate.SKIP_LINK),
        ("<span class='sr-only'>x</span>", Boilerplate.NOTE),
        ("<span style='position:absolute; clip: rect(0, 0, 0, 0)'>x</span>", Boilerplate.NOTE),
        ("<span style='position:absolute;left:-10000px'>x</span>", Boilerplate.NOTE),
        ("<span>(opens in a new window)</span>", Boilerplate.NOTE),
        ("<small class='hint'>öffnet in neuem Fenster</small>", Boilerplate.NOTE),
        ("<div class='modal fade' style='display:none'>x</div>", Boilerplate.DIALOG),
        ("<div class='cookie-banner' hidden>x</div>", Boilerplate.CONSENT_DIALOG),
        ("<div class='related articles'>x</div>", Boilerplate.WIDGET),
        ("<div id='language-menu'>x</div>", Boilerplate.WIDGET),
        ("<div class='header__search-box'>x</div>", Boilerplate.WIDGET),
    ],
)
def test_boilerplate_is_recognised(html, kind):
    assert boilerplate_of(fragment_fromstring(html)) is kind


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
def test_parts_of_policies_are_not_taken_for_boilerplate(html):
    assert boilerplate_of(fragment_fromstring(html)) is None
