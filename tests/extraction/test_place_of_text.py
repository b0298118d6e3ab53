"""What stands inside a policy is part of it, whatever it is called, and hidden or not; what stands around it is not."""

# ruff: noqa: E501 - markup is read more easily in few lines
import pytest

from crawler.extraction.extract import CapturedResponse, extract
from crawler.model import Document, Part

PARAGRAPHS = (
    "We keep the address of your workshop, because a parcel cannot find its way without it.",
    "When you write to our repair desk we store the letter for eighteen months.",
    "Our counting machine notes how many visitors looked at each lamp.",
    "If a carrier loses a parcel we hand your address to the insurer of that carrier.",
    "You may ask us at any time which of your particulars we hold.",
    "Payment slips are kept for as long as the tax office of our canton requires.",
)
TITLES = ("Chapter Alder", "Chapter Birch", "Chapter Cedar", "Chapter Dogwood", "Chapter Elm", "Chapter Fir")
POLICY = "<h1>Privacy notice</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/shop'>Shop</a></li></ul></nav>"
FOOTER = "<footer><p>© 2024 Alder Shop</p></footer>"


def document(body: str, part: Part = Part()) -> Document:  # noqa: B008
    page = f"<title>Privacy notice - Lampworks</title><body>{body}</body>"
    response = CapturedResponse(page.encode(), "https://shop.example/p", 200, {"content-type": "text/html"})
    found = extract(response, part, lambda url: url)
    assert isinstance(found, Document), found
    return found


ACCORDIONS = {
    "Bootstrap 5": "<div class='accordion-item'><h2 class='accordion-header'><button class='accordion-button collapsed' "
    "data-bs-toggle='collapse' data-bs-target='#c{n}'>{title}</button></h2>"
    "<div id='c{n}' class='accordion-collapse collapse'><div class='accordion-body'>{text}</div></div></div>",
    "Bootstrap 4": "<div class='card'><div class='card-header'><h5><button class='btn btn-link' data-toggle='collapse' "
    "data-target='#c{n}'>{title}</button></h5></div><div id='c{n}' class='collapse'>{text}</div></div>",
    "ARIA's pattern": "<h3><button aria-expanded='false' aria-controls='s{n}'><span>{title}</span></button></h3>"
    "<div id='s{n}' role='region' hidden><p>{text}</p></div>",
    "GOV.UK": "<div class='govuk-accordion__section'><h2><button class='govuk-accordion__section-button'>"
    "<span>{title}</span><span class='govuk-visually-hidden'>, </span><span><span>Show</span></span></button></h2>"
    "<div class='govuk-accordion__section-content' hidden='until-found'><p>{text}</p></div></div>",
    "MUI": "<div class='MuiAccordion-root'><h3><button class='MuiAccordionSummary-root' aria-expanded='false'><span>"
    "<p>{title}</p></span></button></h3><div class='MuiCollapse-root MuiCollapse-hidden'><div role='region'>{text}</div>"
    "</div></div>",
    "MUI 4": "<div class='MuiAccordion-root'><div class='MuiAccordionSummary-root' role='button' aria-expanded='false'>"
    "<p>{title}</p></div><div class='MuiCollapse-root' style='visibility:hidden;display:none'><p>{text}</p></div></div>",
    "shadcn and Radix": "<div data-state='closed'><h3><button aria-controls='radix-{n}' data-state='closed'>{title}<svg>"
    "</svg></button></h3><div data-state='closed' id='radix-{n}' hidden role='region'><div>{text}</div></div></div>",
    "W3Schools": "<button class='accordion'>{title}</button><div class='panel' style='display:none'><p>{text}</p></div>",
    "a heading in a button": "<button><h2>{title}</h2></button><div><p>{text}</p></div>",
    "a button in a summary": "<details><summary><button>{title}</button></summary><p>{text}</p></details>",
    "tabs": "<button role='tab'>{title}</button><div role='tabpanel' hidden><p>{text}</p></div>",
    "no name at all": "<div><a href='#'>{title}</a></div><div style='display: none;'><p>{text}</p></div>",
}


