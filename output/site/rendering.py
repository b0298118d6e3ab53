"""Pages as HTML: templates, filled with what a page shows and the words that templates share."""

from jinja2 import Environment

from output.site import dates
from output.site.addresses import Addresses
from output.site.fragments import text_fragment
from output.site.markdown import struck
from output.site.responses import PageResponse

_WORDS = {
    "day": dates.day,
    "clock": dates.clock,
    "between": dates.between,
    "through": dates.through,
    "told_apart": dates.told_apart,
    "struck": struck,
    "text_fragment": text_fragment,
}


def render(env: Environment, to: Addresses, page: PageResponse) -> str:
    """Return a page as HTML. ``env`` is not asynchronous, and escapes what it is given."""
    return env.get_template(f"site/{page.template}").render({"to": to, **_WORDS, **page.context})
