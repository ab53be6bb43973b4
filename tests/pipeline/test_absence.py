"""Nothing comes, and that is the news: a chat without a reply raises its breach by itself.

On the wall clock, with a limit of one second, on every broker: the alert in its topic, in
ClickHouse and at the webhook, and its closing when the reply comes at last.
"""

import time
from pathlib import Path

import msgspec

from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS
from tests.conftest import Broker
from tests.pipeline.chats import answered, requested
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, rules_with, send
from tests.pipeline.waiting import eventually
from tests.sinks.receivers import WebhookReceiver

ALERT = "online-first-response/{}/1"
NOW = """SELECT state, closed_as, historical,
    toUnixTimestamp64Milli(breached_at) - toUnixTimestamp64Milli(started_at) AS breached_after_ms
    FROM alerts_now WHERE alert = '{}'"""


async def told_of(hall: Hall, name: str, count: int) -> list[AlertMessage]:
    """What the alerts topic says about one alert, once it holds `count` records."""
    records = await hall.read(ALERTS, count)
    messages = [msgspec.json.decode(record.value, type=AlertMessage) for record in records]
    return [message for message in messages if message.subject == ALERT.format(name)]


async def test_a_chat_without_a_reply_raises_one_alert_and_a_late_reply_closes_it(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    receiver = await WebhookReceiver().start()
    hall = Hall(
        broker,
        database,
        tmp_path,
        rules=rules_with(tmp_path / "rules", online_first_response=("1 s", "")),
        webhook=receiver.url,
    )
    try:
        async with hall.working(), hall.producing() as producer:
            asked = requested("unanswered", time.time())
            in_time = requested("in-time", time.time() - 30)
            replied = answered("in-time", time.time() - 29.5)
            # The reply first: whatever the machine's pace, that citizen was never waiting.
            await send(hall, producer, [replied, in_time, asked])

            await eventually(lambda: len(receiver.taken) >= 1, "the breach is told")
            (opening,) = await told_of(hall, "unanswered", 1)
            assert opening.type == "hall.alert.breached"
            assert opening.data.breached_at == asked.at + 1
            open_now = {
                "state": "breached",
                "closed_as": "",
                "historical": False,
                "breached_after_ms": 1000,
            }
            await eventually(
                lambda: database.ask(NOW.format(opening.subject)) == [open_now],
                "the open alert is in ClickHouse",
            )

            late = answered("unanswered", time.time())
            await send(hall, producer, [late])
            await eventually(lambda: len(receiver.taken) >= 2, "the closing is told")
            closed = {**open_now, "state": "closed", "closed_as": "met-late"}
            await eventually(
                lambda: database.ask(NOW.format(opening.subject)) == [closed],
                "the closed alert is in ClickHouse",
            )

            # A later breach of the same partition comes after anything else to be said.
            await send(hall, producer, [requested("unanswered-too", time.time())])
            await eventually(lambda: len(receiver.taken) >= 3, "a later breach is told")
            said = [message.type for message in await told_of(hall, "unanswered", 3)]
            assert said == ["hall.alert.breached", "hall.alert.closed"]
            assert await told_of(hall, "in-time", 3) == []
    finally:
        await receiver.stop()
    told = [msgspec.json.decode(taken.body) for taken in receiver.taken]
    assert [(event["subject"], event["type"]) for event in told] == [
        (ALERT.format("unanswered"), "hall.alert.breached"),
        (ALERT.format("unanswered"), "hall.alert.closed"),
        (ALERT.format("unanswered-too"), "hall.alert.breached"),
    ]
    assert told[1]["data"]["closed_as"] == "met-late"
    assert told[1]["data"]["closed_at"] == late.at
