"""The discovery of one domain's policies as a machine without I/O: answers in, questions out, policies at the end.

    discovery = Discovery("shop.example", …)
    discovery.questions()                     what to ask now; each question comes once
    discovery.receive(question, answer)       what came
    discovery.give_up(question, why)          that nothing came
    discovery.finished                        whether nothing is left to ask
    discovery.candidates(), .policies()       what was found

It asks in rounds, and looks at what came only when a round is complete: what it asks and finds does not depend on the
order of the answers. So whoever drives it may hand in answers that were kept from an earlier run.

The first round asks for the index of the domain, which is one request for its whole life, and if that gets no answer a
few for its years; `planning` says what comes next.
"""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, replace

from crawler import timestamps
from crawler.archive.listing import LONGEST_KEY
from crawler.archive.urlkey import urlkey
from crawler.discovery.addresses_seen import Address, is_within
from crawler.discovery.candidates import Candidate, FoundPolicy
from crawler.discovery.planning import Follow, List, Look, ReadAt, Step, next_steps
from crawler.discovery.questions import (
    Answer,
    CaptureQuestion,
    IndexQuestion,
    Led,
    MonthsQuestion,
    Question,
    Read,
    Rows,
)
from crawler.discovery.site import Site
from crawler.model import Playback

_MOST_REQUESTS = 60
"""Of one domain. Eight do for most; a vendor with thirty policies takes as many captures to read them."""
_INDEX_PAGES = 3
_YEARS = (("2021", None), ("2018", "2020"), ("2014", "2017"), ("2008", "2013"), ("1996", "2007"))
"""By which an index is asked for that the archive does not give as a whole: it gives up on long ones, and later years
have more captures. If it does not give the latest either, it is not asked for the others.
"""
_MOST_CANDIDATES = 1_000
"""Of one domain: as many as somebody may look through. The likeliest are kept."""
_HOPS = 5  # redirects and near captures on the way to a page
_FRAMES = 3
_FIRST = timestamps.digits(timestamps.EARLIEST)  # what claims to be older was not captured then
_SHOWN = 200  # characters of an address in a remark


@dataclass(frozen=True, slots=True)
class _Task:
    """A step that asks for a capture, and the captures that were passed on the way to it."""

    step: Look | ReadAt | Follow
    passed: tuple[Playback, ...] = ()
    is_frame: bool = False

    @property
    def address(self) -> Address | None:
        """The address that it is about; None for a home page."""
        return None if isinstance(self.step, Look) else self.step.address

    @property
    def at(self) -> str:
        """The timestamp of the capture that it began with."""
        return self.step.row.timestamp


