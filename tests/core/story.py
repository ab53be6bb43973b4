"""What happened to one citizen, told in the order it happened; the core's tests read it.

Owns the events only (see `hall` for what comes out). Every event goes through
`schemas.decode`, as a source's bytes would. Invariant: a story is never changed; telling
more gives a new one, so that two tellings can share their beginning.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Self

import msgspec

from schemas.decode import Event, Rejected, decode
from schemas.frame import milliseconds

#: A Monday after the plan came into force; the hall's holidays are over.
DAY = "2022-10-17"


#: Of every event, unless said otherwise.
SOURCE = "urn:test"


def moment(text: str) -> datetime:
    """`09:19:59.001` on the day, or `2022-10-18 09:00`; the hall's local time."""
    day, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"{day or DAY}T{clock}+08:00")


def ms(text: str) -> int:
    """The moment as the core counts it."""
    return milliseconds(moment(text))


def clock_text(at: int) -> str:
    """What `moment` reads as the millisecond `at`."""
    zone = timezone(timedelta(hours=8))
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M:%S.%f}"


def event(
    kind: str, at: str, subject: str, name: str, source: str = SOURCE, **data: object
) -> Event:
    """One event; `at` as in `moment`, or RFC 3339."""
    time = at if "T" in at else moment(at).isoformat()
    told = {
        "specversion": "1.0",
        "id": name,
        "source": source,
        "type": kind,
        "subject": subject,
        "time": time,
        "data": data,
    }
    decoded = decode(msgspec.json.encode(told), (), subject.encode())
    assert not isinstance(decoded, Rejected), decoded
    return decoded


class Story:
    """Events of one journey. An event's id says what happened: `A1 called 09:25`."""

    def __init__(self, subject: str, section: str, events: tuple[Event, ...] = ()) -> None:
        self.subject = subject
        self.section = section
        self.events = events

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def tell(self, kind: str, at: str, **data: object) -> Self:
        """Any event of the contract."""
        section = data.pop("section", self.section)
        name = f"{self.subject} {kind.partition('.')[2]} {at}"
        source = str(data.pop("source", SOURCE))
        told = event(kind, at, self.subject, name, source, section=section, **data)
        return type(self)(self.subject, self.section, (*self.events, told))


class VisitStory(Story):
    """A ticket and its terminal session."""

    def issued(
        self,
        at: str,
        channel: str = "walk-in",
        appointment: str | None = None,
        complexity: str = "general",
        service: str = "passport",
    ) -> Self:
        return self.tell(
            "ticket.issued",
            at,
            service=service,
            channel=channel,
            complexity=complexity,
            appointment=moment(appointment).isoformat() if appointment else None,
        )

    def booked(self, appointment: str, complexity: str = "general") -> Self:
        """A ticket for an appointment, issued early in the morning."""
        return self.issued("08:30", "appointment", appointment, complexity)

    def checked_in(self, at: str) -> Self:
        return self.tell("ticket.checked-in", at)

    def called(self, at: str, counter: str = "W1", clerk: str = "clerk-1") -> Self:
        return self.tell("ticket.called", at, counter=counter, clerk=clerk)

    def recalled(self, at: str, counter: str = "W1", clerk: str = "clerk-1") -> Self:
        return self.tell("ticket.recalled", at, counter=counter, clerk=clerk)

    def served(self, at: str, counter: str = "W1", clerk: str = "clerk-1") -> Self:
        return self.tell("ticket.served", at, counter=counter, clerk=clerk)

    def left(self, at: str) -> Self:
        return self.tell("ticket.left", at)

    def no_show(self, at: str) -> Self:
        return self.tell("ticket.no-show", at)

    def cancelled(self, at: str) -> Self:
        return self.tell("ticket.cancelled-by-clerk", at)

    def session_started(self, at: str) -> Self:
        return self._at_terminal("session-started", at, clerk="clerk-1")

    def session_ended(self, at: str) -> Self:
        return self._at_terminal("session-ended", at)

    def identity_check(self, at: str) -> Self:
        return self._at_terminal("identity-check-started", at)

    def identity_passed(self, at: str) -> Self:
        return self._at_terminal("identity-check-passed", at)

    def submitted(self, at: str) -> Self:
        return self._at_terminal("materials-submitted", at, item="item-1")

    def _at_terminal(self, what: str, at: str, **data: object) -> Self:
        return self.tell(f"terminal.{what}", at, terminal="T1", counter="W1", **data)


class ChatStory(Story):
    """An online assistance conversation."""

    def requested(self, at: str, service: str = "general") -> Self:
        return self.tell("assist.requested", at, service=service)

    def assigned(self, at: str, clerk: str = "clerk-1") -> Self:
        return self.tell("assist.assigned", at, clerk=clerk)

    def replied(self, at: str, clerk: str = "clerk-1") -> Self:
        """A human's message the citizen can see."""
        return self.tell("assist.message", at, author="human", clerk=clerk)

    def greeted(self, at: str) -> Self:
        return self.tell("assist.message", at, author="human", clerk="clerk-1", automatic=True)

    def noted(self, at: str) -> Self:
        """A note between clerks."""
        return self.tell("assist.message", at, author="human", clerk="clerk-1", visible=False)

    def said(self, at: str, author: str) -> Self:
        return self.tell("assist.message", at, author=author)

    def resolved(self, at: str, resolved: bool = True) -> Self:
        return self.tell("assist.resolved", at, resolved=resolved)

    def closed(self, at: str) -> Self:
        return self.tell("assist.closed", at)


def visit(ticket: str = "A1", section: str = "counters") -> VisitStory:
    return VisitStory(ticket, section)


def chat(name: str = "C1", section: str = "desk") -> ChatStory:
    return ChatStory(name, section)


def heartbeat(at: str, source: str = SOURCE) -> Event:
    """A source says that it is there."""
    return event("source.heartbeat", at, "queue-1", f"beat {at}", source, section="counters")


def clock_advanced(at: str) -> Event:
    """What a replay sends after its last event."""
    told = {
        "specversion": "1.0",
        "id": f"clock {at}",
        "source": "urn:test",
        "type": "clock.advanced",
        "subject": "clock",
        "time": moment(at).isoformat(),
    }
    decoded = decode(msgspec.json.encode(told))
    assert not isinstance(decoded, Rejected), decoded
    return decoded
