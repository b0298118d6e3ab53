"""Which snapshots of a policy to ask for next, given its listing and what is known so far. Plain: no I/O, no clock.

A policy's texts change seldom, its captures are many. So the ends of the history are asked for first, then every gap
whose ends show different texts is halved, next to the steps of the records' lengths, until each change lies between
two neighbours. Ends that agree do not prove the middle, since a text may come and go: there the listing's hints are
followed, as far as the thoroughness goes. Captures with the same digest are the same bytes: one answer tells of all.

Where texts take turns (variants), the flips are left alone: samples look for further texts, and nothing is concluded of
the other snapshots there.

What follows from a snapshot's place in the history is a conclusion, never an observation: it is marked (`inferred`),
and withdrawn when an answer refutes it.

    track.py          which snapshots count, in order, and which are the same bytes
    levels.py         what their lengths hint at
    history.py        what is known of them
    hints.py          what is suspicious between two with the same text
    search.py         what to ask for next
    inference.py      what follows for the others
    standing.py       what of that earlier runs claimed, and what becomes of it
    timeline.py       rounds of questions and answers, earlier runs, conclusions
    concluding.py     conclusions from answers alone, without asking for more
    turns.py          which texts take turns
    variants.py       where they do, and of which snapshots nothing is claimed there
    variant_samples.py   what to ask for so that no variant is missed
    known.py          what is known from earlier runs
    thoroughness.py   the levels that a user can choose, and their cost
    listings.py       how much of a URL's listing to ask for
"""

from crawler.timeline.known import Known
from crawler.timeline.standing import AT_ONCE
from crawler.timeline.timeline import Timeline

__all__ = ["AT_ONCE", "Known", "Timeline"]
