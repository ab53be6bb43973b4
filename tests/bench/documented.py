"""The same job as Faust's documentation writes it: the peer hallwatch is measured against.

Owns the peer application; `peer_run` starts it as `faust -A tests.bench.documented worker`.
Written by the book (User Guide: Models, Agents, Tables and Windowing, Streams, Web Views):
`faust.Record` models with validation, an agent that takes one event at a time, a table of
journeys with a changelog and one of minute counts, outcomes sent with `await topic.send`,
and a second agent that inserts what `stream.take(1000, within=0.5)` gives. Everything not
named by the guide is left at Faust's defaults, but the parser of times: the one Faust falls
back to reads .345 s as 345 µs (and is slower).

It does less than hallwatch: nothing is exact after a crash, an event out of order or sent
twice corrupts its journey, no deadline fires without an event, there are no alerts, no
histograms, no dead letters (bad bytes stop it), no closing time; limits are constants. It
writes one row an event, the journey as it then stands, where hallwatch keeps events,
journeys, verdicts, windows and alerts.
"""

import asyncio
import importlib
import os
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import clickhouse_connect
import faust

app = faust.App(
    os.environ["BENCH_PREFIX"],
    broker=f"kafka://{os.environ['BENCH_BROKER']}",
    datadir=os.environ["BENCH_DATA"],
    topic_partitions=int(os.environ["BENCH_PARTITIONS"]),
)


class Data(faust.Record, validation=True, date_parser=datetime.fromisoformat):
    section: str
    service: str | None = None
    complexity: str | None = None
    channel: str | None = None
    appointment: datetime | None = None
    counter: str | None = None
    clerk: str | None = None
    terminal: str | None = None
    item: str | None = None
    materials: int | None = None


class VisitEvent(faust.Record, validation=True, date_parser=datetime.fromisoformat):
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    data: Data


class Visit(faust.Record, coerce=True, date_parser=datetime.fromisoformat):
    """A journey: its milestones and the verdicts so far."""

    section: str = ""
    service: str = ""
    channel: str = ""
    complexity: str = ""
    counter: str = ""
    clerk: str = ""
    issued_at: datetime | None = None
    appointment_at: datetime | None = None
    checked_in_at: datetime | None = None
    called_at: datetime | None = None
    session_started_at: datetime | None = None
    identity_check_started_at: datetime | None = None
    identity_check_passed_at: datetime | None = None
    materials_submitted_at: datetime | None = None
    served_at: datetime | None = None
    wait_promise: str = ""
    wait_status: str = ""
    wait_ms: int | None = None
    filing_status: str = ""
    filing_ms: int | None = None


class Outcome(faust.Record, coerce=True, date_parser=datetime.fromisoformat):
    """What an event made of its journey."""

    event: str
    type: str
    journey: str
    time: datetime
    visit: Visit


events = app.topic(os.environ["BENCH_EVENTS"], key_type=str, value_type=VisitEvent)
outcomes = app.topic(os.environ["BENCH_OUTCOMES"], key_type=str, value_type=Outcome)
visits = app.Table("visits", key_type=str, value_type=Visit, default=Visit)
minutes = app.Table("minutes", default=int).tumbling(
    timedelta(minutes=1), expires=timedelta(hours=1)
)
minutes_of_events = minutes.relative_to_field(VisitEvent.time)

#: When each type of event happened, by the name of the visit's milestone.
MILESTONES = {
    "ticket.issued": "issued_at",
    "ticket.checked-in": "checked_in_at",
    "ticket.called": "called_at",
    "terminal.session-started": "session_started_at",
    "terminal.identity-check-started": "identity_check_started_at",
    "terminal.identity-check-passed": "identity_check_passed_at",
    "terminal.materials-submitted": "materials_submitted_at",
    "ticket.served": "served_at",
}

#: 四（二）1
LIMITS = {
    "appointment-wait-general": timedelta(minutes=10),
    "appointment-wait-complex": timedelta(minutes=30),
    "counter-filing": timedelta(minutes=20),
}

