"""Writes a normalised tree as Markdown, as html2text does.

What most elements and texts of a policy need of html2text's steps is done here: html2text asks of each element whether
it is one of forty, and of each piece of text whether it stands in code, in a quotation or in a Google document.
"""

import re

from html2text import HTML2Text
from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.page import PageTooBigError
from crawler.extraction.rendering.escaping import resolved, stood_in, without_stand_ins
from crawler.extraction.rendering.inline import continues, is_plain_code
from crawler.extraction.rendering.normalising import REMOVED
from crawler.extraction.rendering.tables import BORDERED_ROW, DATA_CELL
from crawler.text.markdown import CELL_BREAK

MAX_MARKDOWN = 32 * 1024 * 1024  # characters; nested lists and quotes indent every line, so a page can make far more

# What a browser writes as an entity when it serialises text; html2text reads an entity as a text of its own.
_ENTITIES = re.compile("([&<>\xa0])")
_NBSP = "&nbsp_place_holder;"  # html2text's own stand-in, through which a non-breaking space survives
# html2text's patterns take quadratic time on long white space.
_LONG_SPACE = re.compile(r"[^\S\xa0]{16,}")
_UNSPACED = frozenset(("a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"))
_LIST_START = re.compile(r"[+-]?\d{1,9}")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PARAGRAPHS = frozenset(("p", "div"))
_CELL_BREAKS = frozenset(("p", "div", "br"))
_INERT = frozenset(("span", "font", "small", "big", "label", "time", "sup", "sub", "tbody", "thead", "tfoot"))
_EMPHASIS = frozenset(("em", "i", "u", "b", "strong", "del", "strike", "s"))
_CODE = frozenset(("code", "kbd", "tt"))
_WITHIN_LINES = _EMPHASIS | _CODE | _INERT | {"a", "q", "abbr"}
_ENDS_AS_HTML2TEXT_SPACES = re.compile(r"[^][(){}\s.!?]")
_HANDLED_HERE = _EMPHASIS | _CODE | {"abbr", "li", BORDERED_ROW}
_VOID = frozenset(("br", "hr", "wbr", "col", REMOVED))


