"""What counts of a text is found once, however many captures show it."""

from crawler.extraction.said import Account, Text
from crawler.text.identity.content import Content, content
from crawler.text.identity.policy import PolicyIdentity

MARK = "\U000fffff" * 14
WHEN = ("20200101000000", "20211231235959", "20220101000000")


def text(body: str, mark: str | None = MARK) -> Text:
    return Text("Privacy", body, mark, Account("page", 1.0, 9, ()), "en", (), "ours")


def counted(said: Text) -> tuple[list[Content], list[str]]:
    """What each capture's document counts as by itself, and what was looked at to tell."""
    looked_at: list[str] = []

    def count(body: str) -> Content:
        looked_at.append(body)
        return content(body)

    documents = [said.document(when, count) for when in WHEN]
    found = [content(document.body) for document in documents]
    assert [document.hash for document in documents] == [each.hash for each in found]
    assert [document.disregarded for document in documents] == [each.disregarded for each in found]
    return found, looked_at


def test_captures_that_differ_in_where_links_lead_are_counted_once():
    found, looked_at = counted(text(f"See [our terms](https://archive.example/web/{MARK}id_/terms). © Shop 2020"))
    assert len(looked_at) == 1
    assert found[0].disregarded
    assert len({each.hash for each in found}) == 1


def test_a_capture_whose_text_shows_the_timestamp_is_counted_for_itself():
    found, _ = counted(text(f"See https://archive.example/web/{MARK}id_/terms of ours."))
    assert len({each.hash for each in found}) == len(WHEN)


def test_a_text_that_cites_no_capture_is_counted_once():
    assert len(counted(text("We keep your orders.", None))[1]) == 1


def test_what_was_learned_since_counts():
    said = text("We keep your orders.")
    before = said.document(WHEN[0], PolicyIdentity().content)
    after = said.document(WHEN[0], lambda body: content(body.replace("orders", "letters")))
    assert before.hash != after.hash
