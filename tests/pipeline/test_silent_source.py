"""A source goes quiet: the hall hears of the source once, and of none of its citizens; when it
is back with what it had kept, only he who still waits is told of.

On the wall clock, through all partitions of a worker, on every broker.
"""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaProducer

from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS
from tests.conftest import APACHE_ONLY, Broker
from tests.pipeline.chats import answered, requested
from tests.pipeline.database import Database
from tests.pipeline.hall import PARTITIONS, Hall, rules_with, send
from tests.pipeline.waiting import eventually
from tests.sinks.receivers import WebhookReceiver

SOURCE = "/test/chats"
LISTED = f"""
[[source]]
name = "{SOURCE}"
version = "1"
clause = "四（二）1"
section = "elsewhere"
silent-after = "2 s"
"""
#: Enough that each partition has some.
CHATS = [f"chat-{number}" for number in range(24)]
SUSPECTED = "SELECT count() AS n FROM alerts_now WHERE suspected AND state = 'breached'"
OPEN = "SELECT count() AS n FROM journeys_now WHERE suspected"
LEFT = """SELECT promise, state, closed_as, count() AS n FROM alerts_now
    WHERE closed_as != 'retracted' GROUP BY ALL ORDER BY promise"""


async def beat(hall: Hall, producer: AIOKafkaProducer) -> None:
    """Into every partition."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    event = {
        "specversion": "1.0",
        "id": f"beat {now}",
        "source": SOURCE,
        "type": "source.heartbeat",
        "subject": "chats",
        "time": now,
        "data": {"section": "S03"},
    }
    value = msgspec.json.encode(event)
    for partition in range(PARTITIONS):
        await producer.send_and_wait(hall.events, value, key=b"chats", partition=partition)


@APACHE_ONLY
async def test_a_silent_source_is_one_alert_and_its_citizens_are_none(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    receiver = await WebhookReceiver().start()
    rules = rules_with(tmp_path / "rules", online_first_response=("6 s", ""))
    (rules / "sources.toml").write_text(LISTED, encoding="utf-8")
    hall = Hall(broker, database, tmp_path, rules=rules, webhook=receiver.url)
    try:
        async with hall.working(), hall.producing() as producer:
            asked_at = time.time()
            await beat(hall, producer)
            await send(hall, producer, [requested(chat, asked_at) for chat in CHATS])
            # Silence. The limit passes for all of them, and nobody is told.
            await eventually(
                lambda: database.ask(SUSPECTED) == [{"n": len(CHATS)}],
                "all breaches are suspected",
            )
            assert database.ask(OPEN) == [{"n": len(CHATS)}]
            assert len(receiver.taken) == 1

            # It is back: first a heartbeat, then what it had kept; one was never answered.
            *answered_chats, waiting = CHATS
            kept = [answered(chat, asked_at + 3) for chat in answered_chats]
            await beat(hall, producer)
            await send(hall, producer, kept)
            alive = asyncio.create_task(keep_alive(hall, producer))
            await eventually(lambda: len(receiver.taken) >= 3, "the source and one citizen")
            alive.cancel()
            records = await hall.read(ALERTS, 3)
            told = [msgspec.json.decode(record.value, type=AlertMessage) for record in records]
            assert {message.id for message in told} == {
                f"source-silent/{SOURCE}/1/breached",
                f"source-silent/{SOURCE}/1/closed",
                f"online-first-response/{waiting}/1/breached",
            }
            await eventually(lambda: database.ask(OPEN) == [{"n": 0}], "nothing is suspected")
            left = [
                {"promise": "online-first-response", "state": "breached", "closed_as": "", "n": 1},
                {"promise": "source-silent", "state": "closed", "closed_as": "met-late", "n": 1},
            ]
            # Another partition's row than the last one above: it may come later.
            await eventually(lambda: database.ask(LEFT) == left, "the source and one citizen")
    finally:
        await receiver.stop()


async def keep_alive(hall: Hall, producer: AIOKafkaProducer) -> None:
    while True:
        await beat(hall, producer)
        await asyncio.sleep(0.5)
