"""Rectification events as the tests make them: an order's acts, each at its own minute.

Called by the tests of this folder and of the sinks. Invariant: what is made here keeps the
contract, and differs in nothing but what is said.
"""

from datetime import UTC, datetime, timedelta

from schemas.rectification import (
    AssignedData,
    DoneData,
    OpenedData,
    RecheckedData,
    RectificationAssigned,
    RectificationDone,
    RectificationEvent,
    RectificationOpened,
    RectificationRechecked,
    RectificationReopened,
    ReopenedData,
)

START = datetime(2022, 10, 14, 1, 0, tzinfo=UTC)
NUMBER = "ZG-20221014-001"
DUE = datetime(2022, 10, 24, 15, 59, 59, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def opened(
    minute: float = 0,
    number: str = NUMBER,
    *,
    id: str = "",
    promise: str = "counter-filing",
    section: str = "S01",
    counter: str | None = "C101",
    cause: str = "7日内违诺6次",
    alerts: tuple[str, ...] = ("counter-filing/T1/1",),
    due: datetime = DUE,
    by: str = "hallwatch",
) -> RectificationOpened:
    return RectificationOpened(
        specversion="1.0",
        id=id or f"opened/{number}/{minute}",
        source="hallwatch/audit",
        subject=number,
        time=at(minute),
        data=OpenedData(
            section=section,
            by=by,
            promise=promise,
            clause="四（二）1",
            cause=cause,
            due=due,
            counter=counter,
            alerts=list(alerts),
        ),
    )


def assigned(
    minute: float, to: str = "P01", number: str = NUMBER, id: str = ""
) -> RectificationAssigned:
    return RectificationAssigned(
        specversion="1.0",
        id=id or f"assigned/{number}/{minute}/{to}",
        source="hallwatch/orders",
        subject=number,
        time=at(minute),
        data=AssignedData(section="S01", by="chief-1", to=to),
    )


def done(
    minute: float, measure: str = "增开一个窗口", number: str = NUMBER, id: str = ""
) -> RectificationDone:
    return RectificationDone(
        specversion="1.0",
        id=id or f"done/{number}/{minute}",
        source="hallwatch/orders",
        subject=number,
        time=at(minute),
        data=DoneData(section="S01", by="P01", measure=measure),
    )


def checked(
    minute: float, moved: bool = True, number: str = NUMBER, id: str = ""
) -> RectificationRechecked:
    return RectificationRechecked(
        specversion="1.0",
        id=id or f"rechecked/{number}/{minute}",
        source="hallwatch/audit",
        subject=number,
        time=at(minute),
        data=RecheckedData(
            section="S01", by="hallwatch", before=0.25, after=0.05, judged=120, moved=moved
        ),
    )


def reopened(
    minute: float, reason: str = "再次违诺", number: str = NUMBER, id: str = "", days: int = 20
) -> RectificationReopened:
    return RectificationReopened(
        specversion="1.0",
        id=id or f"reopened/{number}/{minute}",
        source="hallwatch/audit",
        subject=number,
        time=at(minute),
        data=ReopenedData(
            section="S01", by="hallwatch", reason=reason, due=DUE + timedelta(days=days)
        ),
    )


def made_up(draws: list[tuple[int, int, int]]) -> list[RectificationEvent]:
    """Any history: of each draw the act, its minute (two may fall on one), and its id, so
    that some are the same act sent again."""
    events: list[RectificationEvent] = []
    seen: dict[tuple[str, str], RectificationEvent] = {}
    for act, minute, id in draws:
        event = _one(act, minute, id)
        events.append(seen.setdefault((event.source, event.id), event))
    return events


def _one(act: int, minute: int, id: int) -> RectificationEvent:
    match act:
        case 0:
            return opened(minute, id=f"o{id}", cause=f"问题{id}", counter=None)
        case 1:
            return assigned(minute, f"P{id}", id=f"a{id}")
        case 2:
            return done(minute, f"措施{id}", id=f"d{id}")
        case 3:
            return checked(minute, id % 2 == 0, id=f"c{id}")
        case _:
            return reopened(minute, f"原因{id}", id=f"r{id}", days=id)
