"""From a PDF's lines to Markdown: headings by size and weight, lists by bullets, paragraphs across lines and pages.

A PDF has no paragraphs, only lines at positions. Size, distance and marks tell them apart; lines without such a sign
are joined, since a policy is prose.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from html2text.utils import escape_md_section

from crawler.extraction.pdf.lines import Cell, Item, Line, Table, tidied
from crawler.text.markdown import CELL_BREAK

HEADING_SIZE: Final = 1.12  # times the size of the running text, at least
HEADING_WORDS: Final = 16
PARAGRAPH_GAP: Final = 1.35  # times the usual distance of lines
SHORT_LINE: Final = 0.8  # of the text's width: a line that ends before it ends its paragraph
ALIKE: Final = 1.5  # times the width of the narrower column
LEVELS_AT_MOST: Final = 4
WORD_AT_MOST: Final = 60  # letters of a divided word
TITLE_AT_MOST: Final = 300  # characters
NESTING: Final = 4  # points by which the bullets of a nested list are indented

_BULLET = re.compile(r"[•◦▪‣●○■□◆➢►✓⁃∙·*–—-](?:\s+|$)|o\s+(?=\S)")
_CLAUSE = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|\d{1,3}\.|\d{1,3}(?:\.\d{1,3})+\.?|§ ?\d+|article \d+)(?=\s)", re.IGNORECASE
)
_SENTENCE_ENDS: Final = ".!?:;。！？；："
_CJK = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
_JUNK_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|(?:untitled|unbenannt|sans titre|slide|document|dokument)[ -]?\d*"
    r"|.*\.(?:docx?|pdf|indd|qxd|rtf|odt|html?)",
    re.IGNORECASE,
)
# First halves that keep their hyphen if the document itself does not show how the word is written.
_PREFIXES: Final = frozenset(
    {"co", "cross", "e", "end", "first", "high", "long", "low", "multi", "non", "opt", "real", "self", "short", "third"}
)


@dataclass(slots=True)
class Block:
    """A heading (`level` from 1), a list item (`depth` from 1), a table or a paragraph, with its lines."""

    lines: list[Line]
    table: Table | None = None
    level: int = 0
    depth: int = 0
    text: str = ""
    mark_x: float = 0.0


class Text(NamedTuple):
    """A document's title and Markdown body, and the heading that its body leaves out because it is the title."""

    title: str
    body: str
    heading: str = ""


def text_of(pages: Sequence[Sequence[Item]], declared: str) -> Text:
    """Return the text of what is on a document's pages, in the order of reading; `declared` is the PDF's own title."""
    lines = [line for page in pages for item in page for line in _lines(item)]
    if not lines:
        return Text(_title(declared, []), "")
    running = [item for page in pages for item in page if isinstance(item, Line)]
    measures = _Measures.of(running or lines)
    blocks = list(_blocks(pages, measures))
    known = Counter(word for line in lines for word in re.findall(r"[\w-]+", line.text.lower()))
    for block in blocks:
        block.text = _table(block.table, known) if block.table else _joined(block.lines, known)
    title = _title(declared, blocks)
    if sum(block.level == 1 for block in blocks) > 1:  # sections, not the document's heading
        for block in blocks:
            block.level += block.level > 0
    if blocks[0].level and _letters(blocks[0].text) == _letters(title):
        return Text(title, _markdown(blocks[1:]), blocks[0].text)  # the format prints the title itself
    return Text(title, _markdown(blocks))


def _lines(item: Item) -> Sequence[Line]:
    return [line for row in item.rows for cell in row for line in cell] if isinstance(item, Table) else [item]


