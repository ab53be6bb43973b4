"""Messages on their way to people while partitions move: none is lost, none is told twice."""

import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemas.topics import ALERTS
from streams.worker import Worker
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.outages.webhook import Trouble, Webhook
from tests.pipeline.chats import requested
from tests.pipeline.database import Database
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall, rules_with, send
from tests.pipeline.waiting import eventually, eventually_async

pytestmark = pytest.mark.kafka

CHATS = 40


async def test_a_page_not_delivered_before_a_rebalance_is_kept_and_told_once_after_it(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    webhook = Webhook()
    await webhook.start()
    rules = rules_with(tmp_path / "rules", online_first_response=("1 s", ""))
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, rules=rules, webhook=webhook.url)
    try:
        await webhook.get_into(Trouble.FAILS)
        async with hall.working() as worker, hall.producing() as producer:
            chats = [requested(f"chat-{number}", time.time()) for number in range(CHATS)]
            await send(hall, producer, chats)
            await hall.read(ALERTS, CHATS)
            await eventually(lambda: webhook.tried > 1, "the webhook refuses")
            other = replace(hall.settings, data=tmp_path / "other")
            async with Worker(other) as joined, watching(hall) as group:
                # Both have some; what stays with the first one is read again there.
                await eventually(lambda: worker.assigned and joined.assigned, "they share")
                tried = webhook.tried
                await eventually(lambda: webhook.tried > tried, "it is tried again")

                async def committed() -> bool:
                    # All chats are of one section, and so in one partition.
                    offsets = await group.committed(hall.topic(ALERTS))
                    return max(offsets.values()) >= CHATS

                await eventually_async(committed, "who is away holds up no offset")
                assert webhook.heard == []
                await webhook.recover()
                await eventually(lambda: len(webhook.heard) >= CHATS, "all are told")
                joined.stop()
                await joined.stopped()
    finally:
        await webhook.stop()
    told = sorted(heard.alert for heard in webhook.heard)
    assert told == sorted(f"online-first-response/chat-{number}/1" for number in range(CHATS))
