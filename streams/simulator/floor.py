"""The hall's floor: citizens come, wait, are called, give up, come back.

Owns the queues and who is free. What happens at a counter is `attend`'s, when people come
is `rhythm`'s. Invariant: a counter is given to one visit at a time and only when it is
neither at lunch nor out of order.
"""

from functools import partial
from random import Random

from msgspec import Struct

from schemas import ticket
from schemas.ticket import Channel, Complexity
from streams.simulator.attend import SECOND, attend
from streams.simulator.hall import Habits, Hall, Section, Service
from streams.simulator.heartbeats import QUEUE_SYSTEM
from streams.simulator.rhythm import MINUTE, Rhythm, around, source
from streams.simulator.visit import Counter, Visit, urgency
from streams.simulator.voice import Stage, Voice, moment

#: Answering the call and clearing up, beside the service itself, minutes.
_AROUND_A_SERVICE = 0.75


class Line(Struct):
    """One section's queue and counters."""

    section: Section
    counters: list[Counter]
    random: Random
    per_minute: float
    waiting: list[Visit]
    wakes: set[int]
    tickets: int = 0


class Floor:
    """All sections with counters."""

    def __init__(self, hall: Hall, stage: Stage, rhythm: Rhythm) -> None:
        self._stage = stage
        self._habits = hall.habits
        self._rhythm = rhythm
        self.lines = [
            _line(section, number, hall.habits, stage.seed)
            for number, section in enumerate(hall.section, start=1)
        ]

    def open(self, at: int) -> None:
        for line in self.lines:
            self._expect_next(line, at)

    def _expect_next(self, line: Line, at: int) -> None:
        coming = self._rhythm.next_arrival(at, line.per_minute, line.random)
        if coming is not None:
            self._stage.agenda.at(coming, partial(self._arrive, line))

    def _arrive(self, line: Line, at: int) -> None:
        self._expect_next(line, at)
        line.tickets += 1
        subject = f"{self._stage.run}-{line.section.code}-{line.tickets:04d}"
        random = source(self._stage.seed, subject)
        service = _pick_service(line.section, random)
        is_complex = random.random() < service.complex
        complexity = Complexity.COMPLEX if is_complex else Complexity.GENERAL
        channel, appointment = self._channel(line, random, at)
        checks_in = at + int(random.uniform(2, 20) * SECOND if appointment else 0)
        visit = Visit(
            voice=Voice(self._stage, subject, QUEUE_SYSTEM),
            random=random,
            section=line.section.code,
            service=service,
            complexity=complexity,
            channel=channel,
            joined=checks_in,
            due=max(checks_in, appointment or 0),
        )
        issued = ticket.IssuedData(
            section=visit.section,
            service=service.code,
            channel=channel,
            complexity=complexity,
            appointment=moment(appointment, self._stage.zone) if appointment else None,
            applicant=f"p{random.getrandbits(28):08d}x",
        )
        visit.voice.say(at, ticket.TicketIssued, issued)
        checked_in = ticket.CheckedInData(section=visit.section)
        visit.voice.say(checks_in, ticket.TicketCheckedIn, checked_in)
        self._stage.agenda.at(checks_in, partial(self._join, line, visit))
        self._foresee_leaving(line, visit)

    def _channel(self, line: Line, random: Random, at: int) -> tuple[Channel, int]:
        """How this citizen came, and his appointment (0: none)."""
        habits = self._habits
        if random.random() < line.section.appointments:
            early = random.uniform(-habits.late_minutes, habits.early_minutes) * MINUTE
            slot = habits.slot_minutes * MINUTE
            return Channel.APPOINTMENT, int(-(-(at + early - slot / 2) // slot) * slot)
        nobody_waits = not line.waiting and self._idle(line, at) is not None
        if nobody_waits and random.random() < habits.direct:
            return Channel.DIRECT, 0
        return Channel.WALK_IN, 0

    def _foresee_leaving(self, line: Line, visit: Visit) -> None:
        """When he would give up, if nobody has called him by then."""
        random, habits = visit.random, self._habits
        luck = random.random()
        if luck < habits.mistaken:
            leaves = visit.joined + int(random.uniform(15, 110) * SECOND)
            action = partial(self._leave, line, visit, "mistaken-ticket")
        elif luck < habits.mistaken + habits.cancelled:
            leaves = visit.joined + int(random.uniform(1, 10) * MINUTE)
            action = partial(self._cancel, line, visit)
        else:
            patience = max(8.0, around(random, habits.patience_minutes, 0.5))
            leaves = visit.due + int(patience * MINUTE)
            action = partial(self._leave, line, visit, "waited-too-long")
        self._stage.agenda.at(leaves, action)

    def _leave(self, line: Line, visit: Visit, reason: str, at: int) -> None:
        if visit.waiting and not visit.came_back:
            self._take_out(line, visit)
            ended = ticket.EndedData(section=visit.section, reason=reason)
            visit.voice.say(at, ticket.TicketLeft, ended)

    def _cancel(self, line: Line, visit: Visit, at: int) -> None:
        if visit.waiting and not visit.came_back:
            self._take_out(line, visit)
            ended = ticket.EndedData(section=visit.section, reason="duplicate")
            visit.voice.say(at, ticket.TicketCancelledByClerk, ended)

    def _take_out(self, line: Line, visit: Visit) -> None:
        visit.waiting = False
        line.waiting.remove(visit)

    def _join(self, line: Line, visit: Visit, at: int) -> None:
        visit.waiting = True
        visit.joined = at
        line.waiting.append(visit)
        self._call_who_can_be(line, at)

    def _call_who_can_be(self, line: Line, at: int) -> None:
        while line.waiting:
            counter = self._idle(line, at)
            if counter is None:
                self._look_again_later(line, at)
                return
            visit = min(line.waiting, key=urgency)
            self._take_out(line, visit)
            counter.busy = True
            parting = attend(visit, counter, at, self._habits)
            self._stage.agenda.at(parting.counter_free_at, partial(self._free, line, counter))
            if parting.back_at is not None:
                self._stage.agenda.at(
                    parting.back_at, partial(self._come_back, line, visit, parting.elsewhere)
                )

    def _idle(self, line: Line, at: int) -> Counter | None:
        """The counter that has been free longest."""
        idle = [
            counter
            for counter in line.counters
            if not counter.busy and self._away_until(counter, at) <= at
        ]
        return min(idle, key=lambda counter: counter.free_since) if idle else None

    def _away_until(self, counter: Counter, at: int) -> int:
        at_lunch = None
        if counter.shift is not None:
            at_lunch = self._rhythm.lunch_ends(at, counter.shift)
        return max(counter.out_until, at_lunch or 0)

    def _look_again_later(self, line: Line, at: int) -> None:
        """A busy counter looks again by itself; one that is away has to be woken."""
        for counter in line.counters:
            back = self._away_until(counter, at)
            if not counter.busy and back > at and back not in line.wakes:
                line.wakes.add(back)
                self._stage.agenda.at(back, partial(self._wake, line))

    def _wake(self, line: Line, at: int) -> None:
        line.wakes.discard(at)
        self._call_who_can_be(line, at)

    def _free(self, line: Line, counter: Counter, at: int) -> None:
        counter.busy = False
        counter.free_since = at
        self._call_who_can_be(line, at)

    def _come_back(self, line: Line, visit: Visit, elsewhere: bool, at: int) -> None:
        visit.came_back = True
        if elsewhere:
            others = [one for one in self.lines if one is not line]
            to = visit.random.choice(others) if others else line
            sent = ticket.TransferredData(
                section=visit.section, to_section=to.section.code, reason="wrong-section"
            )
            visit.voice.say(at, ticket.TicketTransferred, sent)
            visit.section = to.section.code
            visit.service = _pick_service(to.section, visit.random)
            line = to
        self._join(line, visit, at)


def _line(section: Section, number: int, habits: Habits, seed: int) -> Line:
    counters = [
        Counter(
            code=f"C{number}{place:02d}",
            terminal=f"T{number}{place:02d}",
            clerk=f"clerk-{number}{place:02d}",
            shift=place if section.counters > 1 else None,
        )
        for place in range(1, section.counters + 1)
    ]
    total = sum(service.weight for service in section.services)
    mean = sum(
        service.weight
        / total
        * service.minutes
        * (1 + service.complex * (habits.complex_factor - 1))
        for service in section.services
    )
    return Line(
        section=section,
        counters=counters,
        random=source(seed, section.code, "arrivals"),
        per_minute=section.load * section.counters / (mean + _AROUND_A_SERVICE),
        waiting=[],
        wakes=set(),
    )


def _pick_service(section: Section, random: Random) -> Service:
    weights = [service.weight for service in section.services]
    return random.choices(section.services, weights)[0]