@dataclass(frozen=True, slots=True)
class _Measures:
    size: float  # of the running text
    leading: float  # distance between its lines
    left: float
    right: float
    bold: bool  # whether the running text itself is bold
    heading_sizes: tuple[float, ...]  # larger ones, the largest first

    @classmethod
    def of(cls, lines: list[Line]) -> "_Measures":
        weights: Counter[float] = Counter()
        for line in lines:
            weights[line.size] += len(line.text)
        size = max(weights, key=lambda each: (weights[each], -each))
        running = [line for line in lines if line.size == size]
        gaps = [upper.y - lower.y for upper, lower in pairwise(lines) if upper.size == lower.size == size]
        near = [gap for gap in gaps if 0.8 * size <= gap <= 2.5 * size]
        bold = sum(len(line.text) for line in running if line.bold) * 2 > sum(len(line.text) for line in running)
        larger = sorted({line.size for line in lines if line.size >= HEADING_SIZE * size}, reverse=True)
        widths = sorted(line.x1 for line in running)
        return cls(
            size=size,
            leading=_usual(near) if near else 1.2 * size,
            left=median(line.x0 for line in running),
            right=widths[int(0.9 * (len(widths) - 1))],
            bold=bold,
            heading_sizes=tuple(larger),
        )

    def level(self, line: Line) -> int:
        if line.angle or len(line.text.split()) > HEADING_WORDS or len(line.text) > 160:
            return 0
        if line.size in self.heading_sizes:
            return min(1 + self.heading_sizes.index(line.size), LEVELS_AT_MOST)
        bold = line.bold and not self.bold and line.size >= self.size and line.text[-1] not in ",;"
        return min(1 + len(self.heading_sizes), LEVELS_AT_MOST) if bold else 0


def _usual(gaps: list[float]) -> float:
    counts = Counter(round(gap * 2) / 2 for gap in gaps)
    return max(counts, key=lambda gap: (counts[gap], -gap))


def _blocks(pages: Sequence[Sequence[Item]], measures: _Measures) -> Iterator[Block]:
    current: Block | None = None
    for page in pages:
        above: Line | None = None
        for number, item in enumerate(page):
            if isinstance(item, Table):
                if number == 0 and current is not None and current.table and current.table.edges == item.edges:
                    current.table = item._replace(rows=current.table.rows + item.rows)  # it goes on over the page
                    continue
                if current is not None:
                    yield current
                current, above = Block([], table=item), None
                continue
            block = _begun(item, measures)
            if current is not None and not current.table and _goes_on(current, above, item, block, measures):
                current.lines.append(item)
            else:
                if current is not None:
                    yield current
                current = block
            above = item
    if current is not None:
        yield current


def _begun(line: Line, measures: _Measures) -> Block:
    """Return the block that this line would begin."""
    if mark := _BULLET.match(line.text):
        text = line.text[mark.end() :]
        return Block([line._replace(text=text)] if text else [], depth=1, mark_x=line.x0)
    return Block([line], level=measures.level(line), mark_x=line.x0)


def _goes_on(current: Block, above: Line | None, line: Line, begun: Block, measures: _Measures) -> bool:
    """Tell whether the line continues the current block; `above` is the line before it on the same page."""
    if begun.depth:
        return False
    if not current.lines:  # a bullet whose text is a line of its own
        return True
    last = current.lines[-1]
    if last.hyphenated:
        return True
    if current.level or begun.level:
        close = above is not None and abs(above.y - line.y) < 1.6 * line.size
        right = line.bounds[1] if line.bounds else measures.right
        return current.level == begun.level and close and last.size == line.size and last.x1 > right * 0.6
    if _CLAUSE.match(line.text) or abs(last.size - line.size) > 1:
        return False
    if above is None:  # the first line of a page
        return last.text[-1] not in _SENTENCE_ENDS
    gap = above.y - line.y
    if gap < -measures.leading or above.bounds != line.bounds:  # a new column: as on a new page
        return last.text[-1] not in _SENTENCE_ENDS and _are_alike(above.bounds, line.bounds)
    if gap > PARAGRAPH_GAP * measures.leading:
        return False
    left, right = line.bounds or (measures.left, measures.right)
    ended = last.x1 - left < SHORT_LINE * (right - left) and last.text[-1] in _SENTENCE_ENDS
    outdented = bool(current.depth) and line.x0 < current.mark_x - 1
    return not ended and not outdented


