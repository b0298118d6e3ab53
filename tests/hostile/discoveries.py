"""Scenarios of the hostile archive that are about discovery: indexes of domains, home pages, and what these link to.

Each answers for all that is asked of one domain; a test discovers the policies of all of them in one run.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive import MONTHS, Asked, Reply, Scenarios, policy_page, row, table

EVIL = '"]\nurls = ["http://evil.example/x"]\n2026-01-01 [x] ERROR: forged \x1b]0;x\x07\u202e\x9b2J'
SECTIONS = "".join(
    f"<p>{number}. We collect personal data such as your name and your e-mail address when you use our services. We use"
    " cookies, and share your information with third parties who process it on our behalf. You have the right to"
    " access, rectify and erase your personal data under the GDPR.</p>"
    for number in range(10)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must come of a domain: a piece of what is said, and how many addresses stand in the vendors file."""

    says: str
    addresses: int


SCENARIOS = Scenarios()
OUTCOMES: dict[str, Outcome] = {}


def discovery(says: str = "", addresses: int = 1) -> Callable[[Callable[[Asked], Reply]], Callable[[Asked], Reply]]:
    """Register a scenario."""

    def register(answer: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
        host = answer.__name__.replace("_", "-")
        SCENARIOS.listings[host] = SCENARIOS.captures[host] = answer
        OUTCOMES[f"{host}.hostile.example"] = Outcome(says, addresses)
        return answer

    return register


# -- answers of a good archive ----------------------------------------------------------------------------------------
def index(asked: Asked, *more: list[str], key: str | None = None) -> Reply:
    """The index of a domain: its home page and one privacy policy; of a URL, its months."""
    host = urlsplit(asked.url).hostname or asked.url
    urls = [f"http://{host}/", f"http://{host}/privacy"] if "matchType" in asked.parameters else [asked.url]
    return table(*(row(url, month) for url in urls for month in MONTHS), *more, key=key)


def page(asked: Asked, home: str = '<a href="/privacy">Privacy policy</a>') -> Reply:
    """The home page, or a privacy policy at any other address."""
    body = home if urlsplit(asked.url).path in {"", "/"} else f"<main><h1>Privacy policy</h1>{SECTIONS}</main>"
    title = "Shop" if body == home else "Privacy policy"
    text = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return replace(policy_page(asked), body=text.encode("utf-8", "surrogatepass"))


def answer(asked: Asked) -> Reply:
    """What a good archive answers."""
    return page(asked) if asked.timestamp else index(asked)


@discovery()
def good(asked: Asked) -> Reply:
    return answer(asked)


# -- indexes ----------------------------------------------------------------------------------------------------------
@discovery()
def rows_of_no_year(asked: Asked) -> Reply:
    host = urlsplit(asked.url).hostname or asked.url
    times = ["00010101000000", "00000000000000", "99991231235959", "19891231235959"]
    rows = [row(f"http://{host}/{path}", at) for at in times for path in ("", "privacy", "terms")]
    return page(asked) if asked.timestamp else index(asked, *rows)


@discovery(says="its index does not end")
def an_index_that_leads_back(asked: Asked) -> Reply:
    return page(asked) if asked.timestamp else index(asked, key="again")


@discovery(says="its index does not end")
def an_index_with_a_key_of_a_megabyte(asked: Asked) -> Reply:
    return page(asked) if asked.timestamp else index(asked, key="k" * 1_000_000)


@discovery(says="could not be read: the archive's CDX server sent no listing: Too many requests", addresses=0)
def an_index_that_is_a_page(asked: Asked) -> Reply:
    return page(asked) if asked.timestamp else Reply(body=b"<h1>Too many requests</h1>")


@discovery(says="more addresses may be a policy's; the likeliest 1,000 are kept", addresses=9)
def addresses_without_number(asked: Asked) -> Reply:
    host = urlsplit(asked.url).hostname or asked.url
    more = [row(f"http://{host}/privacy-{number}", MONTHS[number % 6]) for number in range(3_000)]
    return page(asked) if asked.timestamp else index(asked, *more if "matchType" in asked.parameters else ())


@discovery(says="http://addresses-that-steer.hostile.example/privacy\\x1b[2J")
def addresses_that_steer(asked: Asked) -> Reply:
    host = urlsplit(asked.url).hostname or asked.url
    urls = [f"http://{host}/privacy{evil}" for evil in ("\x1b[2J", f"?{EVIL}", "\u202e", "\ud800", "\x00")]
    urls += [f"http://u:p@{host}/privacy", f"http://{host}:99999/privacy", "http://[::1/privacy", "http://../privacy"]
    rows = [row(url, month) for url in urls for month in MONTHS] if "matchType" in asked.parameters else []
    return page(asked) if asked.timestamp else index(asked, *rows)


# -- pages ------------------------------------------------------------------------------------------------------------
@discovery()
def links_without_number(asked: Asked) -> Reply:
    links = "".join(f'<a href="/other{number}">Privacy policy {number}</a>' for number in range(50_000))
    return (
        page(asked, f'<a href="/privacy">Privacy policy</a>{links}') if asked.timestamp == MONTHS[-1] else answer(asked)
    )


@discovery()
def a_link_in_words_that_steer(asked: Asked) -> Reply:
    link = f"<a href='/privacy' title='{EVIL}' hreflang='{EVIL}'>Privacy policy {EVIL}</a>"
    return page(asked, f"<title>{EVIL}</title>{link}") if asked.timestamp else index(asked)


@discovery()
def a_state_within_states(asked: Asked) -> Reply:
    state = '{"a":' * 100_000 + '"/privacy"' + "}" * 100_000
    return page(asked, f'<script type="application/json">{state}</script>') if asked.timestamp else index(asked)


@discovery(says="takes more than 60 requests", addresses=0)
def redirects_without_end(asked: Asked) -> Reply:
    if not asked.timestamp:
        return index(asked)
    there = f"/web/{asked.timestamp}id_/http://{urlsplit(asked.url).hostname}/privacy{asked.number}"
    return Reply(302, {**policy_page(asked).headers, "Location": there})


@discovery(addresses=0)
def near_captures_without_end(asked: Asked) -> Reply:
    there = f"/web/{int(asked.timestamp or 0) + 1}id_/{asked.url}"
    return Reply(302, {"Location": there}) if asked.timestamp else index(asked)


@discovery(addresses=0)
def near_captures_of_year_one(asked: Asked) -> Reply:
    if asked.timestamp.startswith("0001"):
        return page(asked)
    return Reply(302, {"Location": f"/web/00010101000000id_/{asked.url}"}) if asked.timestamp else index(asked)
