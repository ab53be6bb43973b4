"""The scripted hall on the wall clock: exactly the expected requests reach WeCom, DingTalk, Feishu,
a mailbox and a webhook, whatever they and the worker go through.

Real Kafka, a worker process that is killed twice, real HTTP and SMTP. A receiver is away for
HALLWATCH_AWAY_SECONDS (3; the long way is 120, in which robots that answer "too fast" are also
waited for by the worker that was told so).
"""

import asyncio
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from schemas.decode import Event
from schemas.everywhere import EVERYWHERE
from schemas.outcomes import AlertMessage
from schemas.topics import DEAD_LETTERS
from sinks.query import QueryRefusedError
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.hall import Hall
from tests.pipeline.told import AILING, Receivers
from tests.pipeline.waiting import eventually
from tests.scripted_day.found import said_in
from tests.scripted_day.hall import CLIMBS_AFTER_S, expected, taken, told, write_rules
from tests.scripted_day.hour import Due, Hour
from tests.scripted_day.replay import told as said_on
from tests.sinks.receivers import Answer

pytestmark = pytest.mark.kafka

AWAY_S = float(os.environ.get("HALLWATCH_AWAY_SECONDS", "3"))

#: Longer than robots want to be left alone after "too fast".
_LONG_S = 90

#: Nobody is told of what was found while the log was behind, or of what somebody silenced.
_TOLD = "NOT historical AND NOT silenced"

_SLOW_DOWN = Answer(429, {"Retry-After": "1"})


class Stage:
    """A hall, its receivers, and a worker that may be killed."""

    def __init__(self, hall: Hall, receivers: Receivers, worker: WorkerProcess) -> None:
        self.hall = hall
        self.receivers = receivers
        self.worker = worker
        self.marks: dict[str, int] = {}

    async def send(self, producer: AIOKafkaProducer, events: Iterable[Event]) -> None:
        for event in events:
            everywhere = isinstance(event, EVERYWHERE)
            for partition in range(self.hall.settings.partitions) if everywhere else (None,):
                await producer.send_and_wait(
                    self.hall.events,
                    msgspec.json.encode(event),
                    key=event.subject.encode(),
                    partition=partition,
                )

    async def ail(self) -> None:
        """200 with an error code, a limit in a 200, nobody there, a limit, and an error."""
        receivers = self.receivers
        receivers.wecom.misbehave(receivers.wecom.too_fast, 10_000)
        receivers.dingtalk.misbehave(receivers.dingtalk.too_fast, 10_000)
        await receivers.feishu.stop()
        receivers.webhook.misbehave(_SLOW_DOWN, 10_000)
        receivers.mail.answers.extend(["451 try again later"] * 10_000)
        self.marks = self._tried()

    def all_tried(self) -> bool:
        """Whoever can be reached was asked since, in vain."""
        return all(self._tried()[kind] > before for kind, before in self.marks.items())

    async def killed_midway(self) -> None:
        """kill -9 while messages wait; the next worker finds most receivers well, two that are
        so only after a while, and one that stays away for longer."""
        receivers, long = self.receivers, AWAY_S >= _LONG_S
        self.worker.kill()
        for receiver in receivers.over_http.values():
            receiver.answers.clear()
        receivers.mail.answers.clear()
        receivers.webhook.misbehave(_SLOW_DOWN)
        receivers.webhook.misbehave(AILING)
        receivers.mail.answers.append("451 try again later")
        if long:
            receivers.wecom.misbehave(receivers.wecom.too_fast)
            receivers.dingtalk.misbehave(receivers.dingtalk.too_fast)
        await self.worker.start()
        # Nothing is waited for here but the time it is away: that is the case.
        await asyncio.sleep(AWAY_S)
        await receivers.feishu.start()

    def _tried(self) -> dict[str, int]:
        over_http = self.receivers.over_http
        tried = {kind: len(over_http[kind].asked) for kind in ("wecom", "dingtalk", "webhook")}
        return {**tried, "mail": self.receivers.mail.tried}

    def rows(self, where: str) -> int:
        """Alerts people may be told of in ClickHouse of which that is true."""
        try:
            found = self.hall.database.ask(
                f"SELECT count() AS n FROM alerts_now WHERE {where} AND {_TOLD}"
            )
        except QueryRefusedError:
            return 0  # the worker is still making the tables
        return int(found[0]["n"])