class Discovery:
    """The discovery of one domain's policies. ``since`` and ``until`` are timestamps of 1 to 14 digits, inclusive;
    ``types`` those that are wanted, in small letters, all if there are none. Nothing older than the web counts.
    ``errors`` are what could not be done, ``remarks`` what one should know of what was found, ``asked`` how many
    questions it came to.
    """

    def __init__(
        self, domain: str, *, types: Set[str] = frozenset(), since: str | None = None, until: str | None = None
    ) -> None:
        self.domain = domain
        self.errors: list[str] = []
        self.remarks: list[str] = []
        self.finished = False
        self.listed = False
        self._site = Site(domain, types, max(since or "", _FIRST), (until or "").ljust(14, "9"))
        self._done: list[Step] = []
        self._index_pages = Counter[tuple[str, str | None] | None]()
        self._index_left = 0  # questions about it that are under way
        self._whole_index_error: str | None = None
        self._known: set[str] = set()  # the keys of questions that were asked
        self._round: dict[str, tuple[Question, _Task | None]] = {}
        self._answers: dict[str, Answer | None] = {}
        self._new: list[Question] = []
        self._ask(IndexQuestion(domain))

    @property
    def asked(self) -> int:
        """How many questions it came to."""
        return len(self._known)

    def policies(self) -> list[FoundPolicy]:
        """Return the policies that were found, each with its addresses in the order of time."""
        return self._site.policies()

    def candidates(self) -> list[Candidate]:
        """Return the addresses that are policies, and those that may be: the likeliest, if there are very many."""
        told = self._site.candidates()
        if len(told) <= _MOST_CANDIDATES:
            return told
        kept = {*sorted(told, key=lambda one: (not one.verified, -one.score, one.url))[:_MOST_CANDIDATES]}
        return [one for one in told if one in kept]

    # -- rounds -------------------------------------------------------------------------------------------------------
    def questions(self) -> list[Question]:
        """Return what to ask now; each question once."""
        questions, self._new = self._new, []
        return questions

    def receive(self, question: Question, answer: Answer) -> None:
        """Take an answer."""
        self._answers[question.key] = answer
        self._end_round()

    def give_up(self, question: Question, why: str) -> None:
        """Take it that there is no answer. ``why`` is a clause for the user."""
        if _is_whole_index(question):
            self._whole_index_error = f"its index could not be read: {why}"  # its years may be had
        else:
            self.errors.append(f"{_named(question)} could not be read: {why}")
        self._answers[question.key] = None
        self._end_round()

    def fail(self, why: str) -> None:
        """End early: the state of this discovery cannot be relied on any more."""
        self.errors.append(why)
        self._new, self._round = [], {}
        self.finished = True

    def forget(self) -> None:
        """Let go of what was found, once it is stored: a run has many domains."""
        self._site, self._done = Site(self.domain), []

    def _ask(self, question: Question, task: _Task | None = None) -> None:
        if question.key in self._known:
            return
        if self.asked >= _MOST_REQUESTS:
            self._remark(f"it takes more than {_MOST_REQUESTS} requests; what these did not show may be missing")
            return
        self._known.add(question.key)
        self._index_left += isinstance(question, IndexQuestion)
        self._round[question.key] = question, task
        self._new.append(question)

    def _remark(self, remark: str) -> None:
        if remark not in self.remarks:
            self.remarks.append(remark)

    def _end_round(self) -> None:
        if len(self._answers) < len(self._round):
            return
        done, answers = self._round, self._answers
        self._round, self._answers = {}, {}
        for key, (question, task) in done.items():
            self._record(question, task, answers[key])
        while not self._round and (steps := next_steps(self._site, self._done)):
            self._take(steps)
        if not self._round:
            self.finished = True
            if not self._site.is_archived and not self.errors:
                self.errors.append("the archive has no capture of its home page, nor of a policy")
            if (more := len(self._site.candidates()) - _MOST_CANDIDATES) > 0:
                self._remark(f"{more:,} more addresses may be a policy's; the likeliest {_MOST_CANDIDATES:,} are kept")

    def _take(self, steps: list[Step]) -> None:
        """Ask what steps take."""
        for step in steps:
            self._done.append(step)
            if isinstance(step, List):
                self._ask(MonthsQuestion(step.address.url))
                continue
            if isinstance(step, ReadAt):
                step.address.asked.add(step.row.timestamp)
            capture = Playback(step.row.timestamp, step.row.url)
            self._ask(CaptureQuestion(capture, reads=isinstance(step, ReadAt)), _Task(step))

    # -- answers ------------------------------------------------------------------------------------------------------
    def _record(self, question: Question, task: _Task | None, answer: Answer | None) -> None:
        match question, answer:
            case IndexQuestion(), _:
                self._index_left -= 1
                if isinstance(answer, Rows):
                    self._record_index(question, answer)
                elif _is_whole_index(question):
                    self._ask_years(most=1)
                if not self._index_left:
                    self._end_index()
            case MonthsQuestion(url=url), Rows(rows=rows):
                self.listed = self.listed or bool(rows)
                self._site.list_months(url, rows)
            case MonthsQuestion(url=url), _:
                self._site.list_months(url, ())
            case CaptureQuestion(), Led():
                assert task is not None
                self._go(question, task, answer)
            case CaptureQuestion(playback=playback), Read():
                assert task is not None
                self._record_page(playback, task, answer)
            case CaptureQuestion(), _:
                if task is not None and isinstance(task.step, ReadAt) and answer is not None:
                    task.step.address.readings[task.at] = None

    def _record_index(self, question: IndexQuestion, answer: Rows) -> None:
        self.listed = True
        self._index_pages[question.years] += 1
        if answer.excluded:
            self.errors.append("the archive excludes this domain")
            return
        self._site.list_rows(answer.rows)
        if question.years is not None:
            self._ask_years()  # each once
        if answer.resume_key is not None:
            following = replace(question, resume_key=answer.resume_key)
            if following.key in self._known or len(answer.resume_key) > LONGEST_KEY:
                self.errors.append("its index does not end: the key of its next page leads nowhere")
            elif self._index_pages[question.years] < _INDEX_PAGES:
                self._ask(following)
            else:
                self._remark("its index is longer than what was looked at; what nothing links to may be missing")

    def _ask_years(self, most: int | None = None) -> None:
        """Ask for the index by years, the latest first."""
        site = self._site
        wanted = [
            (first, last) for first, last in _YEARS if first <= site.until[:4] and site.since[:4] <= (last or "9")
        ]
        for years in wanted[:most]:
            self._ask(IndexQuestion(self.domain, years=years))

    def _end_index(self) -> None:
        """Go on with what was listed, if anything was."""
        self._site.end_index()
        if not self.listed:
            if self._whole_index_error:
                self.errors.insert(0, self._whole_index_error)
            self._ask(MonthsQuestion(f"http://{self.domain}/"))  # links are what is left

    def _go(self, question: CaptureQuestion, task: _Task, led: Led) -> None:
        """Go where the archive leads, if that is the page that was asked for; note where the page moved to."""
        address, target = task.address, led.target
        if address is not None and led.archived and urlkey(target.url) != address.key:
            if isinstance(task.step, ReadAt):
                address.readings[task.at] = None
            self._site.see_move(address, target.url, task.at)
            return
        if address is None and not is_within(target.url, self.domain):
            day = f"{task.at[:4]}-{task.at[4:6]}-{task.at[6:8]}"
            self._remark(f"its home page led to {target.url[:_SHOWN]} on {day}")
            return
        passed = (*task.passed, question.playback)
        is_of_its_time = _FIRST <= target.timestamp <= self._site.until
        if len(passed) <= _HOPS and target not in passed and is_of_its_time:
            self._ask(CaptureQuestion(target, question.reads), replace(task, passed=passed))
        elif address is not None and isinstance(task.step, ReadAt):
            address.readings[task.at] = None

    def _record_page(self, playback: Playback, task: _Task, read: Read) -> None:
        frames = read.frames[:_FRAMES]
        self._site.see_links(playback, read.links, of=task.address)
        if isinstance(task.step, ReadAt):
            address = task.step.address
            address.readings[task.at] = read.said
            if not (read.said and read.said.is_policy):
                self._site.see_frames(address, frames, task.at)
        elif isinstance(task.step, Look) and not read.links and not task.is_frame:
            for frame in frames:
                capture = CaptureQuestion(Playback(playback.timestamp, frame), reads=False)
                self._ask(capture, replace(task, is_frame=True, passed=()))


def _is_whole_index(question: Question) -> bool:
    return isinstance(question, IndexQuestion) and question.years is None and question.resume_key is None


def _named(question: Question) -> str:
    """Return what a question asks for, as a sentence names it."""
    if not isinstance(question, IndexQuestion):
        return question.key.partition(" ")[2]
    if question.years is None:
        return "its index"
    first, last = question.years
    return f"its index of {first} to {last}" if last else f"its index from {first} on"
