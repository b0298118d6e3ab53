"""No cell of the site's CSV is a formula when a spreadsheet opens it."""

import csv
import io

import pytest

from output.site.spreadsheets import escaped


@pytest.mark.parametrize(
    ("cells", "safe"),
    [
        (["=1+1", "a", "=cmd|' /C calc'!A0"], ["'=1+1", "a", "'=cmd|' /C calc'!A0"]),
        (
            ['=HYPERLINK("http://evil.example", "x")', "@SUM(1)"],
            ['\'=HYPERLINK("http://evil.example", "x")', "'@SUM(1)"],
        ),
        (["+1 (555)", "-x", "\t=1"], ["'+1 (555)", "'-x", "'\t=1"]),
        (["\uff1d1", "\uff20x", "\n=1", "\uff01"], ["'\uff1d1", "'\uff20x", "'\n=1", "\uff01"]),
        (["-5", "+1.5e-7", "3", ""], ["-5", "+1.5e-7", "3", ""]),
        (["a,=1", 'say "=1"', "line\n=1"], ["a,=1", 'say "=1"', "line\n=1"]),
    ],
)
def test_formulas_become_text_and_all_else_stays(cells, safe):
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    row = escaped(out.getvalue().encode()).decode()
    assert next(csv.reader(io.StringIO(row, newline=""))) == safe


async def test_the_tables_of_the_site_are_so(sample):
    answer = await sample.client.get("/corpus.csv?sql=select+'=1%2B1'+as+title,+-3+as+number")
    assert answer.text.splitlines() == ["title,number", "'=1+1,-3"]
