"""Pages as HTML: templates, filled with what a page shows and the words that templates share."""

from collections.abc import Mapping

from jinja2 import Environment

from output.site import dates
from output.site.fragments import text_fragment
from output.site.markdown import struck

_WORDS = {
    "day": dates.day,
    "clock": dates.clock,
    "between": dates.between,
    "through": dates.through,
    "told_apart": dates.told_apart,
    "struck": struck,
    "text_fragment": text_fragment,
}


def render(env: Environment, name: str, context: Mapping[str, object]) -> str:
    """Return a template of the site, filled. ``env`` is not asynchronous, and escapes what it is given."""
    return env.get_template(f"site/{name}").render({**_WORDS, **context})
