"""The generic webhook against a receiver that checks: one alert, several, none, signed."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from schemas.outcomes import AlertMessage
from sinks.channel_webhook import ONE, SEVERAL, Webhook, WebhookSettings
from sinks.channels import UndeliverableError
from sinks.courier import Passing, Refused, Taken
from sinks.notice import NoticeKind
from tests.sinks.courier_parts import SleptTime
from tests.sinks.receivers import Answer, WebhookReceiver
from tests.sinks.receivers.webhook import SECRET
from tests.sinks.samples import message, notice

Open = Callable[..., Webhook]


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    opened = await WebhookReceiver(secret=SECRET).start()
    yield opened
    await opened.stop()


@pytest.fixture
async def webhook(receiver: WebhookReceiver) -> AsyncIterator[Open]:
    async with aiohttp.ClientSession() as session:

        def open_one(**given: Any) -> Webhook:
            settings = WebhookSettings(**{"url": receiver.url, "secret": SECRET, **given})
            return Webhook(settings, session)

        yield open_one


async def test_one_alert_is_a_cloud_event_with_its_words(
    receiver: WebhookReceiver, webhook: Open
) -> None:
    sent = notice()
    assert await webhook().attempt(sent) == Taken()
    (taken,) = receiver.taken
    assert taken.headers["Content-Type"] == ONE
    assert taken.headers["Idempotency-Key"] == sent.id
    (event,) = receiver.events
    assert event["specversion"] == "1.0"
    assert event["alerttext"].splitlines() == [
        "【超时】复杂事项预约等候已超 30秒",
        "户籍科 12号窗口",
        "请尽快叫号",
        "我知道了: https://hall.test/act?sig=open-sesame",
    ]
    assert (event["noticeid"], event["noticekind"]) == (sent.id, "breached")
    assert msgspec.json.decode(taken.body, type=AlertMessage) == sent.alerts[0]


async def test_several_alerts_are_a_batch_and_the_words_stand_once(
    receiver: WebhookReceiver, webhook: Open
) -> None:
    alerts = tuple(message(f"a/{number}/breached") for number in range(3))
    assert await webhook().attempt(notice("group-7", alerts=alerts)) == Taken()
    (taken,) = receiver.taken
    assert taken.headers["Content-Type"] == SEVERAL
    assert msgspec.json.decode(taken.body, type=list[AlertMessage]) == list(alerts)
    assert ["alerttext" in event for event in receiver.events] == [True, False, False]
    assert {event["noticeid"] for event in receiver.events} == {"group-7"}


async def test_a_digest_is_an_event_of_its_own(receiver: WebhookReceiver, webhook: Open) -> None:
    sent = notice("digest/2022-10-14", kind=NoticeKind.DIGEST, alerts=())
    assert await webhook().attempt(sent) == Taken()
    (event,) = receiver.events
    assert event["type"] == "hall.notice.digest"
    assert event["alerttext"].startswith(sent.title)
    assert event["data"]["title"] == sent.title
    assert event["data"]["links"] == [
        {"title": "我知道了", "url": "https://hall.test/act?sig=open-sesame"}
    ]


async def test_a_wrong_secret_is_refused(receiver: WebhookReceiver, webhook: Open) -> None:
    assert await webhook(secret="other").attempt(notice()) == Refused("refused with HTTP 401")
    assert await webhook(secret="").attempt(notice()) == Refused("refused with HTTP 401")
    assert receiver.taken == []


async def test_an_id_with_chinese_in_it_is_a_header_all_the_same(
    receiver: WebhookReceiver, webhook: Open
) -> None:
    assert await webhook().attempt(notice("承诺/A1/1/breached\r\nX-Evil: 1")) == Taken()
    (taken,) = receiver.taken
    assert "X-Evil" not in taken.headers
    assert taken.json()["id"].startswith("承诺")


async def test_a_receiver_that_fails_and_asks_to_wait_gets_it_later(
    receiver: WebhookReceiver, webhook: Open
) -> None:
    receiver.misbehave(Answer(429, {"Retry-After": "30"}))
    receiver.misbehave(Answer(500))
    time = SleptTime()
    await time.courier(webhook()).send(notice())
    assert len(receiver.asked) == 3
    assert time.pauses[0] == 30.0
    assert len({asked.headers["Idempotency-Key"] for asked in receiver.asked}) == 1
    assert len(receiver.events) == 1


async def test_a_receiver_that_comes_back_gets_it(
    receiver: WebhookReceiver, webhook: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await receiver.stop()

    async def come_back_at_the_third(pauses: int) -> None:
        if pauses == 3:
            await receiver.start()

    await SleptTime(come_back_at_the_third).courier(webhook()).send(notice())
    assert len(receiver.events) == 1
    assert "unreachable" in caplog.text


async def test_no_secret_is_said(
    receiver: WebhookReceiver, webhook: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await receiver.stop()
    courier = SleptTime().courier(webhook())
    with pytest.raises(UndeliverableError, match=r"unreachable .*, given up after \d+") as caught:
        await courier.send(notice())
    settings = WebhookSettings(url=receiver.url, secret=SECRET)
    said = f"{caught.value} {caplog.text} {courier.name} {settings!r} {courier._way!r}"
    assert "127.0.0.1" in said
    assert "hunter2" not in said
    assert "geheim" not in said


async def test_a_hang_passes(receiver: WebhookReceiver, webhook: Open) -> None:
    receiver.misbehave(Answer(hangs=True))
    hasty = webhook(timeout=timedelta(milliseconds=200))
    assert await hasty.attempt(notice()) == Passing("no answer in time")
