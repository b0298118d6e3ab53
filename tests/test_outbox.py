"""What callbacks give out leaves in the order in which it was found out, however they take turns."""

from crawler.outbox import Outbox


def test_what_one_callback_gives_is_given_out():
    assert list(Outbox[int]().give([1, 2], [3])) == [1, 2, 3]


def test_a_callback_that_was_held_up_is_not_overtaken():
    outbox = Outbox[int]()
    held_up = outbox.give([1, 2])
    assert next(held_up) == 1
    assert list(outbox.give([3])) == []
    assert list(held_up) == [2, 3]


def test_after_a_callback_was_given_up_others_give_out():
    outbox = Outbox[int]()
    given_up = outbox.give([1], [2])
    next(given_up)
    given_up.close()
    assert list(outbox.give([3])) == [2, 3]
