"""Blocks cut into sentences, and sentences into words, each with what it shows and what of it counts.

The text that counts of a sentence has no white space: pages glue and split words, sentences and paragraphs when only
their mark-up changes. The hash of a body is of its sentences' texts that count, one after the other. So two bodies have
one hash exactly when these make up the same text, however it is cut.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from crawler.text.identity.rules import BLANK, CALENDAR
from crawler.text.markdown import NUMBER, STRUCK, STRUCK_RUN, BlockKind, TextBlock, shown, without_marks

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BEGIN = r"[\"“‘«(\[¿¡]?[A-Z0-9À-ÞΑ-ΩА-Я]"
_STOP = rf"[.!?]{STRUCK}?[\"”’»)\]]*+"
_CJK_STOP = r"[。！？][」』）]*+(?![。！？」』）])"
# A full stop before what can begin a sentence; the signs of Chinese and Japanese need no space.
_SENTENCE_END = re.compile(rf"{_STOP}\s++(?={_BEGIN})|{_CJK_STOP}\s*+")
_MAY_END = re.compile(rf"(?:{_STOP}\s|{_CJK_STOP})\s*$")
_MAY_BE_DAY = re.compile(r"\d\.\s*$")
_MONTH = re.compile(rf"(?:{CALENDAR})(?!\w)", re.IGNORECASE)
_LONGEST_MONTH = 20
_MAY_BEGIN = re.compile(_BEGIN)
_PIECE = re.compile(r"[^\s。！？]*+(?:[。！？]++[」』）]*+\s*+|\s++|$)")
_LETTER, _S = rf"[^\W{_CJK}]", rf"{STRUCK}?"
# A word with the space after it. Chinese and Japanese write no spaces: there each character counts as a word.
_WORD = re.compile(rf"[{_CJK}]|{_LETTER}+(?:['’.\-@]{_LETTER}+)*")
_TOKEN = re.compile(rf"(?:{_WORD.pattern}|[^\w\s])\s*")
_LONG = 1 << 18
_STRUCK_TOKEN = re.compile(rf"(?:[{_CJK}]{_S}|(?:{_LETTER}{_S})+(?:['’.\-@]{_S}(?:{_LETTER}{_S})+)*|[^\w\s]{_S})\s*")


KEPT_AT_MOST = 2_000
"""Characters of a sentence whose words are kept for a while; what is made of it takes 100 times as much."""


class Word(NamedTuple):
    """A word or sign as it is shown, with the space after it, and what of it counts."""

    shown: str
    counted: str


class Sentence(NamedTuple):
    """A sentence. ``block`` numbers the heading, item, quote, row or paragraph it stands in, from 0.

    ``words`` are given only where some of them count otherwise than they are shown.
    """

    plain: str
    """As `TextBlock.text` has it, with `CELL` and `STRUCK`; what is from several blocks is on several lines."""
    counted: str
    number: str
    """The number of the item or paragraph that it begins, as it counts; else empty."""
    block: int
    kind: BlockKind
    level: int
    words: tuple[Word, ...] = ()
    gap: str = "\n"
    """What parts it from the next sentence: the space that follows it in its block, or the end of that."""

    @property
    def text(self) -> str:
        """What people read: words that are struck out stand in ``~~``."""
        return shown(self.plain)


class CountedBlock(NamedTuple):
    """A block with what of it counts: ``ordered`` is its text with lists of names in one order, and ``counted`` the
    same with `BLANK` in place of what a rule disregards.
    """

    block: TextBlock
    ordered: str
    counted: str


class Replacement(NamedTuple):
    """Words of a body, from ``begin`` to before ``end`` as white space parts them, in place of which others count."""

    begin: int
    end: int
    counted: str


def without_space(text: str) -> str:
    """Return what of a text counts. Underscores do not: where they stand within a word they may be emphasis."""
    return without_marks("".join(text.split()))


def sentences(blocks: Sequence[CountedBlock], replaced: Sequence[Replacement] = ()) -> list[Sentence]:
    """Return the sentences of a body, of which some words are replaced. Each has some text that counts."""
    found: list[Sentence] = []
    if replaced:
        words = [_words(block) for block in blocks]
        for number, of_block in enumerate(_replace(words, replaced) or [[]]):
            block = blocks[number] if blocks else CountedBlock(TextBlock("text", 0, ""), "", "")
            found += _of_words(block, number, of_block)
    else:
        for number, block in enumerate(blocks):
            if block.counted == block.block.text:
                found += _of_text(block.block, number)
            else:
                found += _of_words(block, number, _words(block))
    return [sentence for sentence in found if sentence.counted]


def whole_blocks(blocks: Sequence[CountedBlock]) -> list[Sentence]:
    """Return the blocks of a body, each as one sentence, where that is all that a comparison looks at."""
    found = (
        Sentence(block.block.text, without_space(block.counted), "", number, *block.block[:2])
        for number, block in enumerate(blocks)
    )
    return [sentence for sentence in found if sentence.counted]


def joined(sentences: Sequence[Sentence]) -> Sentence:
    """Return sentences that follow each other as one, which has no words of its own."""
    if len(sentences) == 1:
        return sentences[0]
    plain = "".join(sentence.plain + sentence.gap for sentence in sentences)
    counted = "".join(sentence.counted for sentence in sentences)
    return sentences[0]._replace(plain=plain.rstrip(), counted=counted, words=(), gap=sentences[-1].gap)


def tokens(sentence: Sentence) -> list[Word]:
    """Return the words and signs of a sentence; each has some text that counts."""
    is_long = sentence.words or len(sentence.plain) > KEPT_AT_MOST
    return _cut(sentence) if is_long else [*_kept_tokens(sentence)]


@lru_cache(maxsize=4096)  # texts that follow each other have most sentences in common
def _kept_tokens(sentence: Sentence) -> tuple[Word, ...]:
    return tuple(_cut(sentence))


def _cut(sentence: Sentence) -> list[Word]:
    found: list[Word] = []
    for word in sentence.words or [Word(sentence.plain, sentence.counted)]:
        if word.counted != without_space(word.shown):
            found.append(word)
            continue
        pattern = _STRUCK_TOKEN if STRUCK in word.shown else _TOKEN
        has_marks = without_marks(word.shown) != word.shown
        for text in pattern.findall(word.shown):
            counted = without_marks(text.rstrip()) if has_marks else text.rstrip()
            if counted or not found:
                found.append(Word(text, counted))
            else:
                found[-1] = Word(found[-1].shown + text, found[-1].counted)
    if len(found) > 1 and not found[0].counted:
        found[:2] = [Word(found[0].shown + found[1].shown, found[1].counted)]
    return _whole_strokes(found) if STRUCK in sentence.plain else found


def _whole_strokes(words: Sequence[Word]) -> list[Word]:
    """Return words, in one those that one stroke runs through: it cannot be quoted in parts."""
    strokes = [run.span() for run in STRUCK_RUN.finditer("".join(word.shown for word in words))]
    found: list[Word] = []
    at = 0
    for word in words:
        while strokes and strokes[0][1] <= at:
            strokes.pop(0)
        if found and strokes and strokes[0][0] < at:
            found[-1] = Word(found[-1].shown + word.shown, found[-1].counted + word.counted)
        else:
            found.append(word)
        at += len(word.shown)
    return found


def count(text: str) -> int:
    """Return how many words a text has; signs are none."""
    if text.isascii() and "_" not in text:  # nothing else begins a word and is none: half the time
        return len(_WORD.findall(text))
    if len(text) > _LONG and not text.isascii():  # each character may be a word: a list of them takes 80 bytes each
        return sum(1 for token in _WORD.finditer(text) if text[token.start()].isalnum())
    return sum(1 for token in _WORD.findall(text) if token[0].isalnum())


def has_words(text: str, number: int) -> bool:
    """Tell whether a text has so many words, from its beginning: it may be long."""
    words = (token for token in _WORD.finditer(text) if token[0][0].isalnum())
    return sum(1 for _ in islice(words, number)) == number


def _of_text(block: TextBlock, number: int) -> Iterator[Sentence]:
    """Return the sentences of a block all of which counts as it is shown."""
    numbered = NUMBER.match(block.text)
    begin = numbered.end() if numbered else 0
    label = without_space(numbered[0]) if numbered else ""
    start = 0
    stops = [stop.end() for stop in _SENTENCE_END.finditer(block.text, begin) if not _goes_on(*_around(stop))]
    for end in (*stops, len(block.text)):
        piece = block.text[start:end]
        if text := piece.strip():
            gap = piece[len(piece.rstrip()) :] + "\n" * (end == len(block.text))
            yield Sentence(text, without_space(text), "" if start else label, number, block.kind, block.level, gap=gap)
        start = end


def _of_words(block: CountedBlock, number: int, words: Sequence[Word]) -> Iterator[Sentence]:
    """Return the sentences of a block that these words make up."""
    runs: list[list[Word]] = [[*words[:1]]]
    for at, (before, word) in enumerate(pairwise(words)):
        is_number = not at and NUMBER.fullmatch(before.shown)
        may_end = not is_number and _MAY_END.search(before.shown) and not _goes_on(before.shown, word.shown)
        if may_end and (_is_cjk(before) or _MAY_BEGIN.match(word.shown)):
            runs.append([])
        runs[-1].append(word)
    pieces = iter(_PIECE.findall(block.block.text)) if block.ordered != block.block.text else None
    for at, run in enumerate(runs):
        text = "".join(word.shown for word in run)
        if pieces is not None:  # names stand in another order in the words
            text = "".join(next(pieces, "") for word in run for _ in filter(None, _PIECE.findall(word.shown)))
        counted = "".join(word.counted for word in run)
        numbered = NUMBER.match(text) if not at else None
        label = without_space(numbered[0]) if numbered and counted.startswith(without_space(numbered[0])) else ""
        gap = text[len(text.rstrip()) :] + "\n" * (at == len(runs) - 1)
        yield Sentence(text.strip(), counted, label, number, *block.block[:2], tuple(run), gap)


def _around(stop: re.Match[str]) -> tuple[str, str]:
    """Return what ends a sentence, with the character before it, and what follows, up to a word."""
    begin, end = stop.span()
    return stop.string[max(begin - 1, 0) : end], stop.string[end : end + _LONGEST_MONTH]


def _goes_on(before: str, after: str) -> bool:
    """Tell whether a sentence goes on between two texts: in a date ("1. März"), or under one stroke."""
    if _MAY_BE_DAY.search(before):
        return _MONTH.match(after) is not None
    return after[:1] == STRUCK or (after[1:2] == STRUCK and before.rstrip()[-1:] == STRUCK)


def _is_cjk(word: Word) -> bool:
    return word.shown.rstrip()[-1:] in "。！？」』）"


def _words(block: CountedBlock) -> list[Word]:
    """Return the words of a block as white space parts them, and the sentences of Chinese and Japanese."""
    values = _blanked(block.ordered, block.counted)
    return [
        Word(re.sub(BLANK, lambda _: next(values, BLANK), piece), without_space(piece))
        for piece in _PIECE.findall(block.counted)
        if piece
    ]


def _blanked(text: str, counted: str) -> Iterator[str]:
    """Return what stood in a text in place of each `BLANK`."""
    first, *pieces = counted.split(BLANK)
    at = len(first)
    for left, piece in enumerate(pieces, 1 - len(pieces)):
        end = text.find(piece, at + 1) if left else len(text) - len(piece)
        yield text[at:end]
        at = end + len(piece)


def _replace(words: Sequence[Sequence[Word]], replaced: Sequence[Replacement]) -> list[list[Word]]:
    """Return the words of each block, with one word in place of those of a replacement, where they began."""
    flat = [(block, word) for block, of_block in enumerate(words) for word in of_block]
    starts = list(_starts(flat))
    for begin, end, counted in reversed(replaced):
        low, high = (starts[at] if at < len(starts) else len(flat) for at in (begin, end))
        if low < high:
            flat[low:high] = [(flat[low][0], Word(_on_lines(flat[low:high]), counted))]
        elif low:  # nothing is shown there: what counts goes to the word before
            block, before = flat[low - 1]
            flat[low - 1] = block, Word(before.shown, before.counted + counted)
        else:
            flat.insert(0, (0, Word("", counted)))
    found: list[list[Word]] = [[] for _ in words or [()]]
    for block, word in flat:
        found[block].append(word)
    return found


def _on_lines(flat: Sequence[tuple[int, Word]]) -> str:
    """Return what words show, those of each block on a line."""
    ends = [block for block, _ in flat[1:]] + [flat[-1][0]]
    return "".join(
        f"{word.shown}\n" if end != block else word.shown for (block, word), end in zip(flat, ends, strict=True)
    )


def _starts(flat: Sequence[tuple[int, Word]]) -> Iterator[int]:
    """Yield where the words begin that white space parts: Chinese and Japanese sentences are pieces of one."""
    last, begins = -1, True
    for at, (block, word) in enumerate(flat):
        begins = begins or block != last
        if begins and word.counted:
            yield at
            begins = False
        begins = begins or word.shown[-1:].isspace()
        last = block