def _are_alike(column: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    """Tell whether text may go on from one column to another: a sidebar is narrower."""
    widths = sorted(bounds[1] - bounds[0] for bounds in (column, other) if bounds)
    return len(widths) != 2 or widths[1] <= ALIKE * widths[0]


def _joined(lines: list[Line], known: Counter[str]) -> str:
    text = ""
    hyphenated = False
    for line in lines:
        if hyphenated:
            text += _mended(text, line.text, known) + line.text
        elif text and _CJK.match(text[-1]) and _CJK.match(line.text):
            text += line.text
        else:
            text += (" " if text else "") + line.text
        hyphenated = line.hyphenated
    return text + ("-" if hyphenated else "")


def _mended(before: str, after: str, known: Counter[str]) -> str:
    """Return the hyphen between two halves of a word, or nothing if it only divided the word."""
    first, second = re.search(r"[\w-]*$", before[-WORD_AT_MOST:]), re.match(r"[\w-]*", after[:WORD_AT_MOST])
    left, right = (found[0].lower() if found else "" for found in (first, second))
    if not left or not right or not after[0].islower():
        return "-"  # 2016-679, EU-U.S., E-Mail
    whole, divided = known[left + right], known[f"{left}-{right}"]
    if whole != divided:
        return "-" if divided > whole else ""
    return "-" if left in _PREFIXES else ""


def _table(table: Table, known: Counter[str]) -> str:
    """Return a table as html2text prints it."""
    cells = [cell for row in table.rows for cell in row]
    gaps = [upper.y - lower.y for cell in cells for upper, lower in pairwise(cell) if upper.y > lower.y]
    leading = _usual(gaps) if gaps else 0
    rows = ["| ".join(_cell(cell, known, leading) for cell in row) + "  " for row in table.rows]
    rule = "|".join(["---"] * len(table.rows[0])) + "  "
    return "\n".join([rows[0], rule, *rows[1:]])


def _cell(cell: Cell, known: Counter[str], leading: float) -> str:
    """Return the text of a cell on one line, its items and clauses apart."""
    runs: list[list[Line]] = []
    for line in cell:
        new = bool(_BULLET.match(line.text) or _CLAUSE.match(line.text))
        if runs and not new and runs[-1][-1].y - line.y <= PARAGRAPH_GAP * leading:
            runs[-1].append(line)
        else:
            runs.append([line])
    return CELL_BREAK.join(_joined(run, known).replace("|", "\\|") for run in runs)


def _title(declared: str, blocks: list[Block]) -> str:
    declared = tidied(declared)
    if declared and not _JUNK_TITLE.fullmatch(declared):
        return declared[:TITLE_AT_MOST]
    levels = [block.level for block in blocks[:10] if block.level]
    return next((block.text[:TITLE_AT_MOST] for block in blocks[:10] if levels and block.level == min(levels)), "")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _markdown(blocks: list[Block]) -> str:
    """Return blocks as html2text prints them: a blank line between, list items together, two more after a list."""
    out: list[str] = []
    margins: list[float] = []  # of the bullets around the one at hand, the outermost first
    for block in blocks:
        if not block.text:
            continue
        if block.depth:
            while margins and block.mark_x < margins[-1] - NESTING:
                margins.pop()
            if not margins or block.mark_x > margins[-1] + NESTING:
                margins.append(block.mark_x)
            out.append(f"{'  ' * len(margins)}* {block.text}\n")
            continue
        if margins:
            out.append("\n\n\n")
            margins.clear()
        text = block.text if block.table else escape_md_section(block.text)
        text = f"{'#' * block.level} {block.text}" if block.level else text
        out.append(f"{text}\n\n")
    return "".join(out).strip("\n")