@pytest.mark.parametrize("kind", ACCORDIONS)
def test_collapsed_sections_are_part_of_the_policy_with_their_titles(kind):
    sections = [
        ACCORDIONS[kind].format(n=number, title=title, text=text)
        for number, (title, text) in enumerate(zip(TITLES, PARAGRAPHS, strict=True))
    ]
    body = document(f"{MENU}<main><h1>Privacy notice</h1>{''.join(sections)}</main>{FOOTER}").body
    assert [text for text in (*TITLES, *PARAGRAPHS) if text not in body] == []
    assert "Shop" not in body


def test_buttons_in_a_list_of_definitions_are_its_terms():
    terms = "".join(
        f"<dt><button>{t}</button></dt><dd hidden>{p}</dd>" for t, p in zip(TITLES, PARAGRAPHS, strict=True)
    )
    body = document(f"<main><h1>Privacy notice</h1><dl>{terms}</dl></main>").body
    assert [text for text in (*TITLES, *PARAGRAPHS) if text not in body] == []


INSIDE = {
    "a section named like a widget": "<section id='sharing'><h2>Sharing</h2><p>We tell the CARRIER only.</p></section>",
    "one named like a dialog": "<div class='cookie-consent'><h2>Consent</h2><p>You tell us at the CARRIER's.</p></div>",
    "one named like a menu": "<nav><p>All of this holds for every CARRIER that works for us.</p></nav>",
    "an aside": "<aside>Remember that we tell the CARRIER.</aside>",
    "a footer": "<footer><p>Adopted by the board of the CARRIER on 2 May 2020.</p></footer>",
    "a dialog that explains": "<div role='dialog' aria-modal='true'><p>This is what we call a CARRIER.</p></div>",
    "a row named like a widget": "<table><tr><td>Letters</td><td>a day</td></tr><tr id='social'><td>CARRIER</td>"
    "<td>13 months</td></tr></table>",
    "an item named like a widget": "<ul><li>Letters.</li><li id='newsletter'>CARRIER: twice a year.</li></ul>",
    "a short answer": "<h3><button aria-controls='q'>Do you sell it?</button></h3><div id='q' aria-hidden='true'>"
    "<p>No CARRIER.</p></div>",
    "a number hidden from screen readers": "<p><span aria-hidden='true'>CARRIER 7</span> is the seventh of them.</p>",
}


@pytest.mark.parametrize("part", INSIDE.values(), ids=INSIDE)
def test_prose_between_blocks_of_a_policy_is_part_of_it(part):
    more = "<h2>End</h2><p>This is the end of what we have to say about it.</p>"
    assert "CARRIER" in document(f"{MENU}<main>{POLICY}{part}{more}</main>{FOOTER}").body


@pytest.mark.parametrize(
    "kind", [kind for kind in INSIDE if kind not in {"one named like a menu", "a dialog that explains"}]
)
def test_a_last_section_is_part_of_the_policy(kind):
    assert "CARRIER" in document(f"{MENU}<main>{POLICY}{INSIDE[kind]}</main>{FOOTER}").body


AROUND = {
    "buttons to share": "<div class='share'><span>NOISE this:</span><a href='#'>Mail</a><a href='#'>Chat</a></div>",
    "a box to subscribe": "<div><h4>NOISE</h4><p>Lamps to your door every day.</p><input type='email'></div>",
    "a question about the page": "<div class='box'><p>Was this NOISE helpful?</p><input type='submit'><p>Thank you.</p></div>",
    "related articles": "<div class='related'><h3>NOISE</h3><ul><li><a href='/1'>How to oil a lamp</a></li></ul></div>",
    "a consent dialog without a name": "<div><h1>NOISE</h1><p>We and our partners store cookies on your device, to show "
    "you advertisements that you like.</p><button>Accept all</button><button>Reject all</button></div>",
    "a note for screen readers": "<p>More on <a href='https://p.example/'>a page<span class='sr-only'>(NOISE opens)</span>"
    "</a> of its own.</p>",
    "a hidden dialog": "<div class='modal' style='display:none'><h2>NOISE</h2><p>Welcome to the shop of lamps.</p></div>",
}


