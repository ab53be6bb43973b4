"""Channels against a real receiver: taken, refused, asked to wait, gone, signed."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from email.utils import formatdate
from typing import Any

import aiohttp
import msgspec
import pytest

from schemas.outcomes import AlertMessage
from sinks.backoff import BackOff
from sinks.channels import (
    LogChannel,
    UndeliverableError,
    WebhookChannel,
    WebhookSettings,
    retry_after,
)
from tests.sinks.receiver import Answer, Receiver
from tests.sinks.samples import message

QUICK = BackOff(first=timedelta(milliseconds=2), cap=timedelta(milliseconds=10))
Open = Callable[..., WebhookChannel]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    opened = await Receiver().start()
    yield opened
    await opened.stop()


class Pauses(list[float]):
    """Stands for sleeping: notes how long, and lets the others run."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def webhook(receiver: Receiver, pauses: Pauses) -> AsyncIterator[Open]:
    async with aiohttp.ClientSession() as session:

        def open_one(**given: Any) -> WebhookChannel:
            settings = WebhookSettings(**{"url": receiver.url, "back_off": QUICK, **given})
            return WebhookChannel(settings, session, lambda: 1_700_000_000.9, pauses)

        yield open_one


async def test_the_alert_arrives_as_a_cloud_event_with_its_words(
    receiver: Receiver, webhook: Open
) -> None:
    sent = message()
    await webhook().send(sent, "超时：请处理")
    (taken,) = receiver.taken
    assert taken.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert taken.headers["Idempotency-Key"] == sent.id
    whole = msgspec.json.decode(taken.body)
    assert whole["specversion"] == "1.0"
    assert whole["alerttext"] == "超时：请处理"
    assert msgspec.json.decode(taken.body, type=AlertMessage) == sent
    assert "X-Hallwatch-Signature" not in taken.headers


async def test_the_signature_is_of_the_time_and_the_body(receiver: Receiver, webhook: Open) -> None:
    await webhook(secret="geheim").send(message(), "x")
    (taken,) = receiver.taken
    stamp, _, signature = taken.headers["X-Hallwatch-Signature"].partition(",v1=")
    assert stamp == "t=1700000000"
    wanted = hmac.new(b"geheim", b"1700000000." + taken.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, wanted)


async def test_an_id_with_chinese_in_it_is_a_header_all_the_same(
    receiver: Receiver, webhook: Open
) -> None:
    await webhook().send(message("承诺/A1/1/breached\r\nX-Evil: 1"), "x")
    (taken,) = receiver.taken
    assert "X-Evil" not in taken.headers
    assert msgspec.json.decode(taken.body)["id"].startswith("承诺")


@pytest.mark.parametrize("status", [500, 502, 503, 408, 425, 429])
async def test_what_may_pass_is_tried_again(receiver: Receiver, webhook: Open, status: int) -> None:
    receiver.answers.extend([Answer(status), Answer(status)])
    await webhook().send(message(), "x")
    assert len(receiver.taken) == 3
    assert len({taken.headers["Idempotency-Key"] for taken in receiver.taken}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422, 301, 307])
async def test_a_refusal_is_final(receiver: Receiver, webhook: Open, status: int) -> None:
    receiver.answers.append(Answer(status, {"Location": receiver.url}))
    with pytest.raises(UndeliverableError, match=f"refused with HTTP {status}"):
        await webhook().send(message(), "x")
    assert len(receiver.taken) == 1


async def test_retry_after_is_honoured(receiver: Receiver, webhook: Open, pauses: Pauses) -> None:
    receiver.answers.extend([Answer(429, {"Retry-After": "30"}), Answer(503)])
    await webhook().send(message(), "x")
    assert len(receiver.taken) == 3
    assert pauses[0] == 30
    assert pauses[1] <= QUICK.cap.total_seconds(), "its own back-off again"


async def test_a_retry_after_of_a_day_does_not_hold_up_for_a_day(
    receiver: Receiver, webhook: Open, pauses: Pauses
) -> None:
    receiver.answers.append(Answer(503, {"Retry-After": "86400"}))
    await webhook(longest_retry_after=timedelta(minutes=5)).send(message(), "x")
    assert pauses == [300]


async def test_a_receiver_that_comes_back_gets_the_message(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    await receiver.stop()
    pauses = 0

    async def come_back_at_the_third(_: float) -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 3:
            await receiver.start()

    async with aiohttp.ClientSession() as session:
        settings = WebhookSettings(url=receiver.url, back_off=QUICK)
        await WebhookChannel(settings, session, sleep=come_back_at_the_third).send(message(), "x")
    assert len(receiver.taken) == 1
    assert "unreachable" in caplog.text


async def test_after_long_enough_it_is_given_up_and_no_secret_is_said(
    receiver: Receiver, webhook: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await receiver.stop()
    channel = webhook(give_up_after=timedelta(0), secret="geheim")
    with pytest.raises(UndeliverableError, match=r"given up after \d+ tries") as caught:
        await channel.send(message(), "x")
    said = f"{caught.value} {caplog.text} {channel.name} {channel._settings!r}"
    assert "127.0.0.1" in said
    assert "hunter2" not in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("-7", 0.0),
        ("soon", 0.0),
        ("²", 0.0),
        (formatdate(1_700_000_120, usegmt=True), 120.0),
        (formatdate(1_600_000_000, usegmt=True), 0.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float) -> None:
    assert retry_after(header, 1_700_000_000.0) == seconds


async def test_the_log_gets_one_clear_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await LogChannel().send(message(), "超时\n请处理")
    await LogChannel().send(message(type="hall.alert.closed"), "解除")
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", "超时 请处理"),
        ("INFO", "解除"),
    ]
