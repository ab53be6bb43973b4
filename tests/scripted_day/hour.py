"""An hour of the same hall on the wall clock: what is late already, who has to be told of it, and
how it ends.

Owns the events and the expectations; who is told over what is in `rules/`. Everything began
minutes or days ago, so that the plan's own limits hold and no test waits for them. Invariant:
an alert's `name` stands in every message about it and in none about another.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from schemas.decode import Event
from tests.core.office_story import CaseStory, OrderStory, ShiftStory, case, order
from tests.core.story import Story, VisitStory, chat, event, visit

MINUTES, DAYS = 60, 86_400


class Due(Struct, frozen=True, kw_only=True):
    """An alert and who gets its messages, each by the kind of his one channel."""

    alert: str
    name: str
    opened: tuple[str, ...]  #: who is told that it is, in the end
    ended: str = ""  #: as what it is closed; "": it stays open
    level: int = 0
    acknowledged: bool = False
    warned: bool = False

    @property
    def phases(self) -> tuple[str, ...]:
        """Its messages, in order."""
        climbed = ("escalated-1",) if self.level else ()
        last = "retracted" if self.ended == "retracted" else "closed"
        return ("warned" if self.warned else "breached", *climbed, *((last,) if self.ended else ()))


class Hour:
    """`now`: when the test began, s."""

    def __init__(self) -> None:
        self.now = time.time()
        self._acts = 0

    def ago(self, seconds: float) -> str:
        moment = datetime.fromtimestamp(round(self.now - seconds, 3), UTC)
        return moment.isoformat(timespec="milliseconds")

    @property
    def zone(self) -> str:
        """One in which it is noon: a day that ends while a test runs is another test's."""
        east = (12 - datetime.fromtimestamp(self.now, UTC).hour + 12) % 24 - 12
        return f"Etc/GMT{-east:+d}" if east else "UTC"

    def day(self) -> str:
        shift = timedelta(hours=(12 - datetime.fromtimestamp(self.now, UTC).hour + 12) % 24 - 12)
        return (datetime.fromtimestamp(self.now, UTC) + shift).date().isoformat()

    # -- what happened -------------------------------------------------------------------------

    def silence(self) -> Event:
        until = (datetime.fromtimestamp(self.now, UTC) + timedelta(hours=1)).isoformat()
        told = {"section": "estate", "until": until, "by": "chief-estate", "reason": "演练"}
        return event("alert.silenced", self.ago(60), "drill", "drill", **told)

    def watched(self) -> Iterator[Event]:
        """Whose chief looks after it before anybody else is told."""
        yield from chat("chat-seen", "online").requested(self.ago(5 * MINUTES))

    def openings(self) -> Iterator[Event]:
        """All that is late, and what only looks like it."""
        for story in (*self._online(), *self._hall(), *self._offices(), *self._look_alikes()):
            yield from story

    def endings(self) -> Iterator[Event]:
        """Of each alert that ends, what ends it."""
        ago, now = self.ago, self.ago(0)
        yield from chat("chat-seen", "online").replied(now)
        yield from chat("chat-open", "online").replied(now)
        yield from chat("chat-back", "online").replied(ago(4.5 * MINUTES))
        yield from ticket("visit-general").called(now)
        yield from ticket("visit-warned").called(now)
        yield from ticket("visit-complex").called(now)
        yield from ticket("visit-walkin").called(now)
        yield from ticket("visit-filing").submitted(now)
        yield from watch("shift-noon").seen(now).duty("signed-off", now)
        yield from call("order-contact").contacted(now)
        yield from call("order-general").closed(now)
        yield from call("order-complex").closed(now)
        yield from office("case-found").reconciled(now, True)
        yield self.act("acknowledged", "session-recorded/visit-bare/1", "chief-counters")
        yield self.act("acknowledged", "exempt-materials/visit-asked#id-card-copy/1", "chief-hall")
        yield self.act("excused", "appointment-wait-general/visit-dark/1", "chief-hall", "停电")

    def act(self, what: str, alert: str, by: str, reason: str = "") -> Event:
        journey = alert.split("/", 1)[1].rpartition("/")[0].partition("#")[0]
        told = {"section": "counters", "alert": alert, "by": by}
        if reason:
            told["reason"] = reason
        self._acts += 1
        return event(f"alert.{what}", self.ago(0), journey, f"act {self._acts}", **told)

    def _online(self) -> Iterable[Story]:
        for name in ("chat-open", "chat-back"):
            yield chat(name, "online").requested(self.ago(5 * MINUTES))
        for number in range(10):
            asked = chat(f"talk-{number}", "enterprise").requested(self.ago(180 * MINUTES))
            told = asked.replied(self.ago(180 * MINUTES - 10))
            at = self.ago(170 * MINUTES)
            yield told.resolved(at, number > 1).closed(at)

    def _hall(self) -> Iterable[Story]:
        ago = self.ago
        for name, minutes, complexity in (
            ("visit-general", 20, "general"),
            ("visit-dark", 20, "general"),
            ("visit-warned", 25, "complex"),  # five minutes are left
            ("visit-complex", 40, "complex"),
        ):
            yield appointment(name, ago(minutes * MINUTES), complexity)
        yield ticket("visit-walkin").issued(ago(50 * MINUTES))
        yield recorded(session("visit-filing", ago(31 * MINUTES)), ago(30 * MINUTES))
        yield session("visit-bare", ago(20 * MINUTES)).submitted(ago(15 * MINUTES))
        yield asked("visit-asked", ago(5 * MINUTES), "id-card-copy")
        yield watch("shift-noon").duty("signed-on", ago(30 * MINUTES))

    def _offices(self) -> Iterable[Story]:
        ago = self.ago
        for number in range(10):
            story = office(f"file-{number}").accepted(ago(200 * MINUTES), ticket=f"first-{number}")
            if number < 2:
                story = story.linked(ago(190 * MINUTES), ticket=f"second-{number}")
            story = story.finished(ago(180 * MINUTES))
            if number != 9:
                story = story.rating("invited", ago(170 * MINUTES))
            yield story
        yield office("case-found").accepted(ago(60 * MINUTES)).reconciled(ago(5 * MINUTES), False)
        yield call("order-contact").received(ago(3 * DAYS))
        general = call("order-general").received(ago(7 * DAYS))
        yield general.contacted(ago(7 * DAYS - 60 * MINUTES))
        complex_ = call("order-complex").received(ago(17 * DAYS), "complex")
        yield complex_.contacted(ago(17 * DAYS - 60 * MINUTES))

    def _look_alikes(self) -> Iterable[Story]:
        ago = self.ago
        answered = chat("chat-fast", "online").requested(ago(5 * MINUTES))
        yield answered.replied(ago(5 * MINUTES - 40))
        yield appointment("visit-slip", ago(20 * MINUTES)).left(ago(20 * MINUTES - 90))
        yield asked("visit-photo", ago(5 * MINUTES), "passport-photo")
        pause = watch("shift-lunch").duty("signed-on", ago(30 * MINUTES))
        yield pause.duty("paused", ago(29 * MINUTES), reason="lunch")
        drill = appointment("visit-drill", ago(20 * MINUTES), section="estate")
        yield drill  # its section's alerts are silenced

    # -- what has to come of it ------------------------------------------------------------------

    def due(self) -> tuple[Due, ...]:
        """All alerts anybody is told of."""
        chief, deputy = "feishu", "mail"
        climbs = (chief, deputy)
        return (
            _due("online-first-response", "chat-seen", "dingtalk", "met-late", acknowledged=True),
            _due("online-first-response", "chat-open", "dingtalk mail", "met-late", 1),
            _due("online-first-response", "chat-back", "dingtalk mail", "retracted", 1),
            _due("appointment-wait-general", "visit-general", " ".join(climbs), "met-late", 1),
            _due("appointment-wait-general", "visit-dark", " ".join(climbs), "excused", 1, True),
            _due("appointment-wait-complex", "visit-warned", "wecom", "met", warned=True),
            _due("appointment-wait-complex", "visit-complex", " ".join(climbs), "met-late", 1),
            _due("walk-in-wait", "visit-walkin", " ".join(climbs), "met-late", 1),
            _due("counter-filing", "visit-filing", " ".join(climbs), "met-late", 1),
            _due("session-recorded", "visit-bare", " ".join(climbs), "never-met", 1, True),
            Due(
                alert="exempt-materials/visit-asked#id-card-copy/1",
                name="visit-asked",
                opened=climbs,
                ended="never-met",
                level=1,
                acknowledged=True,
            ),
            Due(
                alert=f"counter-staffed/shift-noon#{self._since(30 * MINUTES)}/1",
                name="Counter staffed",
                opened=climbs,
                ended="met-late",
                level=1,
            ),
            self._of_day("online-resolution-rate", "enterprise", "resolution rate"),
            self._of_day("rating-invited", "permits", "Everyone invited to rate"),
            self._of_day("one-visit", "permits", "Done in one visit"),
            _due("counter-not-department", "case-found", chief, "retracted"),
            _due("hotline-contact", "order-contact", f"{chief} webhook", "met-late", 1),
            _due("hotline-close-general", "order-general", f"{chief} webhook", "met-late", 1),
            _due("hotline-close-complex", "order-complex", f"{chief} webhook", "met-late", 1),
        )

    def _of_day(self, promise: str, section: str, name: str) -> Due:
        """It stays open till the day ends."""
        alert = f"{promise}/{section}/{self.day()}/{promise}/1"
        return Due(alert=alert, name=name, opened=("feishu",))

    def _since(self, seconds: float) -> int:
        return round(datetime.fromisoformat(self.ago(seconds)).timestamp() * 1000)


