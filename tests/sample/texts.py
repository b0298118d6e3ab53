"""The policies' texts: one file a policy under texts/, all its versions in it.

A line `::: A-C` begins a block that the versions A, B and C have (`*`: all of them); it ends where the next begins.
A text is the blocks of one version in their order. `{{name@host}}` stands for an e-mail address.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
CJK = r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"


def labels(words: str) -> set[str]:
    """The versions that a block's first line names: `A`, `ACD`, `B-E`."""
    spans = re.sub(r"(\w)-(\w)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), words)
    return set(spans)


@cache
def text(name: str, label: str) -> tuple[str, str]:
    """Title and HTML of version `label` of the policy in texts/`name`.html."""
    source = (HERE / "texts" / f"{name}.html").read_text("utf-8")
    blocks = re.findall(r"^::: (\S+)\n(.*?)(?=^::: |\Z)", source, re.MULTILINE | re.DOTALL)
    chosen = "".join(html for words, html in blocks if words == "*" or label in labels(words))
    # Japanese is written without spaces: where the file wraps a line inside a sentence, the page must not.
    whole = re.sub(rf"(?<={CJK})\n(?={CJK})", "", chosen)
    title, body = re.fullmatch(r"<title>(.*?)</title>\n(.*)", whole, re.DOTALL).groups()  # type: ignore[union-attr]
    return title, body
