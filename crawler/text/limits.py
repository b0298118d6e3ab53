"""How large a text may be, wherever it comes from: a page, an import, a corpus that somebody else wrote.

What is done with a text (what counts of it, what changed in it, whether it is another page) takes time and memory that
grow with its characters, and more so with its lines. The largest policy known has 500,000 characters; of 370 pages of
policies the largest had 6,900 elements (2026-11). Two texts of 50,000 lines are compared in 4 s, in 250,000 in minutes.
"""

MAX_CHARACTERS = 4 * 1024 * 1024
MAX_LINES = 50_000
MAX_TITLE = 10_000
"""Characters; a longer title is cut there."""


def excess(body: str) -> str | None:
    """Return how a body (Markdown) is too large, as a clause; None if it is not."""
    for found, limit, what in (
        (len(body), MAX_CHARACTERS, "characters"),
        (body.count("\n"), MAX_LINES, "lines"),
    ):
        if found > limit:
            return f"has {found:,} {what}; texts of up to {limit:,} are read"
    return None


def shortened(text: str, most: int) -> str:
    """Return a text, cut at so many characters if it has more, which an ellipsis at its end says."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