def _due(
    promise: str,
    name: str,
    opened: str,
    ended: str,
    level: int = 0,
    acknowledged: bool = False,
    warned: bool = False,
) -> Due:
    return Due(
        alert=f"{promise}/{name}/1",
        name=name,
        opened=tuple(opened.split()),
        ended=ended,
        level=level,
        acknowledged=acknowledged,
        warned=warned,
    )


def ticket(name: str, section: str = "counters") -> VisitStory:
    return visit(name, section)


def appointment(
    name: str, at: str, complexity: str = "general", section: str = "counters"
) -> VisitStory:
    """Checked in on time."""
    told = {"service": "passport", "channel": "appointment", "complexity": complexity}
    booked = ticket(name, section).tell("ticket.issued", at, appointment=at, **told)
    return booked.checked_in(at)


def session(name: str, at: str) -> VisitStory:
    return ticket(name).issued(at, "direct").session_started(at).identity_check(at)


def recorded(story: VisitStory, at: str) -> VisitStory:
    told = {"terminal": "T1", "counter": "W1", "recording": f"recording-{story.subject}"}
    return story.tell("terminal.recording-started", at, **told)


def asked(name: str, at: str, material: str) -> VisitStory:
    told = {"terminal": "T1", "counter": "W1", "item": "item-1", "material": material}
    direct = ticket(name).issued(at, "direct").session_started(at)
    return direct.tell("terminal.material-requested", at, **told)


def watch(name: str) -> ShiftStory:
    return ShiftStory(name, "counters")


def office(name: str) -> CaseStory:
    return case(name, "permits")


def call(name: str) -> OrderStory:
    return order(name, "hotline")
