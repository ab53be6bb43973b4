"""Chiefs are told over every kind of channel, each once, whatever their receivers and the worker
go through: real Kafka, real HTTP and SMTP, kill -9."""

import time
from pathlib import Path

import msgspec
import pytest

from schemas.channel import CHANNEL_FAILED
from schemas.deadletters import DeadLetter
from schemas.topics import DEAD_LETTERS
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.chats import answered, requested
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.hall import Hall, send
from tests.pipeline.told import AILING, Receivers, write_rules
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka

CHATS = 8
EACH_BY_ITSELF = 'group-within = "0 s"\nstorm-messages = 1000\ndigest = false\n'


async def test_whatever_receivers_go_through_and_killed_twice_each_is_told_each_once(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    receivers = Receivers()
    await receivers.start()
    rules = write_rules(tmp_path / "rules", receivers, EACH_BY_ITSELF)
    hall = Hall(Broker("apache", apache_kafka.bootstrap), database, tmp_path)
    worker = process_of(hall, tmp_path / "log", rules=rules, session_seconds=4)
    once = {str(number): 1 for number in range(CHATS)}

    def all_opened() -> bool:
        return all(len(told.openings) == CHATS for told in receivers.told().values())

    def all_over() -> bool:
        return all(len(told.ends) == CHATS for told in receivers.told().values())

    def ail() -> dict[str, int]:
        """An error code in a 200, a limit, an error, and nobody there."""
        receivers.wecom.misbehave(receivers.wecom.too_fast, 10_000)
        receivers.dingtalk.misbehave(receivers.dingtalk.too_fast, 10_000)
        receivers.webhook.misbehave(AILING, 10_000)
        receivers.mail.answers.extend(["451 try again later"] * 10_000)
        return {name: len(receiver.asked) for name, receiver in receivers.over_http.items()}

    def recover() -> None:
        for receiver in receivers.over_http.values():
            receiver.answers.clear()
        receivers.mail.answers.clear()

    def tried(before: dict[str, int]) -> bool:
        reached = [name for name in before if name != "feishu"]
        over_http = receivers.over_http
        return all(len(over_http[name].asked) > before[name] for name in reached)

    try:
        async with hall.producing() as producer:
            with worker:
                before = ail()
                await receivers.feishu.stop()
                await worker.start()
                chats = [requested(f"chat-{number}", time.time()) for number in range(CHATS)]
                await send(hall, producer, chats)
                await eventually(lambda: tried(before), "messages wait")
                assert not any(told.openings for told in receivers.told().values())
                worker.kill()
                recover()
                await receivers.feishu.start()
                await worker.start()
                await eventually(all_opened, "everybody is told of each chat")
                before = ail()
                await receivers.feishu.stop()
                answers = [answered(f"chat-{number}", time.time()) for number in range(CHATS)]
                await send(hall, producer, answers)
                await eventually(lambda: tried(before), "ends wait")
                worker.kill()
                recover()
                await receivers.feishu.start()
                await worker.start()
                await eventually(all_over, "everybody is told of each end")
                assert worker.terminate() == 0, worker.tail()
        for name, told in receivers.told().items():
            assert dict(told.openings) == once, name
            assert dict(told.ends) == once, name
    finally:
        await receivers.stop()


async def test_what_is_given_up_is_a_dead_letter_and_an_alert_through_the_others(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    receivers = Receivers()
    await receivers.start()
    notify = EACH_BY_ITSELF + 'give-up-after = "3 s"\nstorm-within = "1 s"\n'
    rules = write_rules(tmp_path / "rules", receivers, notify)
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, rules=rules)
    webhook, wecom = receivers.webhook, receivers.wecom
    failed = f"{CHANNEL_FAILED}/webhook/1"

    def said_of_failure(phase: str) -> int:
        return sum(f"{phase}" in asked.body.decode() for asked in wecom.taken)

    def row() -> list[dict[str, str]]:
        return database.ask(f"SELECT state FROM alerts_now WHERE alert = '{failed}'")

    try:
        webhook.misbehave(AILING, 10_000)
        async with hall.working() as worker, hall.producing() as producer:
            await eventually(lambda: worker.assigned, "the partitions are here")
            await send(hall, producer, [requested("chat-1", time.time())])
            await eventually(lambda: said_of_failure("webhook"), "the failure is told of")
            await eventually(lambda: row() == [{"state": "breached"}], "and recorded")
            (record, *_) = await hall.read(DEAD_LETTERS, 1)
            letter = msgspec.json.decode(record.value, type=DeadLetter)
            assert (letter.reason, letter.field) == ("undelivered", "webhook")
            assert "online-first-response/chat-1/1/breached" in letter.detail
            webhook.answers.clear()
            await send(hall, producer, [requested("chat-2", time.time())])
            await eventually(lambda: row() == [{"state": "closed"}], "it delivers again")
            await eventually(lambda: said_of_failure("webhook") == 2, "which is told of, too")
        told = [event["data"]["alert"] for event in webhook.events]
        assert told == ["online-first-response/chat-2/1"]
        assert [event["data"]["alert"] for event in webhook.events if failed in str(event)] == []
    finally:
        await receivers.stop()


async def test_many_at_once_are_one_list_and_every_alert_in_it_is_there_once(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    receivers = Receivers()
    await receivers.start()
    notify = 'group-within = "4 s"\ndigest = false\n'
    rules = write_rules(tmp_path / "rules", receivers, notify)
    hall = Hall(Broker("apache", apache_kafka.bootstrap), database, tmp_path, rules=rules)
    try:
        async with hall.working() as worker, hall.producing() as producer:
            await eventually(lambda: worker.assigned, "the partitions are here")
            chats = [f"chat-{number}" for number in range(CHATS)]
            await send(hall, producer, [requested(chat, time.time()) for chat in chats])

            def events() -> list[str]:
                return [event["id"] for event in receivers.webhook.events]

            await eventually(lambda: len(events()) == CHATS, "all are told")
            await send(hall, producer, [answered(chat, time.time()) for chat in chats])
            await eventually(lambda: len(events()) == 2 * CHATS, "all ends are told")
        phases = ("breached", "closed")
        expected = [f"online-first-response/{chat}/1/{one}" for chat in chats for one in phases]
        assert sorted(events()) == sorted(expected)
        assert len(receivers.webhook.taken) < CHATS, "in lists"
    finally:
        await receivers.stop()