async def test_each_receiver_gets_each_beginning_and_each_end_once(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    receivers, hour = Receivers(), Hour()
    await receivers.start()
    rules = write_rules(tmp_path / "rules", receivers, hour.zone)
    hall = Hall(Broker("apache", apache_kafka.bootstrap), database, tmp_path)
    worker = process_of(
        hall, tmp_path / "log", rules=rules, session_seconds=4, horizon_hours=24 * 30
    )
    stage, due = Stage(hall, receivers, worker), hour.due()

    def all_told(since: dict[str, int], ends: bool) -> bool:
        wanted = expected(due, ends)
        found = {kind: texts[since[kind] :] for kind, texts in taken(receivers).items()}
        return all(told(found[kind], due).keys() >= names.keys() for kind, names in wanted.items())

    async with hall.producing() as producer:
        try:
            with worker:
                await stage.ail()
                await worker.start()
                await stage.send(producer, [hour.silence(), *hour.watched()])
                await eventually(lambda: stage.rows("state = 'breached'") == 1, "it is late")
                seen = hour.act("acknowledged", "online-first-response/chat-seen/1", "chief-online")
                await stage.send(producer, [seen])
                await eventually(lambda: stage.rows("acknowledged_by != ''") == 1, "it is seen")
                await stage.send(producer, hour.openings())
                climbed = sum(one.level for one in due)
                await eventually(
                    lambda: stage.rows("escalation_level = 1") == climbed, "deputies are due"
                )
                await eventually(stage.all_tried, "messages wait everywhere")
                nothing = dict.fromkeys(taken(receivers), 0)
                assert {kind: len(texts) for kind, texts in taken(receivers).items()} == nothing
                await stage.killed_midway()
                await eventually(lambda: all_told(nothing, False), "all beginnings are told")
                opened = {kind: len(texts) for kind, texts in taken(receivers).items()}
                await stage.ail()
                await stage.send(producer, hour.endings())
                ended = sum(bool(one.ended) for one in due)
                await eventually(lambda: stage.rows("state = 'closed'") == ended, "all that ends")
                await eventually(stage.all_tried, "ends wait everywhere")
                await stage.killed_midway()
                await eventually(lambda: all_told(opened, True), "all ends are told")
                assert worker.terminate() == 0, worker.tail()
            texts = taken(receivers)
            for kind, names in expected(due, False).items():
                assert told(texts[kind][: opened[kind]], due) == names, kind
            for kind, names in expected(due, True).items():
                assert told(texts[kind][opened[kind] :], due) == names, kind
            assert webhook_ids(receivers) == ids_for("webhook", due)
            # Whoever was told that a citizen waits is told that he does not, in those words.
            assert not [text for text in texts["dingtalk"] if "no need to warn" in text]
            messages = await said_on(hall, sum(len(one.phases) for one in due))
            assert said_in(messages) == {one.alert: one.phases for one in due}
            climbed_in_time(messages)
            assert rows_in(database) == rows_of(due)
            assert await hall.read(DEAD_LETTERS, 0) == []
        finally:
            await receivers.stop()


def webhook_ids(receivers: Receivers) -> list[str]:
    return sorted(event["id"] for event in receivers.webhook.events)


def ids_for(kind: str, due: Iterable[Due]) -> list[str]:
    """Of the messages to the director, who is told of nothing before it climbed."""
    return sorted(
        f"{one.alert}/{phase}" for one in due if kind in one.opened for phase in one.phases[1:]
    )


def climbed_in_time(messages: Iterable[AlertMessage]) -> None:
    """Not before the set time; that it is not after it is the core's test."""
    said = {message.id: msgspec.convert(message.time, datetime) for message in messages}
    for id_, at in said.items():
        alert, _, phase = id_.rpartition("/")
        if phase == "escalated-1":
            assert (at - said[f"{alert}/breached"]).total_seconds() >= CLIMBS_AFTER_S, id_


def rows_in(database: Database) -> list[tuple[str, str, int, bool]]:
    rows = database.ask(f"SELECT * FROM alerts_now WHERE {_TOLD}")
    return sorted(
        (row["alert"], row["closed_as"], int(row["escalation_level"]), row["acknowledged_by"] != "")
        for row in rows
    )


def rows_of(due: Iterable[Due]) -> list[tuple[str, str, int, bool]]:
    return sorted((one.alert, one.ended, one.level, one.acknowledged) for one in due)
