"""`hallwatch deadletters`: what an operator finds, looks at and sends again, on every broker."""

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.topics import DEAD_LETTERS
from streams.worker import Worker
from tests.conftest import APACHE_ONLY, Broker
from tests.pipeline.chats import Sent, answered, requested
from tests.pipeline.command import hallwatch
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually

PHONE = "13800138000"
Headers = list[tuple[str, bytes]]


@pytest.fixture
def hall(broker: Broker, database: Database, tmp_path: Path) -> Hall:
    return Hall(broker, database, tmp_path)


class Operator:
    """At a terminal, with the deployment's settings."""

    def __init__(self, hall: Hall) -> None:
        self._settings = {
            name: getattr(hall.settings, name)
            for name in ("broker", "topic_prefix", "group", "partitions", "transactions", "data")
        }

    async def says(self, *words: object, returns: int = 0) -> str:
        told = await asyncio.to_thread(hallwatch, "deadletters", *words, **self._settings)
        assert told.returncode == returns, told.stdout + told.stderr
        return told.stdout + told.stderr

    async def listed(self, *words: object) -> list[dict[str, Any]]:
        text = await self.says("list", "--json", *words)
        return [msgspec.json.decode(line) for line in text.splitlines()]


async def refused(
    hall: Hall, worker: Worker, value: bytes, key: bytes | None, headers: Headers | None = None
) -> str:
    """Sends a record to be refused; returns its letter's address once that is written."""
    async with hall.producing() as producer:
        at = await producer.send_and_wait(hall.events, value, key=key, headers=headers)
    await eventually(
        lambda: worker.hall.lanes[at.partition].next_offset > at.offset, "it is decided"
    )
    return f"{hall.events}/{at.partition}/{at.offset}"


def binary(event: Sent) -> tuple[bytes, bytes, Headers]:
    """Value, key and headers in binary mode."""
    whole = msgspec.json.decode(event.value)
    data = msgspec.json.encode(whole.pop("data"))
    return data, event.key, [(f"ce_{name}", text.encode()) for name, text in whole.items()]


def replies(database: Database) -> dict[str, int]:
    rows = database.ask(
        "SELECT journey, first_response_ms FROM journeys_now WHERE first_response_ms IS NOT NULL"
    )
    return {row["journey"]: row["first_response_ms"] for row in rows}


@APACHE_ONLY
async def test_letters_are_listed_shown_and_sent_again_once(
    hall: Hall, database: Database, tmp_path: Path
) -> None:
    operator = Operator(hall)
    now = time.time()
    # Refused for being older than the horizon: nothing is wrong with its bytes.
    old = binary(requested("old", now - 7_200)), answered("old", now - 7_198)
    broken = requested("mended", now)
    personal = requested("personal", now).value.replace(b"permit", PHONE.encode())
    async with hall.working(horizon_hours=1) as worker, hall.producing() as producer:
        await eventually(lambda: len(worker.hall.lanes) == 4, "the partitions are assigned")
        reply = answered("mended", now + 2)
        await producer.send_and_wait(hall.events, reply.value, key=reply.key)
        value, key, headers = old[0]
        at_old = await refused(hall, worker, value, key, [*headers, ("trace", b"\x00\xff")])
        at_reply = await refused(hall, worker, old[1].value, old[1].key)
        at_broken = await refused(hall, worker, broken.value[:-1] + b"\x1b[2J", b"mended")
        at_personal = await refused(hall, worker, personal, b"personal")
        await _lists(operator, at_old, at_reply, at_broken, at_personal)
        await _shows(operator, hall.events, at_old, at_broken, at_personal, broken)
        assert "which?" in await operator.says("resend", returns=2)
        dry = await operator.says("resend", "--all", "--dry-run", returns=1)
        assert f"would be sent  {at_old}" in dry
        assert f"left  {at_broken}: would be refused again, malformed" in dry
        assert f"left  {at_personal}: personal data in it is masked" in dry
        assert len(await hall.read(DEAD_LETTERS, 4)) == 4, "nothing was sent, nothing noted"
        fixed = tmp_path / "fixed.json"
        fixed.write_bytes(broken.value)
        told = await operator.says("resend", at_broken, "--file", fixed)
        assert f"sent  {at_broken} -> {hall.events}/" in told
        await eventually(
            lambda: replies(database) == {"mended": 2_000}, "the mended event is in its journey"
        )
        fixed.write_bytes(broken.value[:-1])
        assert "the file would be refused" in await operator.says(
            "resend", at_personal, "--file", fixed, returns=1
        )
    # What refused them is mended.
    async with hall.working(horizon_hours=48):
        told = await operator.says("resend", "--reason", "too-late", "--partition", _number(at_old))
        assert "2 sent, 0 left" in told
        await eventually(
            lambda: replies(database) == {"mended": 2_000, "old": 2_000}, "they are taken now"
        )
        notes = {one["address"]: one["resent"] for one in await operator.listed()}
        assert notes.pop(at_personal) is None
        assert {where: note["mended"] for where, note in notes.items()} == {
            at_old: False,
            at_reply: False,
            at_broken: True,
        }
        assert "resent 20" in await operator.says("list")
        told = await operator.says("resend", "--all", returns=1)
        assert "0 sent, 1 left, 3 sent before" in told
        assert "1 sent, 0 left" in await operator.says("resend", at_reply, "--anyway")
    copies = database.one("SELECT count() AS n FROM events_now WHERE id = 'old/assist.message'")
    assert copies["n"] == 1
    assert replies(database) == {"old": 2_000, "mended": 2_000}


def _number(where: str) -> int:
    return int(where.split("/")[1])


async def _lists(
    operator: Operator, at_old: str, at_reply: str, at_broken: str, at_personal: str
) -> None:
    listed = {one["address"]: one for one in await operator.listed()}
    assert {where: one["reason"] for where, one in listed.items()} == {
        at_old: "too-late",
        at_reply: "too-late",
        at_broken: "malformed",
        at_personal: "personal-data",
    }
    assert listed[at_personal]["masked"]
    (only,) = await operator.listed("--reason", "malformed")
    assert only["address"] == at_broken
    assert len(await operator.listed("--since", "1h")) == 4
    assert await operator.listed("--since", "2999-01-01") == []
    assert len(await operator.listed("--limit", 1)) == 1
    of_one = await operator.listed("--partition", _number(at_old))
    assert {at_old, at_reply} <= {one["address"] for one in of_one}
    assert {one["partition"] for one in of_one} == {_number(at_old)}
    table = await operator.says("list")
    assert "4 of 4 shown" in table
    assert at_old in table


async def _shows(
    operator: Operator, events: str, at_old: str, at_broken: str, at_personal: str, broken: Sent
) -> None:
    """A terminal gets no control characters, a file gets the bytes."""
    shown = await operator.says("show", at_broken)
    assert "\x1b" not in shown
    assert r"\x1b[2J" in shown
    raw = await operator.says("show", at_broken, "--raw")
    assert raw.encode() == broken.value[:-1] + b"\x1b[2J"
    shown = await operator.says("show", at_old.removeprefix(f"{events}/"))
    assert "header   ce_type: assist.requested" in shown
    assert r"header   trace: \x00\xff" in shown
    assert PHONE not in await operator.says("show", at_personal)
    assert "no dead letter" in await operator.says("show", "3/99999", returns=1)
    assert "is no address" in await operator.says("show", "x", returns=2)
