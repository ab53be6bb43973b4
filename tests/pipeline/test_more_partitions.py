"""Partitions given to the events topic while a worker runs: it stops, with both ways out."""

from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from streams.broker.topics import PartitionsDifferError
from tests.kafka.apache import ApacheKafka
from tests.pipeline.chats import requested
from tests.pipeline.hall import PARTITIONS, Hall, send
from tests.pipeline.inside import consumer_of
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka


async def test_a_worker_stops_when_the_events_topic_gets_more_partitions(
    apache_kafka: ApacheKafka, apache_hall: Hall, tmp_path: Path
) -> None:
    hall = apache_hall
    stopped = pytest.raises(PartitionsDifferError, match=f"{hall.events} was given partitions")
    with stopped as told:
        async with hall.working() as worker, hall.producing() as producer:
            ends = await send(hall, producer, [requested(f"chat-{n}", 1e9 + n) for n in range(20)])
            await hall.recorded(worker, ends)
            admin = KafkaAdminClient(bootstrap_servers=apache_kafka.bootstrap)
            admin.create_partitions({hall.events: PARTITIONS + 2})
            admin.close()
            # It looks once a minute.
            thread = consumer_of(worker)._thread
            client = thread._ensure_consumer()._client
            thread.thread_loop.call_soon_threadsafe(client.force_metadata_update)
            await eventually(lambda: worker._over.done(), "it notices")
            await worker.stopped()
    for part in (f"the {PARTITIONS} this deployment has (4, 5)", "HALLWATCH_TOPIC_PREFIX"):
        assert part in str(told.value)