done = {"decided": 0, "recorded": 0}


@app.agent(events)
async def decide(stream: Any) -> None:
    """Events → journeys → verdicts and minute counts."""
    async for event in stream:
        visit = visits[event.subject]
        setattr(visit, MILESTONES[event.type], event.time)
        data = event.data
        visit.section = data.section
        visit.counter = data.counter or visit.counter
        visit.clerk = data.clerk or visit.clerk
        if event.type == "ticket.issued":
            visit.service = data.service
            visit.channel = data.channel
            visit.complexity = data.complexity
            visit.appointment_at = data.appointment
        elif event.type == "ticket.called":
            visit.wait_promise = wait_promise(visit)
            start = max(visit.checked_in_at, visit.appointment_at or visit.checked_in_at)
            waited = max(timedelta(0), event.time - start)
            visit.wait_ms = milliseconds(waited)
            visit.wait_status = status(visit.wait_promise, waited)
            minutes_of_events[f"{visit.section} {visit.wait_promise} {visit.wait_status}"] += 1
        elif event.type == "terminal.materials-submitted":
            taken = event.time - visit.identity_check_started_at
            visit.filing_ms = milliseconds(taken)
            visit.filing_status = status("counter-filing", taken)
            minutes_of_events[f"{visit.section} counter-filing {visit.filing_status}"] += 1
        visits[event.subject] = visit
        await outcomes.send(
            key=event.subject,
            value=Outcome(event.id, event.type, event.subject, event.time, visit),
        )
        done["decided"] += 1


def wait_promise(visit: Visit) -> str:
    if visit.channel == "appointment":
        return f"appointment-wait-{visit.complexity}"
    return "walk-in-wait"


def status(promise: str, duration: timedelta) -> str:
    limit = LIMITS.get(promise)
    if limit is None:
        return "measured"
    return "kept" if duration <= limit else "late"


def milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)


@app.agent(outcomes)
async def record(stream: Any) -> None:
    """Outcomes → ClickHouse."""
    async for batch in stream.take(1000, within=0.5):
        rows = [
            [outcome.event, outcome.type, outcome.journey, outcome.time]
            + [getattr(outcome.visit, name) for name in COLUMNS[4:]]
            for outcome in batch
        ]
        await asyncio.to_thread(insert, rows)
        done["recorded"] += len(rows)


VISIT_COLUMNS = {
    "section": "LowCardinality(String)",
    "service": "LowCardinality(String)",
    "channel": "LowCardinality(String)",
    "complexity": "LowCardinality(String)",
    "counter": "LowCardinality(String)",
    "clerk": "LowCardinality(String)",
    **dict.fromkeys([*MILESTONES.values(), "appointment_at"], "Nullable(DateTime64(3))"),
    "wait_promise": "LowCardinality(String)",
    "wait_status": "LowCardinality(String)",
    "wait_ms": "Nullable(Int64)",
    "filing_status": "LowCardinality(String)",
    "filing_ms": "Nullable(Int64)",
}
COLUMNS = ["event", "type", "journey", "time", *VISIT_COLUMNS]


def insert(rows: list[list[Any]]) -> None:
    client().insert("outcomes", rows, column_names=COLUMNS)


@cache
def client() -> Any:
    importlib.import_module("pandas")  # clickhouse-connect would at the first insert
    opened = clickhouse_connect.get_client(dsn=os.environ["BENCH_CLICKHOUSE"])
    columns = ", ".join(f"`{name}` {kind}" for name, kind in VISIT_COLUMNS.items())
    opened.command(
        "CREATE TABLE IF NOT EXISTS outcomes (`event` String, `type` LowCardinality(String), "
        f"`journey` String, `time` DateTime64(3), {columns}) "
        "ENGINE = ReplacingMergeTree ORDER BY (`journey`, `event`)"
    )
    return opened


client()  # starting the engine takes a second or two, which nobody measures


@app.page("/done/")
async def show_done(self: Any, request: Any) -> Any:
    """How far it is, for whoever measures."""
    return self.json(done)
