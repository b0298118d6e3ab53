"""What strangers wrote, as a line on a terminal or in a log can show it: signs that steer a terminal become escapes."""


def visible(text: str) -> str:
    """Return a text on one line, with an escape in place of every sign that is not printed: ``\\x1b``, ``\\u202e``."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def visible_lines(text: str, indent: str = "") -> str:
    """Return a text whose lines are visible; ``indent`` stands before each but the first, so that nobody can make a
    line look like one that he did not write.
    """
    return text if text.isprintable() else f"\n{indent}".join(map(visible, text.split("\n")))
