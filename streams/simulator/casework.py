"""The case system: what comes in at the counters, online and past both, and its way to the end.

Listens to what visits and chats say; never tells them anything, so that the hall's floor is the
same with and without it. How a case goes on is `case`'s. Invariant: a ticket named by a case was
issued before, and its materials were submitted then.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from random import Random

from msgspec import Struct

from schemas import terminal, ticket
from schemas.assist import AssistClosed, AssistRequested, AssistResolved
from schemas.case import CaseChannel
from schemas.decode import Event
from streams.simulator.attend import SECOND
from streams.simulator.case import Case, Found
from streams.simulator.hall import Hall, Section
from streams.simulator.rhythm import MINUTE, Rhythm, source
from streams.simulator.voice import Stage, Voice

CASE_SYSTEM = "/hall/case"

_ONLINE = (CaseChannel.ONLINE,) * 8 + (CaseChannel.SELF_SERVICE, CaseChannel.MAIL)


class _Caller(Struct):
    """What the counter knows of whoever stands before it."""

    applicant: str | None
    clerk: str | None = None


class Casework:
    """All cases."""

    def __init__(self, hall: Hall, stage: Stage, rhythm: Rhythm) -> None:
        self._hall = hall
        self._stage = stage
        self._rhythm = rhythm
        self._callers: dict[str, _Caller] = {}
        self._asked: dict[str, str] = {}  # chat → what about
        self._to_come: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
        self._cases = 0
        self._weights = [section.counters for section in hall.section]
        self._homes = {
            service.code: section for section in hall.section for service in section.services
        }

    def open(self, at: int) -> None:
        self._stage.agenda.hear(self._hear)
        rates = self._hall.cases
        for name, rate, take in (
            ("online", rates.online_per_minute, self._take_online),
            ("department", rates.department_per_minute, self._take_past_counters),
        ):
            random = source(self._stage.seed, "cases", name)
            self._expect_next(at, rate, random, take)

    def _expect_next(
        self, at: int, rate: float, random: Random, take: Callable[[Random, int], None]
    ) -> None:
        coming = self._rhythm.next_arrival(at, rate, random)
        if coming is not None:
            self._stage.agenda.at(coming, partial(self._come, rate, random, take))

    def _come(
        self, rate: float, random: Random, take: Callable[[Random, int], None], at: int
    ) -> None:
        self._expect_next(at, rate, random, take)
        take(random, at)

    # -- what visits and chats say -------------------------------------------------------------

    def _hear(self, at: int, event: Event) -> None:
        match event:
            case ticket.TicketIssued():
                self._callers[event.subject] = _Caller(event.data.applicant)
            case ticket.TicketCalled() if event.subject in self._callers:
                self._callers[event.subject].clerk = event.data.clerk
            case terminal.TerminalMaterialsSubmitted():
                self._take_at_counter(event, at)
            case (
                ticket.TicketServed()
                | ticket.TicketLeft()
                | ticket.TicketNoShow()
                | ticket.TicketCancelledByClerk()
            ):
                self._callers.pop(event.subject, None)
            case AssistRequested():
                self._asked[event.subject] = event.data.service
            case AssistResolved():
                self._take_out_of_chat(event, at)
            case AssistClosed():
                self._asked.pop(event.subject, None)

    def _take_at_counter(self, event: terminal.TerminalMaterialsSubmitted, at: int) -> None:
        caller = self._callers[event.subject]
        found = Found(
            section=event.data.section,
            item=event.data.item,
            counter=event.data.counter,
            ticket=event.subject,
            clerk=caller.clerk,
        )
        coming = self._to_come[found.section, found.item]
        if coming:
            coming.pop(0).bring(found, at + 3 * SECOND)  # the second visit of a case
            return
        case = self._case(found)
        self._stage.agenda.at(at + 3 * SECOND, partial(self._begin_at_counter, case, caller))

    def _begin_at_counter(self, case: Case, caller: _Caller, at: int) -> None:
        linked_later = case.random.random() < self._hall.cases.linked_later
        case.begin(at, CaseChannel.COUNTER, caller.applicant, named=not linked_later)

    def _take_out_of_chat(self, event: AssistResolved, at: int) -> None:
        random = source(self._stage.seed, "case of", event.subject)
        section = self._homes.get(self._asked.pop(event.subject, ""))
        out = event.data.resolved and random.random() < self._hall.cases.out_of_chats
        if section is None or not out:
            return
        item = random.choice(section.services).code
        case = self._case(Found(section=section.code, item=item, chat=event.subject))
        self._begin_later(case, at + int(random.uniform(1, 15) * MINUTE), CaseChannel.ONLINE)

    # -- what comes by itself ------------------------------------------------------------------

    def _take_online(self, random: Random, at: int) -> None:
        case = self._case(self._somewhere(random))
        case.begin(at, random.choice(_ONLINE), _applicant(case.random))

    def _take_past_counters(self, random: Random, at: int) -> None:
        """A department takes it by itself; some are written down as of the counter."""
        case = self._case(self._somewhere(random))
        untraced = random.random() < self._hall.cases.untraced
        channel = CaseChannel.COUNTER if untraced else CaseChannel.DEPARTMENT
        case.begin(at, channel, _applicant(case.random))

    def _somewhere(self, random: Random) -> Found:
        section: Section = random.choices(self._hall.section, self._weights)[0]
        return Found(section=section.code, item=random.choice(section.services).code)

    def _begin_later(self, case: Case, at: int, channel: CaseChannel) -> None:
        applicant = _applicant(case.random)
        begin = partial(case.begin, channel=channel, applicant=applicant)
        self._stage.agenda.at(at, begin)

    def _case(self, found: Found) -> Case:
        self._cases += 1
        number = f"{self._stage.run}-K{self._cases:05d}"
        return Case(
            voice=Voice(self._stage, number, CASE_SYSTEM),
            random=source(self._stage.seed, number),
            stage=self._stage,
            rhythm=self._rhythm,
            rates=self._hall.cases,
            habits=self._hall.habits,
            found=found,
            to_come=self._to_come[found.section, found.item],
        )


def _applicant(random: Random) -> str:
    return f"p{random.getrandbits(28):08d}x"
