"""What happened to a case, a hotline order or a counter's shift; and what people did about it.

Owns the events only, like `story`. Invariant: as there, telling more gives a new story.
"""

from datetime import UTC, datetime
from typing import Self

from schemas.decode import Event
from schemas.total import TotalCounted
from streams.core.totals import Day, Share
from streams.shares import share_event
from tests.core.story import DAY, SOURCE, Story, event, moment, ms


class CaseStory(Story):
    """A case of the back office."""

    def office(self, what: str, at: str, **data: object) -> Self:
        return self.tell(f"case.{what}", at, **{"item": "licence", **data})

    def accepted(self, at: str, channel: str = "counter", **data: object) -> Self:
        return self.office("accepted", at, channel=channel, applicant="p-77", **data)

    def received(self, at: str, clerk: str = "clerk-1", **data: object) -> Self:
        return self.office("received", at, clerk=clerk, counter="W1", **data)

    def asked(self, at: str, material: str, by: str = "receiver", **data: object) -> Self:
        told = {"material": material, "by": by, "clerk": "clerk-2", **data}
        return self.office("supplement-requested", at, **told)

    def supplemented(self, at: str, **data: object) -> Self:
        return self.office("supplemented", at, **data)

    def returned(self, at: str) -> Self:
        return self.office("returned", at, reason="incomplete")

    def finished(self, at: str, result: str = "granted") -> Self:
        return self.office("finished", at, result=result)

    def linked(self, at: str, **data: object) -> Self:
        return self.tell("case.linked", at, **data)

    def reconciled(self, at: str, trace: bool, **data: object) -> Self:
        return self.tell("case.reconciled", at, trace=trace, **data)

    def rating(self, what: str, at: str, **data: object) -> Self:
        return self.tell(f"rating.{what}", at, about="case", **data)


class OrderStory(Story):
    """An order of the hotline."""

    def received(self, at: str, complexity: str = "general") -> Self:
        return self.tell("hotline.received", at, complexity=complexity)

    def contacted(self, at: str) -> Self:
        return self.tell("hotline.contacted", at, clerk="clerk-5")

    def closed(self, at: str, resolved: bool = True) -> Self:
        return self.tell("hotline.closed", at, clerk="clerk-5", resolved=resolved)


class ShiftStory(Story):
    """A counter's half day."""

    def duty(self, what: str, at: str, **data: object) -> Self:
        return self.tell(f"duty.{what}", at, counter="W1", clerk="clerk-1", **data)

    def seen(self, *times: str) -> Self:
        told = self
        for at in times:
            told = told.duty("seen", at)
        return told


def case(name: str = "K1", section: str = "counters") -> CaseStory:
    return CaseStory(name, section)


def order(name: str = "H1", section: str = "counters") -> OrderStory:
    return OrderStory(name, section)


def shift(name: str = "W1-am", section: str = "counters") -> ShiftStory:
    return ShiftStory(name, section)


def acknowledged(at: str, alert: str, by: str = "chief-1") -> Event:
    return _act("alert.acknowledged", at, alert, by=by)


def excused(at: str, alert: str, reason: str = "停电", by: str = "chief-1") -> Event:
    return _act("alert.excused", at, alert, by=by, reason=reason)


def silenced(at: str, until: str, section: str = "desk", **data: object) -> Event:
    """`section`'s alerts, of one `promise` or of all."""
    told = {"section": section, "until": moment(until).isoformat(), "by": "chief-1", **data}
    name = f"silence {at}"
    return event("alert.silenced", at, name, name, SOURCE, reason="演练", **told)


def lookup(at: str, service: str, available: bool) -> Event:
    name = f"{service} {at}"
    return event("lookup.changed", at, service, name, section="elsewhere", available=available)


def share(
    partition: int, kept: int, missed: int, version: int = 1, moment: str = "10:00"
) -> TotalCounted:
    """A partition's share of the desk's day, of chats resolved."""
    day = Day("online-resolution-rate", "desk", DAY)
    at = datetime.fromtimestamp(ms(moment) / 1000, UTC)
    return share_event(partition, version, day, Share(kept, missed), at)


def _act(kind: str, at: str, alert: str, **data: object) -> Event:
    journey = alert.split("/", 1)[1].rpartition("/")[0].partition("#")[0]
    told = {"section": "counters", "alert": alert, **data}
    return event(kind, at, journey, f"{kind} {at}", SOURCE, **told)
