"""Save Page Now's words, and what they mean."""

import json

import pytest

from crawler.archive import save_page_now
from crawler.archive.save_page_now import AccountBusy, Job, NotSaved, Saved


def test_the_keys_come_from_the_environment():
    given = {"SAVEPAGENOW_ACCESS_KEY": "abc", "SAVEPAGENOW_SECRET_KEY": " def "}
    assert save_page_now.headers(given) == {"Accept": "application/json", "Authorization": "LOW abc:def"}


@pytest.mark.parametrize("given", [{}, {"SAVEPAGENOW_ACCESS_KEY": "abc"}, {"SAVEPAGENOW_SECRET_KEY": ""}])
def test_half_a_key_is_none(given):
    assert save_page_now.headers(given) is None


def test_a_page_is_not_captured_again_that_was_captured_within_the_day():
    assert save_page_now.form("https://shop.example/a?b=c&d") == (
        b"url=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc%26d&if_not_archived_within=1d"
    )


def test_a_job_is_asked_for_by_its_name_and_cannot_lead_elsewhere():
    assert save_page_now.job_address("https://a.example", Job("spn2-1")) == "https://a.example/save/status/spn2-1"
    assert save_page_now.job_address("https://a.example", Job("../x?y")) == "https://a.example/save/status/..%2Fx%3Fy"


@pytest.mark.parametrize(
    ("status", "answer", "meaning"),
    [
        (200, {"url": "x", "job_id": "spn2-1"}, Job("spn2-1")),
        (200, {"status": "pending", "job_id": "spn2-1"}, Job("spn2-1")),
        (200, {"status": "success", "job_id": "spn2-1", "timestamp": "20261121000000"}, Saved()),
        (200, {"job_id": None, "message": "The same snapshot had been made 8 minutes ago."}, Saved()),
        (
            200,
            {"status": "error", "status_ext": "error:user-session-limit", "message": "You have reached the limit"},
            AccountBusy("You have reached the limit"),
        ),
        (
            200,
            {"status": "error", "status_ext": "error:not-found", "message": "It  answered\n404"},
            NotSaved("It answered 404"),
        ),
        (401, {"message": "You need to be logged in"}, NotSaved("You need to be logged in")),
        (503, {}, NotSaved("the archive answered 503")),
        (200, {}, NotSaved("the archive answered 200 without naming a job")),
        (200, {"job_id": 7, "status": None}, NotSaved("the archive answered 200 without naming a job")),
        (200, ["spn2-1"], NotSaved("the archive answered 200 and no JSON")),
    ],
)
def test_each_answer_has_one_meaning(status, answer, meaning):
    assert save_page_now.read_answer(status, json.dumps(answer).encode()) == meaning


def test_a_page_is_no_answer():
    assert save_page_now.read_answer(200, b"<html>") == NotSaved("the archive answered 200 and no JSON")
