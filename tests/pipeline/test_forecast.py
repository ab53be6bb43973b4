"""A queue grows: the duty desk hears of it before anybody is late, and sees it on the wall.

On the wall clock, its tickets spread over all partitions of a worker.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from dashboards.panel import fill, span_at
from dashboards.sql_forecast import forecast
from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS
from tests.conftest import APACHE_ONLY, Broker
from tests.pipeline.chats import Sent
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, rules_with, send
from tests.pipeline.waiting import eventually
from tests.sinks.receivers import WebhookReceiver

#: As shipped, but soon: nobody waits in a test for minutes.
SOON = 'on = true\nsteady = "1 s"\ncalm = "5 s"\n'
MINUTE = 60
SERVED, WAITING = 15, 12


def told(kind: str, ticket: str, at: float, **data: Any) -> Sent:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    event = {
        "specversion": "1.0",
        "id": f"{ticket}/{kind}",
        "source": "/test/queue",
        "type": f"ticket.{kind}",
        "subject": ticket,
        "time": moment,
        "data": {"section": "S03", **data},
    }
    return Sent(ticket.encode(), msgspec.json.encode(event), at)


def arrived(ticket: str, at: float) -> list[Sent]:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    issued = told("issued", ticket, at, service="permit", channel="appointment", appointment=moment)
    return [issued, told("checked-in", ticket, at)]


def half_an_hour(now: float) -> Iterator[Sent]:
    """Three counters, a call every two minutes, each after six minutes in the queue; and the
    twelve who came last have not been called."""
    for number in range(SERVED):
        called = now - 2 * MINUTE * (SERVED - number)
        ticket, counter = f"ticket-{number}", f"C{number % 3}"
        yield from arrived(ticket, called - 6 * MINUTE)
        yield told("called", ticket, called, counter=counter)
        if number < SERVED - 3:
            yield told("served", ticket, called + 6 * MINUTE, counter=counter)
    for number in range(WAITING):
        yield from arrived(f"waiting-{number}", now - 2 * MINUTE + number * 10)


@APACHE_ONLY
async def test_who_will_be_late_is_told_before_he_is(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    receiver = await WebhookReceiver().start()
    rules = rules_with(tmp_path / "rules", appointment_wait_general=("10 min", ""))
    (rules / "forecast.toml").write_text(SOON, encoding="utf-8")
    hall = Hall(broker, database, tmp_path, rules=rules, webhook=receiver.url)

    def shown() -> list[dict[str, Any]]:
        span = span_at(
            time.time(),
            zone=ZoneInfo("Asia/Shanghai"),
            window=timedelta(minutes=30),
            horizon=timedelta(days=2),
        )
        return database.ask(fill(forecast, span))

    try:
        async with hall.working(), hall.producing() as producer:
            now = time.time()
            history = sorted(half_an_hour(now), key=lambda record: record.at)
            await send(hall, producer, history)
            await eventually(lambda: len(receiver.taken) >= 1, "the desk is warned")
            # Parts come one after the other: in the end all are there.
            await eventually(
                lambda: (
                    [(row["waiting"], row["counters_open"]) for row in shown()] == [(WAITING, 3)]
                ),
                "the wall shows the whole queue",
            )
            (row,) = shown()
            assert (row["section"], row["service"]) == ("S03", "permit")
            assert row["counters_needed"] > 3
            # A call in two minutes, eight to ten minutes left: some five of twelve are in time.
            assert 5 <= row["will_miss"] <= 11

            # Help comes: everybody is called.
            calls = [
                told("called", f"waiting-{number}", time.time(), counter=f"C{number}")
                for number in range(WAITING)
            ]
            await send(hall, producer, calls)
            await eventually(lambda: len(receiver.taken) >= 2, "the desk hears that it is over")
            records = await hall.read(ALERTS, 2)
            messages = [msgspec.json.decode(one.value, type=AlertMessage) for one in records]
            assert [message.id for message in messages] == [
                "wait-forecast/S03/permit/1/warned",
                "wait-forecast/S03/permit/1/closed",
            ]
            assert messages[0].data.will_miss >= 2
            assert messages[0].data.counters_needed > messages[0].data.counters_open
            assert messages[0].data.clause == "四（二）1"
            await eventually(lambda: shown() == [], "the wall shows nobody any more")
    finally:
        await receiver.stop()
