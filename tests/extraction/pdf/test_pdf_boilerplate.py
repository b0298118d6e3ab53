import pytest

from crawler.extraction.pdf.boilerplate import without_boilerplate
from crawler.extraction.pdf.lines import Line


def line(text: str, y: float, *, bold: bool = False, size: float = 9) -> Line:
    return Line(text, 72, 520, y, size, bold, False)


def page(number: int, head: str, foot: str) -> list[Line]:
    prose = [line(f"prose {number} {at}", 700 - 14 * at, size=11) for at in range(10)]
    return [each for each in (line(head, 800), *prose, line(foot, 30)) if each.text]


def texts(pages: list[list[Line]]) -> list[str]:
    return [each.text for kept in without_boilerplate(pages)[0] for each in kept if not each.text.startswith("prose")]


def test_running_heads_and_footers_are_dropped() -> None:
    assert texts([page(number, "Acme Ltd", "acme.example") for number in range(3)]) == []
    assert texts([page(number, "Acme Ltd", "acme.example") for number in range(2)]) == []


@pytest.mark.parametrize("form", ["{}", "Page {} of 9", "- {} -", "{} / 9", "Seite {} von 9", "第 {} 页"])
def test_page_numbers_are_dropped(form: str) -> None:
    assert texts([page(number, "", form.format(number)) for number in range(1, 10)]) == []


def test_heads_that_change_with_the_chapter_are_dropped_by_their_page_numbers() -> None:
    assert texts([page(number, f"Chapter {number // 2}: Rights {number + 4}", "") for number in range(8)]) == []


def test_footers_that_count_all_pages_are_dropped_from_two_pages_on() -> None:
    assert texts([page(number, "", f"As of May 2018 | Page {number} of 2") for number in (1, 2)]) == []


def test_one_page_keeps_everything() -> None:
    assert texts([page(1, "Acme Ltd", "1")]) == ["Acme Ltd", "1"]


def test_text_that_begins_pages_is_kept() -> None:
    heads = [
        [line("Article 1", 800, bold=True)],
        [line("Article 2", 800, bold=True)],
        [line("Article 3", 800, bold=True)],
    ]
    assert texts(heads) == ["Article 1", "Article 2", "Article 3"]
    assert texts([page(1, "Liability", ""), page(2, "Governing law", ""), page(3, "Notices", "")]) == [
        "Liability",
        "Governing law",
        "Notices",
    ]
