"""What happens at the counter: from the call to the end of the session, said in one go.

Draws the whole encounter from the visit's own random numbers. Does not move visits or
counters (`floor` does, by the `Parting` it gets). Invariant: events of an encounter are in
the order a clerk could have done them.
"""

from msgspec import Struct

from schemas import terminal, ticket
from schemas.ticket import Complexity
from streams.simulator.hall import Habits, pick_material
from streams.simulator.rhythm import MINUTE, around, source
from streams.simulator.visit import Counter, Visit

SECOND = 1000


class Parting(Struct, frozen=True):
    """When the counter is free again; when and whether the citizen queues again, and where."""

    counter_free_at: int
    back_at: int | None = None
    elsewhere: bool = False


def attend(visit: Visit, counter: Counter, at: int, habits: Habits) -> Parting:
    """The encounter of `visit`, called at `at`."""
    random = visit.random
    called = ticket.CounterData(section=visit.section, counter=counter.code, clerk=counter.clerk)
    visit.voice.say(at, ticket.TicketCalled, called)
    luck = random.random()
    if luck < habits.no_show:
        for _ in range(2):
            at += _seconds(visit, 35, 60)
            visit.voice.say(at, ticket.TicketRecalled, called)
        at += _seconds(visit, 35, 60)
        gone = ticket.EndedData(
            section=visit.section, counter=counter.code, reason="called-three-times"
        )
        visit.voice.say(at, ticket.TicketNoShow, gone)
        return Parting(counter_free_at=at + _seconds(visit, 2, 8))
    if luck < habits.no_show + habits.recalled:
        at += _seconds(visit, 35, 60)
        visit.voice.say(at, ticket.TicketRecalled, called)
    start = at + _seconds(visit, 8, 40)
    at_terminal = _Session(visit, counter)
    at_terminal.say(
        start, terminal.TerminalSessionStarted, terminal.SessionStartedData, clerk=counter.clerk
    )
    if not visit.came_back and random.random() < habits.transferred:
        return _send_elsewhere(visit, counter, at_terminal, start)
    mean = visit.service.minutes
    if visit.complexity is Complexity.COMPLEX:
        mean *= habits.complex_factor
    length = int(max(1.2, around(random, mean)) * MINUTE)
    if visit.filed_before or random.random() < visit.service.filing:
        parting = _file(visit, counter, at_terminal, habits, start, length)
        if parting:
            return parting
    end = start + length
    visit.voice.say(end, ticket.TicketServed, called)
    over = end + _seconds(visit, 2, 8)
    at_terminal.say(over, terminal.TerminalSessionEnded, terminal.TerminalData)
    return Parting(counter_free_at=over + _seconds(visit, 4, 20))


class _Session:
    """The terminal's side of the encounter."""

    def __init__(self, visit: Visit, counter: Counter) -> None:
        self._visit = visit
        self._counter = counter
        self._source = f"/hall/terminal/{counter.terminal}"

    def say(
        self,
        at: int,
        kind: type[terminal.TerminalEvent],
        data: type[terminal.TerminalData],
        **more: object,
    ) -> None:
        filled = data(
            section=self._visit.section,
            terminal=self._counter.terminal,
            counter=self._counter.code,
            **more,
        )
        self._visit.voice.say(at, kind, filled, self._source)


def _send_elsewhere(visit: Visit, counter: Counter, session: _Session, start: int) -> Parting:
    at = start + _seconds(visit, 50, 200)
    session.say(at, terminal.TerminalSessionEnded, terminal.TerminalData)
    return Parting(counter_free_at=at + _seconds(visit, 4, 15), back_at=at, elsewhere=True)


def _file(
    visit: Visit, counter: Counter, session: _Session, habits: Habits, start: int, length: int
) -> Parting | None:
    """The filing; a `Parting` if it breaks off because something has to be fetched."""
    random, item = visit.random, visit.service.code
    at = start + min(_seconds(visit, 8, 30), length // 12)
    recording = f"recordings/{visit.voice.subject}/{start}.mkv"
    recorded = random.random() >= habits.unrecorded
    if not visit.filed_before:
        session.say(at, terminal.TerminalIdentityCheckStarted, terminal.TerminalData)
        at += min(_seconds(visit, 4, 18), length // 12)
        session.say(at, terminal.TerminalIdentityCheckPassed, terminal.TerminalData)
        visit.filed_before = True
    film_from = at + SECOND
    if recorded:
        session.say(
            film_from,
            terminal.TerminalRecordingStarted,
            terminal.RecordingStartedData,
            recording=recording,
        )
    if not visit.fetched:  # who comes back has done this
        if random.random() < habits.authorised:
            at = start + int(length * random.uniform(0.22, 0.30))
            session.say(
                at, terminal.TerminalAuthorised, terminal.AuthorisedData, scope="fill-in-form"
            )
        at = start + int(length * random.uniform(0.32, 0.45))
        session.say(
            at, terminal.TerminalFormConfirmed, terminal.FormConfirmedData, form=f"form-{item}"
        )
    asked = random.random() < habits.material_requested
    fetches = not visit.fetched and random.random() < habits.held
    if asked or fetches:
        at = start + int(length * random.uniform(0.48, 0.56))
        session.say(
            at,
            terminal.TerminalMaterialRequested,
            terminal.MaterialRequestedData,
            item=item,
            material=_material(visit, habits, at),
        )
    if fetches:
        return _break_off(visit, counter, session, at, film_from if recorded else None, recording)
    at = start + int(length * random.uniform(0.62, 0.72))
    session.say(at, terminal.TerminalSigned, terminal.SignedData, document=f"filing-{item}")
    at = start + int(length * random.uniform(0.78, 0.86))
    session.say(
        at,
        terminal.TerminalMaterialsSubmitted,
        terminal.MaterialsSubmittedData,
        item=item,
        materials=random.randint(1, 8),
    )
    if recorded:
        _stop_film(session, start + int(length * 0.93), film_from, recording)
    return None


def _material(visit: Visit, habits: Habits, at: int) -> str:
    """One draw of the visit's own, whatever the list: a longer one changes nothing else of it."""
    draw = visit.random.randrange(4)
    return pick_material(habits, source("material", visit.voice.subject, at, draw))


def _break_off(
    visit: Visit,
    counter: Counter,
    session: _Session,
    at: int,
    film_from: int | None,
    recording: str,
) -> Parting:
    """The ticket is held while the citizen fetches something."""
    visit.fetched = True
    at += _seconds(visit, 20, 60)
    if film_from is not None:
        _stop_film(session, at, film_from, recording)
    session.say(at + SECOND, terminal.TerminalSessionEnded, terminal.TerminalData)
    held = ticket.HeldData(section=visit.section, counter=counter.code, reason="copies-needed")
    visit.voice.say(at + 2 * SECOND, ticket.TicketHeld, held)
    back_at = at + _seconds(visit, 300, 1200)
    return Parting(counter_free_at=at + _seconds(visit, 5, 20), back_at=back_at)


def _stop_film(session: _Session, at: int, film_from: int, recording: str) -> None:
    session.say(
        at,
        terminal.TerminalRecordingStopped,
        terminal.RecordingStoppedData,
        recording=recording,
        seconds=(at - film_from) / 1000,
    )


def _seconds(visit: Visit, least: float, most: float) -> int:
    """A span between the two, in ms."""
    return int(visit.random.uniform(least, most) * SECOND)