@pytest.mark.parametrize("part", AROUND.values(), ids=AROUND)
def test_widgets_at_the_end_of_a_policy_are_left_out_on_record(part):
    for page in (f"{MENU}<main>{POLICY}{part}</main>{FOOTER}", f"{MENU}<div>{POLICY}</div>{part}{FOOTER}"):
        found = document(page)
        assert "NOISE" not in found.body
        assert any("NOISE" in block.text for block in found.left_out)
        assert all(paragraph in found.body for paragraph in PARAGRAPHS)


def test_a_promotion_above_the_title_is_left_out_and_a_date_there_is_not():
    promotion = "<div><h1>Lamps have never been so bright.</h1><p>Get our letter!</p></div>"
    date = "<div class='hero'><p>Last updated: July 29, 2025</p><h1>Privacy notice</h1></div>"
    body = document(f"{promotion}<div>{date}{POLICY.split('</h1>')[1]}</div>").body
    assert "never been so bright" not in body
    assert "July 29, 2025" in body


def test_what_stands_above_the_heading_that_says_the_title_is_left_out():
    hub = (
        "<div><h1>Lampworks legal hub</h1><p>What we have to say about our terms, our policies and our lamps.</p></div>"
    )
    policy = POLICY.replace("Privacy notice", "The privacy notice - Lampworks")
    assert "legal hub" not in document(f"<div>{hub}<div>{policy}</div></div>").body


SHORT = {
    "an imprint": "<div class='top'><ul><li><a href='/'>NOISE</a></li><li><a href='/s'>Shop</a></li></ul></div><div>"
    "<h1>Imprint</h1><p>Alder Shop, Lamp Street 3, Bern.</p><p>Clerk: A. Birch, whom you reach by letter on all days of "
    "the week but Sunday.</p></div><div><ul>" + "<li><a href='/x'>NOISE of use</a></li>" * 6 + "</ul></div>",
    "a notice laid out with a table": "<table><tr><td colspan=2><a href='/n'>NOISE</a> | <a href='/f'>Forum</a></td></tr>"
    "<tr><td><a href='/1'>NOISE</a><br><a href='/2'>Oil</a><br><a href='/3'>Glass</a></td><td><h2>DMCA notice</h2>"
    "<p>Send notices to the agent named below, in writing, or they are not read.</p><p>Agent: A. Birch, Bern</p></td></tr>"
    "<tr><td colspan=2>&copy; 2003 NOISE</td></tr></table>",
    "a page of tables": "<a href='#c'>NOISE</a><div><h3>NOISE of your region?</h3><a href='?c=fr'>France</a></div>"
    "<div><h1>Privacy notice</h1><p>As of 2023</p><table><tr><th>Who</th><th>Where</th></tr><tr><td>A. Birch</td>"
    "<td>Bern</td></tr><tr><td>C. Dogwood</td><td>Oslo</td></tr></table><h3>Support</h3><table><tr><td>Elm</td>"
    "<td>Fir</td></tr><tr><td>Gorse and sons, who mend what breaks</td><td>Hazel</td></tr></table></div>"
    "<div><h4>NOISE</h4><p>By signing up you agree to letters.</p><form><input type='email'></form></div>",
}


@pytest.mark.parametrize("page", SHORT.values(), ids=SHORT)
def test_a_short_policy_never_keeps_its_menu(page):
    body = document(page).body
    assert "A. Birch" in body
    assert "NOISE" not in body


def test_nothing_within_a_selection_is_left_out_but_what_the_vendors_file_removes():
    page = (
        f"{MENU}<div id='it'>{POLICY}<button>PRESS</button><div class='cookie-banner' hidden>HIDDEN</div>"
        "<nav>LINKS</nav><textarea>FIELD</textarea><script>SCRIPT</script><p class='no'>REMOVED</p></div>"
    )
    found = document(page, Part(select="#it", remove=(".no",)))
    assert [word for word in ("PRESS", "HIDDEN", "LINKS", "FIELD") if word not in found.body] == []
    assert [word for word in ("SCRIPT", "REMOVED", "Shop") if word in found.body] == []
    assert {block.reason for block in found.left_out} == {"by the vendors file", "title"}
    assert found.recall == 1.0
