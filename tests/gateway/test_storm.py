"""Two hundred senders, a twentieth of what they send broken, the broker's power cut midway: no
acknowledged event is lost, none is acknowledged that is not there; and a stop keeps its word."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.gateway.running import GatewayProcess, called, settings_for
from tests.gateway.storm import SENDERS, mistakes, rage, storm_settings
from tests.kafka.apache import ApacheKafka
from tests.pipeline.waiting import eventually_async

pytestmark = pytest.mark.kafka

SEED = 20221014


async def test_no_acknowledged_event_is_lost_and_no_lost_one_acknowledged(
    fresh_apache: ApacheKafka, topic_prefix: str, tmp_path: Path
) -> None:
    settings = storm_settings(fresh_apache, topic_prefix, tmp_path)
    with GatewayProcess(tmp_path / "gateway.log", settings) as gateway:
        place = await gateway.start()
        await place.until_ready()
        books = await rage(fresh_apache, place, 4.0, SEED)
        assert mistakes(books, await place.records(), settings.partitions) == []
        assert len(books.acknowledged) > SENDERS
        assert books.told[422] + books.told[400] > 0
        assert books.told[503] > 0, "the outage was felt"
        gateway.terminate()
        assert await gateway.ended() == 0


async def test_a_stop_answers_what_is_in_hand_and_takes_nothing_more(
    fresh_apache: ApacheKafka, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(
        fresh_apache.bootstrap, topic_prefix, tmp_path, gateway_patience=60, stop_seconds=60
    )
    with GatewayProcess(tmp_path / "gateway.log", settings) as gateway:
        place = await gateway.start()
        await place.until_ready()
        fresh_apache.pause()
        waiting = asyncio.create_task(place.post(called(1)))

        async def in_hand() -> bool:
            page = (await place.ask("GET", "metrics")).body
            return "hallwatch_gateway_requests_in_hand 1.0" in page

        await eventually_async(in_hand, "the gateway waits for Kafka")
        gateway.terminate()

        async def refused() -> bool:
            try:
                await place.ask("GET", "healthz")
            except OSError:
                return True
            return False

        await eventually_async(refused, "nobody new is let in")
        assert not waiting.done()
        fresh_apache.resume()
        assert (await waiting).status == 202
        assert await gateway.ended() == 0
        assert await place.values() == [msgspec.json.encode(called(1))]


async def test_it_starts_before_its_broker_and_stops_at_once(tmp_path: Path) -> None:
    settings = settings_for("127.0.0.1:1", "nowhere", tmp_path, status_port=0)
    with GatewayProcess(tmp_path / "gateway.log", settings) as gateway:
        place = await gateway.start()
        assert (await place.ask("GET", "healthz")).body == "ok\n"
        answer = await place.post(called(1))
        assert (answer.status, answer.body["title"]) == (503, "Kafka has not taken it")
        # Where senders come in, a load balancer learns whether; why not is said elsewhere.
        ready = await place.ask("GET", "readyz")
        assert (ready.status, ready.body) == (503, {"ready": False, "waits_for": []})
        assert (await place.ask("GET", "metrics")).status == 404
        apart = re.search(r"status: (\S+)", gateway.text())
        assert apart
        told = await replace(place, url=apart[1]).ask("GET", "readyz")
        assert (told.status, told.body["waits_for"][0][:6]) == (503, "Kafka:")
        gateway.terminate()
        assert await gateway.ended() == 0
