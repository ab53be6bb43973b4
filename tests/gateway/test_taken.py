"""What is answered with 202 stands in the topic, as it was sent, where its journey is."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from schemas.decode import decode
from streams.gateway.binding import Mode
from tests.brokers.streams import producing
from tests.conftest import Broker
from tests.gateway.running import PARTITIONS, Place, called, ready_gateway
from tests.kafka.apache import ApacheKafka


@pytest.fixture
async def place(broker: Broker, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with ready_gateway(broker.bootstrap, topic_prefix, tmp_path) as ready:
        yield ready


def binary(event: dict[str, Any]) -> dict[str, str]:
    """Its attributes as headers."""
    return {f"ce_{name}": quote(text, safe=" :/") for name, text in event.items() if name != "data"}


async def test_a_structured_event_stands_there_to_the_byte(place: Place) -> None:
    value = (
        b' {"data" : {"counter":"C1",  "section":"S01"}, '
        + msgspec.json.encode({name: item for name, item in called(1).items() if name != "data"})[
            1:
        ]
    )
    answer = await place.post(value)
    assert (answer.status, answer.body) == (202, {"accepted": 1})
    (record,) = await place.records()
    assert record.value == value
    assert record.key == called(1)["subject"].encode()
    assert dict(record.headers) == {"content-type": Mode.STRUCTURED.encode()}


async def test_a_binary_event_stands_there_in_binary_mode(place: Place) -> None:
    event = called(1, comexample="a value", traceparent="00-1-2-3")
    data = b'{"section": "S01",\n "counter": "C102"}'
    answer = await place.post(data, Mode.BINARY, **binary(event))
    assert answer.status == 202, answer
    (record,) = await place.records()
    assert record.value == data
    headers = dict(record.headers)
    assert headers.pop("content-type") == b"application/json"
    assert headers == {
        f"ce_{name}": text.encode() for name, text in event.items() if name != "data"
    }
    taken = decode(record.value, record.headers, record.key)
    assert taken == decode(msgspec.json.encode(event))


async def test_events_of_a_batch_stand_there_each_as_it_was_sent(place: Place) -> None:
    events = [b'{ "id":"%d",' % n + msgspec.json.encode(called(n, "T-1"))[1:] for n in range(20)]
    body = b"[\n" + b",\n".join(events) + b"\n]"
    answer = await place.post(body, Mode.BATCH)
    assert (answer.status, answer.body) == (202, {"accepted": 20})
    assert await place.values() == events, "one journey, so one partition and their order"


async def test_a_batch_of_nothing_is_taken(place: Place) -> None:
    assert (await place.post(b"[]", Mode.BATCH)).body == {"accepted": 0}
    assert await place.records() == []


async def test_an_event_goes_where_kafka_s_own_producers_put_its_journey(place: Place) -> None:
    events = [called(n) for n in range(30)]
    assert (await place.post(events, Mode.BATCH)).status == 202
    ours = {record.key: record.partition for record in await place.records()}
    assert set(ours.values()) == set(range(PARTITIONS))
    async with producing(place.settings.broker) as producer:
        theirs = {key: await _partition(producer, place.topic, key) for key in ours}
    assert ours == theirs


async def _partition(producer: AIOKafkaProducer, topic: str, key: bytes) -> int:
    placed = await producer.send_and_wait(topic, b"", key=key)
    partition: int = placed.partition
    return partition


async def test_a_heartbeat_goes_into_every_partition_once(place: Place) -> None:
    beat = called(1, "queue-1", type="source.heartbeat", data={"section": "S01"})
    assert (await place.post(beat)).body == {"accepted": 1}
    records = await place.records()
    assert sorted(record.partition for record in records) == list(range(PARTITIONS))
    assert {record.value for record in records} == {msgspec.json.encode(beat)}


async def test_what_is_sent_again_is_answered_as_the_first_and_is_the_same_event(
    place: Place,
) -> None:
    answers = [await place.post(called(1)) for _ in range(3)]
    assert {(answer.status, answer.body["accepted"]) for answer in answers} == {(202, 1)}
    values = await place.values()
    assert set(values) == {msgspec.json.encode(called(1))}, "the same source and id each time"


async def test_one_refused_event_keeps_its_whole_batch_out(place: Place) -> None:
    wrong = called(1, data={"section": "S01"})
    answer = await place.post([called(0), wrong, called(2), called(3, type="x")], Mode.BATCH)
    assert answer.status == 422
    assert [(fault["index"], fault["field"]) for fault in answer.body["errors"]] == [
        (1, "data.counter"),
        (3, "type"),
    ]
    assert answer.body["detail"] == (
        "2 of 4 events are refused, so none of them was taken; number 1: data.counter is missing"
    )
    assert await place.records() == []
    assert (await place.post([called(0), called(2)], Mode.BATCH)).status == 202
    assert len(await place.records()) == 2


@pytest.mark.kafka
async def test_while_the_broker_is_away_nothing_is_acknowledged(
    fresh_apache: ApacheKafka, topic_prefix: str, tmp_path: Path
) -> None:
    async with ready_gateway(
        fresh_apache.bootstrap, topic_prefix, tmp_path, gateway_patience=2
    ) as place:
        assert (await place.post(called(0))).status == 202
        fresh_apache.kill()
        answer = await place.post(called(1))
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "2"
        assert answer.body["type"] == "urn:hallwatch:problem:not-taken"
        assert "send them again, they count once" in answer.body["detail"]
        ready = await place.ask("GET", "readyz")
        assert (ready.status, ready.body["ready"]) == (503, False)
        assert ready.body["waits_for"][0].startswith(f"Kafka: {fresh_apache.bootstrap} ")
        assert (await place.ask("GET", "healthz")).status == 200, "nobody should restart it"
        assert (await place.post({"x": 1})).status == 422, "what is wrong is told all the same"

        fresh_apache.start()
        await place.until_taken(called(1))
        assert (await place.ask("GET", "readyz")).body == {"ready": True, "waits_for": []}
        stands = {msgspec.json.decode(value)["id"] for value in await place.values()}
        assert stands == {"q-0", "q-1"}

        # It holds its answer back: nobody waits for ever.
        fresh_apache.pause()
        assert (await place.post(called(2))).status == 503
        fresh_apache.resume()
        await place.until_taken(called(2))
        assert msgspec.json.encode(called(2)) in await place.values()
