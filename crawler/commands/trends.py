"""``scrapy trends``: how many policies said a phrase in each year, or how long they were, as a table or JSON lines."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler import program
from crawler.argument_model import near
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError
from crawler.text.readability import FORMULAS
from crawler.visible import visible
from output.in_force import Scope, name
from output.text_measures import Measured, What, measured
from output.trends import LONGEST_PHRASE, Trends, count, has_words
from pipelines.corpus import Corpus

if TYPE_CHECKING:
    from sqlite_utils import Database

_MOST_PHRASES = 50
"""Columns of a table that anybody reads; each phrase takes a tenth of a second in a large corpus (2026-11)."""
_FEW = "few"


class Command(CorpusCommand):
    """Prints what share of the policies seen in each year or quarter says some phrases, or how long they were.

    That nobody says a phrase is no failure: standard error says so. Exits with 1 if no policy is like those asked for.
    """

    usage = (
        "PHRASE [PHRASE …] | --length | --ease"
        "  [-a vendor=DOMAIN] [--type TYPE] [--language CODE] [--by year|quarter] [--json]"
    )
    summary = "Show how many policies said a phrase over the years, how long they were, and how easy to read"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take what to count, and of which policies."""
        super().add_options(parser)
        parser.description = (
            "A PHRASE is what the site's search takes: a text must have all its words, and those in quotes as they"
            f" stand: {program.name()} trends arbitration '\"legitimate interest\"'"
        )
        parser.add_argument("--length", action="store_true", help="words: the median, and the middle half")
        parser.add_argument("--ease", action="store_true", help="how easy to read (Flesch, by language), likewise")
        parser.add_argument(
            "--type", default="", metavar="TYPE", help="of this type of policy, such as 'privacy policy'"
        )
        parser.add_argument(
            "--language", default="", metavar="CODE", help="texts in this language (ISO 639-1), such as de"
        )
        parser.add_argument("--by", choices=("year", "quarter"), default="year", help="how long a period is (year)")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `ArgumentError` for phrases that are too many or too long, and for none."""
        if bool(args) + opts.length + opts.ease != 1:
            raise ArgumentError(f"Expected phrases, --length or --ease: {program.name()} trends {self.usage}")
        phrases = _phrases(args)
        if len(phrases) > _MOST_PHRASES:
            raise ArgumentError(f"{len(phrases)} phrases: expected at most {_MOST_PHRASES}.")
        if long := next((phrase for phrase in phrases if len(phrase) > LONGEST_PHRASE), None):
            raise ArgumentError(f"{visible(long[:50])}…: expected a phrase of at most {LONGEST_PHRASE} characters.")

    def work(self, corpus: Corpus, vendor: str | None, args: list[str], opts: argparse.Namespace) -> None:
        """Count or measure, and print."""
        phrases = _phrases(args)
        _check(corpus.db, phrases, opts.type)
        scope = Scope(vendor or "", opts.type, opts.language.lower(), opts.by)
        what: What = "length" if opts.length else "ease"
        found = count(corpus.db.conn, scope, phrases) if args else measured(corpus.db.conn, scope, what)
        if isinstance(found, Measured):
            rows, lines = _measures(found), _measure_data(found)
            _tell_left_out(found)
        else:
            rows, lines = _shares(found), _share_data(found)
            _hint(found)
        if not rows.row_count:
            of = ", ".join(filter(None, (vendor, opts.type, opts.language and f"language {opts.language}")))
            raise ArgumentError(f"{corpus.path}: no policy{f' ({of})' if of else ''} has a text that can be counted.")
        if opts.json:
            for line in lines:
                print(json.dumps(line))
        else:
            Console(highlight=False, emoji=False).print(rows)


def _phrases(args: list[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(phrase.split()) for phrase in args))


def _check(db: "Database", phrases: list[str], type_: str) -> None:
    """Raise `ArgumentError` for phrases that nothing can have, and for a type that the corpus does not know."""
    for phrase in phrases:
        if not has_words(db.conn, phrase):
            raise ArgumentError(f"“{visible(phrase)}” has no word to look for.")
    types = [row[0] for row in db.execute("SELECT DISTINCT type FROM policies ORDER BY type")] if type_ else [""]
    if type_ not in types:
        hint = near(type_, types) or f" It has: {', '.join(types[:20])}."
        raise ArgumentError(f"--type {visible(type_)}: the corpus has no such policy.{visible(hint)}")


def _hint(found: Trends) -> None:
    """Tell what nobody says, and which phrases are looked for as single words."""
    for trend in found.trends:
        phrase = visible(trend.phrase)
        if found.seen and not any(point.saying for point in trend.points):
            print(f"No policy says {phrase}.", file=sys.stderr)
        if " " in phrase and '"' not in phrase:
            print(f"{phrase}: all of these words, anywhere in a text. As a phrase: '\"{phrase}\"'", file=sys.stderr)


def _tell_left_out(found: Measured) -> None:
    """Tell which texts have no measure."""
    for language, texts in sorted(found.left_out.items()):
        why = "choose it with --language" if language in FORMULAS else "which cannot be measured"
        print(f"Left out: {_texts(texts)} in {visible(language) or 'an unknown language'}, {why}.", file=sys.stderr)
    if found.short:
        print(f"Left out: {_texts(found.short)} of under 100 words, or that cannot be read.", file=sys.stderr)


def _texts(count: int) -> str:
    return f"{count:,} text{'s' if count != 1 else ''}"


def _shares(found: Trends) -> Table:
    table = _table(found.scope, "Policies seen", *(trend.phrase for trend in found.trends))
    for at, (period, policies) in enumerate(found.seen.items()):
        points = [trend.points[at] for trend in found.trends]
        seen = f"{policies:,}{f' ({_FEW})' if points[0].is_few else ''}"
        table.add_row(found.period(period), seen, *(f"{one.saying:,} ({one.share:.0%})" for one in points))
    return table


def _measures(found: Measured) -> Table:
    formula = FORMULAS.get(found.language)
    unit = formula.formula if formula else "words"
    table = _table(found.scope, "Policies", "Lower quartile", f"Median ({unit})", "Upper quartile")
    for point in found.points:
        seen = f"{point.policies:,}{f' ({_FEW})' if point.is_few else ''}"
        values = (f"{value:,.0f}" for value in (point.low, point.median, point.high))
        table.add_row(name(point.period, found.scope.by), seen, *values)
    return table


def _table(scope: Scope, *heads: str) -> Table:
    table = Table()
    table.add_column(scope.by.capitalize())
    for head in heads:
        table.add_column(Text(visible(head)), justify="right", overflow="fold")
    return table


def _share_data(found: Trends) -> Iterator[dict[str, Any]]:
    for trend in found.trends:
        for point in trend.points:
            counted = {"policies": point.policies, "saying": point.saying, "share": round(point.share, 4)}
            yield {"phrase": trend.phrase, **_period(found.scope, point.period), **counted, _FEW: point.is_few}


def _measure_data(found: Measured) -> Iterator[dict[str, Any]]:
    formula = FORMULAS.get(found.language)
    name_of_formula = {"formula": formula.formula} if formula else {}
    for point in found.points:
        values = {at: round(getattr(point, at), 1) for at in ("low", "median", "high")}
        of = _period(found.scope, point.period) | ({"language": found.language} if found.language else {})
        yield {"measure": found.what, **of, **name_of_formula, "policies": point.policies, **values, _FEW: point.is_few}


def _period(scope: Scope, period: int) -> dict[str, Any]:
    asked = {"vendor": scope.vendor, "type": scope.type, "language": scope.language}
    return {scope.by: name(period, scope.by), **{key: value or None for key, value in asked.items()}}
