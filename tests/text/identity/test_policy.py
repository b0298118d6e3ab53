"""What is learned from any made-up history makes one document of texts that differ in noise, and never of others."""

import random
from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from policies import FIRST, documents, learned

from crawler.text.identity.learning import Shown, Stretch
from crawler.text.identity.policy import PolicyIdentity, relearn

WORDS = """we you our your data orders mail address keep sell share never always not with for of to and or by law asks
partners carriers bank parcels letter owner shop phone name paid kept rights ask answer free charge court"""
VOCABULARY = WORDS.split()
WORD = st.sampled_from(VOCABULARY)
SENTENCE = st.lists(WORD, min_size=1, max_size=12)
POLICY = st.lists(SENTENCE, min_size=1, max_size=6)
TEASERS = ("Best corks in town, says Ada", "Came whole, says Bo", "What a shop, says Cleo today")


def nonce(at: int) -> str:
    return f"{random.Random(at).getrandbits(40):x}7"


def counter(at: int) -> str:
    return f"{1000 + 37 * at:,} readers"


def clock(at: int) -> str:
    day, month = ("Monday", "Tuesday", "Friday")[at % 3], ("May", "June", "July")[at // 9 % 3]
    return f"read {day} {1 + at % 28}. {month} 20{at % 90 + 10}"


def teaser(at: int) -> str:
    return TEASERS[(at * at + at // 2) % 3] if at % 5 else TEASERS[at % 3]


FREE: list[Callable[[int], str]] = [nonce, counter, clock]
NOISES = [*FREE, teaser]
FRAMES = ["{}", "\n\n  * {}\n\n", "\n\n## {}\n\n", "\n\na | {} | b\n---|---|---\n\n", "\n\n{}\n\n"]


@st.composite
def histories(
    draw: st.DrawFn, noises: list[Callable[[int], str]] = NOISES, changes: int = 3
) -> tuple[list[str], list[str]]:
    """Texts of captures, and for each what the vendor says in it."""
    words = [word for sentence in draw(POLICY) for word in sentence]
    spots = sorted(draw(st.lists(st.integers(0, len(words)), min_size=1, max_size=2)))
    chosen = [(draw(st.sampled_from(NOISES)), draw(st.sampled_from(FRAMES))) for _ in spots]
    count = draw(st.integers(9, 40))
    edits = dict(draw(st.lists(st.tuples(st.integers(1, count - 1), st.integers(0, 99)), max_size=3)))
    near = draw(st.booleans())
    texts, said = [], []
    for at in range(count):
        if at in edits:
            place = min(len(words) - 1, max(0, spots[0] + edits[at] % 8 - 4)) if near else edits[at] % len(words)
            words[place] = draw(WORD)
        parts = []
        for place in range(len(words) + 1):
            parts += [frame.format(noise(at + 100 * i)) for i, (noise, frame) in enumerate(chosen) if spots[i] == place]
            parts += words[place : place + 1]
        texts.append(" ".join(parts))
        said.append(" ".join(words))
    return texts, said


def twice(texts: list[str], days: float) -> PolicyIdentity:
    """What is learned in two rounds, the second of which knows what the first has."""
    return learned(texts, days=days, identity=learned(texts, days=days))


@given(histories(), st.floats(0.1, 40))
@settings(max_examples=40)
def test_texts_in_which_the_vendor_says_something_else_are_never_one(history, days):
    texts, said = history
    identity = twice(texts, days)
    seen = {}
    for document, words in zip(documents(texts, identity), said, strict=True):
        assert seen.setdefault(document, words) == words


@given(st.permutations(VOCABULARY), st.data(), st.integers(12, 40), st.floats(0.5, 31))
@settings(max_examples=30)
def test_texts_that_differ_in_noise_alone_become_one(words, data, count, days):
    noise, frame = data.draw(st.sampled_from(FREE)), data.draw(st.sampled_from(FRAMES))
    other = data.draw(st.sampled_from([None, *FREE]))
    place, later = data.draw(st.integers(0, len(words))), data.draw(st.integers(0, len(words)))
    texts = []
    for at in range(count):
        parts = [*words[:place], frame.format(noise(at)), *words[place:]]
        if other:
            parts.insert(later, other(at + 50))
        texts.append(" ".join(parts))
    assert len(set(documents(texts, twice(texts, days)))) == 1


@given(st.permutations(VOCABULARY), st.integers(0, len(VOCABULARY)), st.integers(0, 99), st.sampled_from(FRAMES))
@settings(max_examples=30)
def test_texts_that_take_turns_become_one(words, place, first, frame):
    texts = [" ".join([*words[:place], frame.format(teaser(at + first)), *words[place:]]) for at in range(30)]
    assert len(set(documents(texts, twice(texts, 7)))) == 1


def test_relearning_gives_the_new_identity_and_what_each_document_says_by_it() -> None:
    first, other = "We keep it. Read by {} people here in our shop so far.", "Another text, read by {} people in all."
    bodies = {PolicyIdentity().content(body).hash: body for body in map(first.format, range(100, 110))}
    shown = [Shown(FIRST + at * timedelta(days=7), document) for at, document in enumerate(bodies)]
    unseen = PolicyIdentity().content(other.format(3)).hash
    fruitless: set[Stretch] = set()
    identity, renamed = relearn(PolicyIdentity(), shown, bodies | {unseen: other.format(3)}, fruitless)
    assert len(identity.places) == 1
    assert renamed.keys() == bodies.keys()
    assert {said.hash for said in renamed.values()} == {identity.content(first.format(7)).hash}
    assert all(said == identity.content(bodies[document]) for document, said in renamed.items())
    now = [one._replace(document=renamed[one.document].hash) for one in shown]
    assert relearn(identity, now, {now[0].document: first.format(100)}, fruitless) == (identity, {})


def test_relearning_from_texts_that_differ_elsewhere_learns_nothing() -> None:
    bodies = {PolicyIdentity().content(body).hash: body for body in ("We keep it.", "We sell it.")}
    shown = [Shown(FIRST + at * timedelta(days=7), document) for at, document in enumerate([*bodies] * 5)]
    assert relearn(PolicyIdentity(), shown, bodies, set()) == (PolicyIdentity(), {})
