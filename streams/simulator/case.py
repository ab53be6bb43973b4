"""One case's way: taken, received, perhaps supplemented, decided, finished, within minutes to days.

Owns the order and the spans. How cases come in is `casework`'s. Invariant: a case ends once, as
returned or as finished, and nothing is said of it afterwards.
"""

from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Literal

from msgspec import Struct

from schemas import case as said
from schemas.case import CaseChannel, CaseEvent, Role
from streams.simulator.attend import SECOND
from streams.simulator.hall import Cases, Habits, pick_material
from streams.simulator.rhythm import MINUTE, Rhythm, around
from streams.simulator.voice import Stage, Voice, moment

_WHY_RETURNED = ("not-ours", "materials-unfit", "not-eligible")

#: 容缺: what is missing may come so much later.
_DEFERRED_FOR = timedelta(days=10)

_HOUR = 60 * MINUTE


class Found(Struct, frozen=True, kw_only=True):
    """Where a case, or a paper for it, came in."""

    section: str
    item: str
    counter: str | None = None
    ticket: str | None = None
    chat: str | None = None
    clerk: str | None = None


class Case(Struct, kw_only=True):
    """A case and where it stands. `to_come`: those of its kind whose second visit is awaited."""

    voice: Voice
    random: Random
    stage: Stage
    rhythm: Rhythm
    rates: Cases
    habits: Habits
    found: Found
    to_come: list["Case"]

    def begin(
        self, at: int, channel: CaseChannel, applicant: str | None, *, named: bool = True
    ) -> None:
        """`named`: the case system knows the ticket already when the case is accepted."""
        random, found = self.random, self.found
        counter = found.counter if named else None
        visit = found.ticket if named else None
        clerk = found.clerk or f"clerk-{self._section}{random.randint(61, 79)}"
        here: dict[str, Any] = {"counter": counter, "ticket": visit, "clerk": clerk}
        self._say(
            at,
            said.CaseAccepted,
            said.AcceptedData,
            channel=channel,
            applicant=applicant,
            chat=found.chat,
            **here,
        )
        # At a counter it is taken at once; what comes from elsewhere somebody has to open.
        opened = SECOND if channel is CaseChannel.COUNTER else MINUTE
        at = at + int(random.uniform(1, 4) * opened)
        self._say(at, said.CaseReceived, said.CaseData, **here)
        if not named:
            later = said.LinkedData(section=found.section, ticket=found.ticket)
            self.voice.say(at + int(random.uniform(4, 40) * MINUTE), said.CaseLinked, later)
        if random.random() < self.rates.deferred:
            due = moment(at, self.stage.zone) + _DEFERRED_FOR
            self._say(
                at + SECOND,
                said.CaseDeferralGranted,
                said.DeferralGrantedData,
                material=pick_material(self.habits, random),
                due=due.replace(hour=17, minute=0, second=0, microsecond=0),
                **here,
            )
        self._go_on(at + 2 * SECOND)

    def bring(self, found: Found, at: int) -> None:
        """The second visit has brought what was missing."""
        here = {"counter": found.counter, "ticket": found.ticket, "clerk": found.clerk}
        self._say(at, said.CaseSupplemented, said.CaseData, **here)
        self._wait_for_decision(at)

    def _go_on(self, at: int) -> None:
        random, rates = self.random, self.rates
        luck = random.random()
        if luck < rates.returned:
            at = self._at_work(at + int(random.uniform(2, 40) * MINUTE))
            reason = random.choice(_WHY_RETURNED)
            self._say(at, said.CaseReturned, said.ReturnedData, reason=reason)
        elif luck < rates.returned + rates.supplement:
            self._ask_for_more(self._at_work(at + int(random.uniform(3, 50) * MINUTE)))
        elif luck < rates.returned + rates.supplement + rates.withdrawn:
            self._finish(self._at_work(at + int(random.uniform(0.2, 5) * _HOUR)), "withdrawn")
        else:
            self._wait_for_decision(at)

    def _ask_for_more(self, at: int) -> None:
        random = self.random
        self._say(
            at,
            said.CaseSupplementRequested,
            said.SupplementRequestedData,
            material=pick_material(self.habits, random),
            by=random.choice((Role.RECEIVER, Role.APPROVER)),
            reason=random.choice(("page-missing", "unreadable", "expired")),
        )
        back = at + int(random.uniform(20, 200) * MINUTE)
        online = self.found.ticket is None or random.random() < self.rates.supplement_online
        self.stage.agenda.at(back, self._send_in if online else self._come_back)

    def _send_in(self, at: int) -> None:
        self._say(at, said.CaseSupplemented, said.CaseData)
        self._wait_for_decision(at)

    def _come_back(self, at: int) -> None:
        """The next one who files this at these counters is it, or somebody he sent."""
        self.to_come.append(self)

    def _wait_for_decision(self, at: int) -> None:
        random = self.random
        if random.random() < self.rates.at_once:
            takes = random.uniform(2, 30) * MINUTE
        else:
            takes = around(random, self.rates.hours, 1.2) * _HOUR
        self.stage.agenda.at(self._at_work(at + int(takes)), self._decide)

    def _decide(self, at: int) -> None:
        approved = self.random.random() >= self.rates.refused
        approver = f"approver-{self._section}{self.random.randint(1, 3)}"
        self._say(at, said.CaseDecided, said.DecidedData, approved=approved, clerk=approver)
        at = self._at_work(at + int(self.random.uniform(1, 25) * MINUTE))
        self.stage.agenda.at(at, partial(self._finish, result="granted" if approved else "refused"))

    def _finish(self, at: int, result: Literal["granted", "refused", "withdrawn"]) -> None:
        self._say(at, said.CaseFinished, said.FinishedData, result=result)

    def _at_work(self, at: int) -> int:
        return self.rhythm.office_hour(at)

    @property
    def _section(self) -> str:
        return self.found.section.removeprefix("S")

    def _say(self, at: int, kind: type[CaseEvent], data: type[said.CaseData], **more: Any) -> None:
        filled = data(
            section=self.found.section,
            item=self.found.item,
            department=f"D-{self._section}",
            **more,
        )
        self.voice.say(at, kind, filled)
