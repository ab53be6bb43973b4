"""One example row of each table with every field away from its default."""

from typing import Any

import msgspec

from schemas.outcomes import (
    ROWS,
    AlertMessage,
    AlertRow,
    AlertState,
    ClosedAs,
    DeadLetterRow,
    End,
    EventRow,
    JourneyRow,
    Kind,
    Row,
    Status,
    Table,
    VerdictRow,
    WindowRow,
)
from schemas.queue import ForecastRow
from sinks.notice import Link, Notice, NoticeKind

#: 2022-10-14 09:00:00 +08:00, the day of the plan.
NINE = 1_665_709_200.0

_WHERE: dict[str, Any] = {
    "section": "sec-03",
    "service": "户籍",
    "complexity": "complex",
    "channel": "appointment",
}
_LIFE: dict[str, Any] = {**_WHERE, "counter": "12", "clerk": "clerk-7", "partition": 3}


def at(seconds: float) -> float:
    return round(NINE + seconds, 3)


def full_journey() -> JourneyRow:
    """Every optional field filled, each with a value of its own."""
    given: dict[str, Any] = {
        **_LIFE,
        "journey": "A0012-20221014",
        "kind": Kind.VISIT,
        "end": End.SERVED,
        "opened_at": at(0.001),
        "handed_to": "dep-9",
        "resolved": True,
        "filing_estimated": True,
        "suspected": True,
        "department": "dep-3",
        "applicant": "p-77",
        "receiver": "clerk-7",
        "approver": "clerk-9",
        "result": "granted",
        "tickets": ["A0012-20221014", "A0044-20221015"],
        "chats": ["C-1"],
        "deferred": True,
        "rating_declined": True,
        "rating_failed": True,
        "recording": "recordings/12/0931.mkv",
        "version": 18_000_000_000_000_000_000,
    }
    for place, each in enumerate(msgspec.structs.fields(JourneyRow)):
        if each.name not in given:
            is_time = each.name.endswith("_at")
            given[each.name] = at(place + 0.123) if is_time else place * 1000 + 7
    return JourneyRow(**given)


EXAMPLES: dict[Table, Row] = {
    Table.EVENTS: EventRow(
        source="queue/hall-1",
        id="e-1",
        type="ticket.called",
        subject="A0012-20221014",
        time="2022-10-14T09:00:00.123456+08:00",
        ingest_at=at(1.5),
        partition=3,
        offset=9_007_199_254_740_993,
        data='{"section":"sec-03","counter":"12"}',
    ),
    Table.JOURNEYS: full_journey(),
    Table.VERDICTS: VerdictRow(
        **_LIFE,
        promise="appointment-wait-complex",
        journey="A0012-20221014",
        status=Status.LATE,
        clause="四（二）1",
        rule_version="2022-10-14",
        limit_ms=1_800_000,
        started_at=at(0),
        deadline_at=at(1800),
        ended_at=at(1800.001),
        duration_ms=1_800_001,
        over_ms=1,
        estimated=True,
        off_hours=True,
        evidence=["queue/hall-1#e-1", "queue/hall-1#e-2"],
        version=5,
    ),
    Table.WINDOWS: WindowRow(
        **_WHERE,
        promise="appointment-wait-complex",
        minute_at=at(0),
        off_hours=True,
        started=66,
        waiting=1,
        waiting_late=2,
        kept=3,
        late=4,
        measured=5,
        left_mistaken=6,
        left_in_time=7,
        left_late=8,
        cancelled=9,
        expired=10,
        answered_sum_ms=5_000_000_000,
        answered_max_ms=3_000_000,
        answered_histogram={0: 1, 345: 4_000_000_000},
        left_sum_ms=11,
        left_max_ms=12,
        left_histogram={7: 8},
        partition=3,
        version=5,
    ),
    Table.ALERTS: AlertRow(
        **_LIFE,
        alert="appointment-wait-complex/A0012-20221014/1",
        promise="appointment-wait-complex",
        journey="A0012-20221014",
        cycle=1,
        state=AlertState.CLOSED,
        closed_as=ClosedAs.MET_LATE,
        clause="四（二）1",
        rule_version="2022-10-14",
        limit_ms=1_800_000,
        started_at=at(0),
        warned_at=at(1440),
        breached_at=at(1800),
        closed_at=at(1830.5),
        over_ms=30_500,
        historical=True,
        correction=True,
        evidence=["queue/hall-1#e-1"],
        version=5,
    ),
    Table.DEAD_LETTERS: DeadLetterRow(
        topic="hall.events",
        partition=3,
        offset=17,
        ingest_at=at(2),
        reason="personal",
        field="data.note",
        detail="data.note holds what looks like an ID number: 3101**********001X",
    ),
    Table.FORECASTS: ForecastRow(
        section="S01",
        service="licence",
        looked_at=at(900),
        known="known",
        waiting=9,
        promised=7,
        will_miss=4,
        counters_open=3,
        counters_needed=5,
        warned=True,
        rule_version="2022-10-14",
        partition=2,
        version=6,
    ),
}


def line(row: Row) -> bytes:
    return msgspec.json.encode(row)


def journey(name: str, version: int = 1, **given: Any) -> JourneyRow:
    defaults: dict[str, Any] = {
        "kind": Kind.VISIT,
        "section": "s",
        "service": "x",
        "complexity": "general",
        "channel": "walk-in",
        "opened_at": NINE,
        "partition": 0,
    }
    return JourneyRow(journey=name, version=version, **{**defaults, **given})


def alert(**given: Any) -> AlertRow:
    """A breach as it stands while open, with what is `given`."""
    closed: dict[str, Any] = msgspec.to_builtins(EXAMPLES[Table.ALERTS])
    del closed["closed_at"], closed["closed_as"], closed["historical"], closed["correction"]
    return msgspec.convert({**closed, "state": "breached", **given}, type=AlertRow)


def message(id_: str = "a/1/breached", **given: Any) -> AlertMessage:
    return AlertMessage(
        id=id_,
        type=given.pop("type", "hall.alert.breached"),
        subject="A0012-20221014",
        time="2022-10-14T09:30:00+08:00",
        partitionkey="sec-03",
        data=alert(**given),
    )


def notice(id_: str = "a/1/breached", **given: Any) -> Notice:
    """A breach in Chinese, with its alert and a link that is a key."""
    return Notice(
        id=id_,
        **{
            "kind": NoticeKind.BREACHED,
            "title": "【超时】复杂事项预约等候已超 30秒",
            "text": "户籍科 12号窗口\n请尽快叫号",
            "markdown": "**户籍科** 12号窗口\n请尽快叫号",
            "alerts": (message(id_),),
            "links": (Link("我知道了", "https://hall.test/act?sig=open-sesame"),),
            **given,
        },
    )


assert set(EXAMPLES) == set(ROWS)