class Writer(HTML2Text):
    """html2text, fed from a tree instead of a text: nothing is serialised and parsed again."""

    def __init__(self) -> None:
        super().__init__(bodywidth=0)
        self.unicode_snob = True
        self.ignore_images = True
        self.written = 0
        self.cell: HtmlElement | None = None  # the cell of a table of data that is being written
        self.cell_has_text = False
        self.cell_breaks = False
        self.lost_space = False  # whether html2text has dropped a space that stands before what comes next
        self.cut_word = False  # whether the emphasis that ended last is a part of a word

    def write(self, root: HtmlElement) -> str:
        for event, node in etree.iterwalk(root, events=("start", "end")):
            tag = node.tag
            if tag == DATA_CELL:
                self.cell = node if event == "start" else None
                self.cell_has_text = self.cell_breaks = False
                tag = "td"
            if event == "start":
                if self.cell is not None and tag in _CELL_BREAKS:
                    self.cell_breaks = True
                elif tag in _PARAGRAPHS and self.split_next_td:
                    self._separate()
                if tag != REMOVED and (self.cell is None or tag != "br"):
                    self._handle(tag, node, start=True)
                if text := node.text:
                    self._write_text(text)
            else:
                if tag not in _VOID:
                    self._handle(tag, node, start=False)
                if text := node.tail:
                    self._write_text(text)
        return resolved(self.finish())

    def _handle(self, tag: str, node: HtmlElement, *, start: bool) -> None:
        if tag in _INERT and self.maybe_automatic_link is None:
            self.current_tag = tag  # html2text does nothing else with it
            self.lastWasList = False
            return
        if self.lost_space and (start or tag not in _WITHIN_LINES):
            self.space, self.lost_space = tag in _WITHIN_LINES, False
        if tag in _PARAGRAPHS:  # nor with these, but for the empty line
            self.current_tag = tag
            self.lastWasList = False
            if not self.astack and not self.split_next_td:
                self.p()
        elif tag in _HEADINGS and not self.astack:
            self.current_tag = tag
            self.p()
            self.inheader = start
            if start:
                self.lastWasList = False
                self.o(f"{int(tag[1]) * '#'} ")
        elif tag in _HANDLED_HERE:
            self._handle_here(tag, node, start=start)
        else:
            self.handle_tag(tag, _attributes(node) if start else {}, start=start)

    def _handle_here(self, tag: str, node: HtmlElement, *, start: bool) -> None:
        if tag == BORDERED_ROW:
            self._handle_bordered_row(start=start)
        elif tag in _EMPHASIS:
            self._handle_emphasis(tag, node, start=start)
        elif tag in _CODE and not is_plain_code(node):
            self.current_tag = tag
        elif tag == "li" and not start:
            self.current_tag, self.lastWasList, self.list_code_indent = tag, False, ""
            self.pbr()
        elif tag != "abbr":  # its text would be gathered again, in quadratic time, for a definition that is not there
            if tag == "li" and self.list:
                self._number(node)
            self.handle_tag(tag, {}, start=start)

    def _number(self, item: HtmlElement) -> None:
        """Prepare the number of an item, of which html2text knows only that it is one more than that before."""
        if (number := _list_number(item.get("value"))) is not None:
            self.list[-1].num = number - 1
        elif (parent := item.getparent()) is not None and parent.tag == "ol" and parent.get("reversed") is not None:
            if item.getprevious() is None and _list_number(parent.get("start")) is None:
                self.list[-1].num = len(parent) - 1
            elif item.getprevious() is not None:
                self.list[-1].num -= 2

    def _handle_bordered_row(self, *, start: bool) -> None:
        if not start:
            self.o("|")
        self.handle_tag("tr", {}, start=start)
        if start:
            self.o("|")
            self.space = True

    def _handle_emphasis(self, tag: str, node: HtmlElement, *, start: bool) -> None:
        """Mark the emphasis of a part of a word without the spaces by which html2text would cut the word in two."""
        before, after = continues(node)
        self.emphasis_mark = "*" if before or after else "_"  # within a word, underscores are no marks
        if start and before:
            self.preceding_data = ""
        self.handle_tag(tag, {}, start=start)
        self.cut_word = after and not start

    def _separate(self) -> None:
        """Keep two paragraphs of a table's cell apart: html2text breaks no lines there and would glue their texts."""
        if self.outtextlist and not self.outtextlist[-1][-1:].isspace():
            self.space = True

    def _write_text(self, text: str) -> None:
        if text.isspace():
            if not self.pre and "\xa0" not in text and self._reads_on():
                self.preceding_data = " "
                self.space = True  # as handle_data would
                return
        elif self.cell is not None:
            if self.cell_breaks and self.cell_has_text:
                self.o(CELL_BREAK)
            self.cell_has_text, self.cell_breaks = True, False
        if not text.isascii():
            text = without_stand_ins(text)
        if not self.pre and ("    " in text or not text.isprintable()):  # cheaper than the search
            text = _LONG_SPACE.sub(_fold, text)
        if not ("&" in text or "\xa0" in text or "<" in text or ">" in text):
            self.handle_data(text)
            return
        parts = _ENTITIES.split(text)
        self.handle_data(parts[0])
        for part in parts[1:]:
            self.cut_word = self.cut_word or self.preceding_stressed
            if part == "\xa0":
                self.cut_word = self.lost_space = False  # html2text puts a space before it where emphasis begins
                self.handle_data(_NBSP, entity_char=True)
            else:
                self.handle_data(part)

    def _reads_on(self) -> bool:
        return not (self.stressed or self.preceding_stressed or self.maybe_automatic_link is not None)

    def handle_data(self, data: str, entity_char: bool = False) -> None:
        """Write a piece of text, as html2text does, but with stand-ins, and with the spaces that the page has."""
        if not data:
            return
        if self.lost_space:
            self.space, self.lost_space = True, False
        if self.stressed:
            self.lost_space = data[-1:].isspace()
            data = data.strip()
            self.stressed = False
            self.preceding_stressed = True
        elif self.preceding_stressed:
            if _ENDS_AS_HTML2TEXT_SPACES.match(data) and not self.cut_word and self.current_tag not in _UNSPACED:
                data = " " + data
            self.preceding_stressed = False
        self.cut_word = False
        if (href := self.maybe_automatic_link) is not None:
            if href == data and self.absolute_url_matcher.match(href):
                self.o(f"<{data}>")
                self.empty_link = False
                return
            self.o("[")
            self.maybe_automatic_link, self.empty_link = None, False
        self.preceding_data = data
        if not (self.code or self.pre or entity_char):
            data = stood_in(data, in_cell=self.split_next_td)
        elif "|" in data and self.split_next_td:
            data = data.replace("|", "\\|")  # code, too, ends at the end of a cell
        if not self.pre:  # as html2text does with pure data, in a third of the time
            self.space = self.space or data[:1].isspace()
            data = " ".join(data.split()) + (" " if data[-1:].isspace() and not data.isspace() else "")
        self.o(data)

    def o(self, data: str, puredata: bool = False, force: bool | str = False) -> None:
        """Write a piece of Markdown, as html2text does where no line of it begins with anything but an indent."""
        if force or self.blockquote or self.pre or self.startpre or self.quiet:
            super().o(data, puredata, force)
            return
        if not data:
            return
        gap = ""
        if self.start:
            self.start = self.space = False
        elif self.p_p:
            gap = (self.br_toggle + "\n") * self.p_p
            self.space, self.br_toggle = False, ""
        elif self.space:
            gap = "" if self.lastWasNL else " "
            self.space = False
        self.p_p = 0
        if gap:
            self.outtextlist.append(gap)
        self.outtextlist.append(data)
        self.lastWasNL = data[-1] == "\n"
        self._count(len(gap) + len(data))

    def outtextf(self, s: str) -> None:
        self._count(len(s))
        super().outtextf(s)

    def _count(self, characters: int) -> None:
        self.written += characters
        if self.written > MAX_MARKDOWN:
            raise PageTooBigError(f"The page makes more than {MAX_MARKDOWN:,} characters of Markdown, the limit.")


def _fold(space: re.Match[str]) -> str:
    return "\n" if "\n" in space[0] else " "


def _list_number(text: str | None) -> int | None:
    return int(text) if text is not None and _LIST_START.fullmatch(text := text.strip()) else None


def _attributes(node: HtmlElement) -> dict[str, str | None]:
    """Return the attributes that html2text uses, if they do no harm."""
    if node.tag == "a":
        title = node.get("title") or ""
        if "\n" in title or '"' in title:
            title = re.sub(r"\s*\n\s*", " ", title).replace('"', "&quot;")
        return {"href": node.get("href"), "title": title} if node.get("href") is not None else {}
    if node.tag == "ol" and (start := _list_number(node.get("start"))) is not None:
        return {"start": str(start)}
    return {}
