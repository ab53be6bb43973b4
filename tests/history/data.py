"""Three simulated days as the pipeline records them, and what people did about them.

Owns the data set of the worked queries: journeys, verdicts, windows and alerts come out of the
pure core; acts, surveys of no known journey, orders and silences are added so that each query has
something to find. Invariant: the same every time.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from schemas.decode import Rejected, decode
from schemas.frame import milliseconds
from schemas.outcomes import (
    AlertRow,
    AlertState,
    ClosedAs,
    EventRow,
    JourneyRow,
    Row,
    VerdictRow,
    WindowRow,
)
from streams.core.partition import Limits, Partition
from streams.rules.load import load_rulebook
from streams.simulator import read_hall, simulate
from tests.core.hall import Key, key_of

START = datetime.fromisoformat("2022-10-17T08:30:00+08:00")
DAYS, HOURS = 3, 2.5
AFTERWARDS = milliseconds(START) + 20 * 86_400_000
PARTITIONS = 2

#: From the last day on another wording is in force: as if, the rows say so.
NEW_RULE, NEW_SINCE = "2022-10-19", (START + timedelta(days=2)).timestamp()


class Data(Struct, frozen=True):
    """The newest rows, as objects; `older` were recorded before them."""

    journeys: list[JourneyRow]
    verdicts: list[VerdictRow]
    windows: list[WindowRow]
    alerts: list[AlertRow]
    events: list[EventRow]
    older: list[Row]

    def rows(self) -> Iterator[Row]:
        yield from self.older
        for rows in (self.journeys, self.verdicts, self.windows, self.alerts, self.events):
            yield from rows


@cache
def data() -> Data:
    partitions = [
        Partition(number, load_rulebook(), Limits(event_clock=True)) for number in range(PARTITIONS)
    ]
    newest: dict[tuple[type, Key, int], Row] = {}
    older: list[Row] = []
    events: list[EventRow] = []

    def settle(now: int) -> None:
        for partition in partitions:
            more = True
            while more:
                outcomes = partition.settle(now)
                more = outcomes.more
                for rows in outcomes.rows.values():
                    for row in rows:
                        _keep(newest, older, row)

    for each in _simulated():
        events.append(each)
        event = decode(_told(each))
        assert not isinstance(event, Rejected)
        partitions[each.partition].take(event, each.offset, milliseconds(event.time))
        if each.offset % 4_000 == 0:
            settle(milliseconds(event.time))
    settle(AFTERWARDS)
    journeys = _come_again([row for row in newest.values() if isinstance(row, JourneyRow)])
    verdicts = [_reworded(row) for row in newest.values() if isinstance(row, VerdictRow)]
    windows = [row for row in newest.values() if isinstance(row, WindowRow)]
    alerts = [row for row in newest.values() if isinstance(row, AlertRow)]
    events += [*_acts(alerts), *_orders(), *_more_answers(journeys)]
    return Data(journeys, verdicts, windows, [*alerts, *_silences()], events, older)


def _keep(newest: dict[tuple[type, Key, int], Row], older: list[Row], row: Row) -> None:
    assert not isinstance(row, EventRow)
    if not isinstance(row, JourneyRow | VerdictRow | WindowRow | AlertRow):
        return
    key = (type(row), key_of(row), row.partition)
    if key in newest:
        older.append(newest[key])
    newest[key] = row


def _reworded(row: VerdictRow) -> VerdictRow:
    if row.promise == "online-first-response" and row.started_at >= NEW_SINCE:
        return replace(row, rule_version=NEW_RULE)
    return row


def _come_again(rows: list[JourneyRow]) -> list[JourneyRow]:
    """Whoever had to come again does so after the three days: as if, every seventh had."""
    return [
        replace(row, tickets=[*row.tickets, f"again-{number}"])
        if row.tickets and number % 7 == 0
        else row
        for number, row in enumerate(rows)
    ]


def _simulated() -> Iterator[EventRow]:
    hall, offset = read_hall(None), 0
    for day in range(DAYS):
        start = START + timedelta(days=day)
        for timed in simulate(hall, 20 + day, start, start + timedelta(hours=HOURS)):
            told = msgspec.json.decode(timed.value)
            if told["type"] in ("terminal.heartbeat", "lookup.changed") or timed.everywhere:
                continue
            if told["type"].startswith("duty."):
                continue
            offset += 1
            yield _recorded(told, sum(told["subject"].encode()) % PARTITIONS, offset)


def _recorded(told: dict[str, Any], partition: int, offset: int) -> EventRow:
    at = datetime.fromisoformat(told["time"])
    return EventRow(
        source=told["source"],
        id=told["id"],
        type=told["type"],
        subject=told["subject"],
        time=told["time"],
        ingest_at=round(at.timestamp() + 1, 3),
        partition=partition,
        offset=offset,
        data=msgspec.json.encode(told["data"]).decode(),
    )


def _told(row: EventRow) -> bytes:
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": row.id,
            "source": row.source,
            "type": row.type,
            "subject": row.subject,
            "time": row.time,
            "data": msgspec.json.decode(row.data),
        }
    )


def _event(source: str, kind: str, subject: str, at: float, **data: Any) -> EventRow:
    told = {
        "source": source,
        "id": f"{kind}/{subject}/{data.get('alert', '')}/{at}",
        "type": kind,
        "subject": subject,
        "time": datetime.fromtimestamp(at, START.tzinfo).isoformat(),
        "data": data,
    }
    return _recorded(told, 0, 5_000_000 + int(at))


def _acts(alerts: list[AlertRow]) -> Iterator[EventRow]:
    """Of every third breach somebody says he looks after it, each a minute later than the one
    before; every fifth is excused. All of it came when the core knew of them no more."""
    breached = sorted(
        (row for row in alerts if row.breached_at and not row.target_permille),
        key=lambda row: row.alert,
    )
    for number, row in enumerate(breached):
        assert row.breached_at is not None
        told = {"section": row.section, "alert": row.alert}
        if number % 3 == 0:
            at = row.breached_at + 60 * (number % 12)
            yield _event(
                "hallwatch/acts", "alert.acknowledged", row.journey, at, **told, by="chief-1"
            )
        if number % 5 == 0:
            reason = ("停电", "系统升级")[number % 2]
            by = f"chief-{1 + number % 3}"
            at = row.breached_at + 7_200
            yield _event(
                "hallwatch/acts", "alert.excused", row.journey, at, **told, by=by, reason=reason
            )


def _orders() -> Iterator[EventRow]:
    """How far each of six orders has come."""
    begun = START.timestamp() - 10 * 86_400
    for number in range(6):
        name, base = f"ZG-20221007-{number + 1:03}", {"section": f"S{1 + number % 2:02}"}
        due = (START + timedelta(days=number - 2)).isoformat()
        opened = {
            "promise": "counter-filing",
            "clause": "四（二）1",
            "cause": "反复超时",
            "due": due,
        }
        steps: list[tuple[str, dict[str, Any]]] = [
            ("opened", opened),
            ("assigned", {"to": "clerk-1"}),
            ("done", {"measure": "增开窗口"}),
            ("rechecked", {"before": 0.2, "after": 0.1, "judged": 50, "moved": True}),
            ("reopened", {"reason": "又超时", "due": due}),
        ]
        for step, (kind, more) in enumerate(steps[: number + 1]):
            at = begun + step * 86_400
            kind = f"rectification.{kind}"
            yield _event("hallwatch/orders", kind, name, at, **base, by="chief-1", **more)


def _more_answers(journeys: list[JourneyRow]) -> Iterator[EventRow]:
    """Every tenth visit is asked on its way out; who waited long is less content."""
    visits = sorted((row for row in journeys if row.kind == "visit"), key=lambda row: row.journey)
    for number, row in enumerate(visits[::10]):
        waited = (row.first_call_wait_ms or 0) // 60_000
        answers = {"overall": max(1, 9 - waited // 3), "waited-minutes": waited + number % 4}
        at = row.opened_at + 5_400
        yield _event(
            "/hall/survey", "survey.answered", row.journey, at,
            section=row.section, about="visit", survey="way-out", answers=answers,
        )  # fmt: skip
    yield _event(
        "/hall/survey", "survey.answered", "nobody-knows", START.timestamp() + 60,
        section="S01", about="visit", survey="way-out", answers={"overall": 5},
    )  # fmt: skip


def _silences() -> Iterator[AlertRow]:
    """Two sources of ours that fell silent, and a day before whose ratio was too low: what was
    promised of it is known from there."""
    yield AlertRow(
        alert="online-resolution-rate/S24/2022-10-14/online-resolution-rate/1",
        promise="online-resolution-rate",
        journey="S24/2022-10-14/online-resolution-rate",
        cycle=1,
        section="S24",
        service="",
        complexity="",
        channel="",
        state=AlertState.CLOSED,
        closed_as=ClosedAs.NEVER_MET,
        clause="四（二）1",
        rule_version="2022-10-14",
        limit_ms=0,
        started_at=START.timestamp() - 3 * 86_400,
        kept=80,
        judged=100,
        target_permille=900,
        partition=0,
        version=1,
    )
    for number, (source, minutes) in enumerate(
        (("/hall/queue", 7), ("/hall/duty", 12), ("/hall/queue", 9))
    ):
        since = START.timestamp() + 3_600 * (1 + number)
        yield AlertRow(
            alert=f"source-silent/{source}/{number + 1}",
            promise="source-silent",
            journey=source,
            cycle=number + 1,
            section="S01",
            service="",
            complexity="",
            channel="",
            state=AlertState.CLOSED,
            closed_as=ClosedAs.MET_LATE,
            clause="四（二）1",
            rule_version="2022-10-14",
            limit_ms=120_000,
            started_at=since,
            breached_at=since + 120,
            closed_at=since + 120 + 60 * minutes,
            partition=0,
            version=1,
        )
