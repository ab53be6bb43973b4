"""apprise over its own JSON service, to a real receiver."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from sinks.courier import Passing, Taken
from sinks.notice import NoticeKind
from tests.sinks.receivers import Answer, HttpReceiver
from tests.sinks.samples import notice

if TYPE_CHECKING:
    from sinks.channel_apprise import Apprise

pytestmark = pytest.mark.usefixtures("apprise_installed")

SOON = timedelta(milliseconds=300)


class Slow(HttpReceiver):
    """Takes what comes, and says so only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def _take(self, request: web.Request) -> web.Response:
        answer = await super()._take(request)
        await self.let_go.wait()
        return answer


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    opened = await HttpReceiver().start()
    yield opened
    await opened.stop()


@pytest.fixture
async def slow() -> AsyncIterator[Slow]:
    opened = await Slow().start()
    yield opened
    opened.let_go.set()
    await opened.stop()


def apprise_to(receiver: HttpReceiver, **given: timedelta) -> "Apprise":
    from sinks.channel_apprise import Apprise, AppriseSettings

    address = f"json://hall:hunter2-pw@127.0.0.1:{receiver.port}{receiver.path}"
    return Apprise(AppriseSettings(url=address, **given))


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        (NoticeKind.WARNED, "warning"),
        (NoticeKind.BREACHED, "failure"),
        (NoticeKind.CLOSED, "success"),
        (NoticeKind.TEST, "info"),
    ],
)
async def test_a_notice_arrives(receiver: HttpReceiver, kind: NoticeKind, type_: str) -> None:
    assert await apprise_to(receiver).attempt(notice(kind=kind)) == Taken()
    body = receiver.taken[0].json()
    assert body["type"] == type_
    assert body["title"] == "【超时】复杂事项预约等候已超 30秒"
    assert "户籍科" in body["message"]
    assert "https://hall.test/act?sig=open-sesame" in body["message"]


async def test_a_no_passes(receiver: HttpReceiver) -> None:
    receiver.misbehave(Answer(500))
    way = apprise_to(receiver)
    assert await way.attempt(notice()) == Passing("not taken; apprise does not say why")
    assert await way.attempt(notice()) == Taken()


async def test_a_call_that_comes_back_late_is_not_made_twice(slow: Slow) -> None:
    way = apprise_to(slow, timeout=SOON)
    assert await way.attempt(notice("first")) == Passing("no answer in time")
    assert await way.attempt(notice("first")) == Passing("no answer in time")
    assert len(slow.asked) == 1
    slow.let_go.set()
    assert await way.attempt(notice("first")) == Taken()
    assert await way.attempt(notice("second")) == Taken()
    assert len(slow.asked) == 2


async def test_the_call_of_a_notice_given_up_does_not_answer_for_the_next(slow: Slow) -> None:
    way = apprise_to(slow, timeout=SOON)
    assert await way.attempt(notice("first")) == Passing("no answer in time")
    assert await way.attempt(notice("second")) == Passing("no answer in time")
    assert len(slow.asked) == 1
    slow.let_go.set()
    assert await way.attempt(notice("second")) == Taken()
    assert len(slow.asked) == 2


async def test_no_secret_is_said(receiver: HttpReceiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.misbehave(Answer(403))
    way = apprise_to(receiver)
    await way.attempt(notice())
    await receiver.stop()
    end = await way.attempt(notice())
    said = f"{caplog.text} {end} {way.name} {way._settings!r} {way!r}"
    assert "apprise json" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("address", "is_known"),
    [("json://hall.test/x", True), ("nonsense://x", False), ("", False), ("json://", False)],
)
def test_an_address_is_known_or_not(address: str, is_known: bool) -> None:
    from sinks.channel_apprise import Apprise, AppriseSettings, known

    assert known(address) == is_known
    if not is_known:
        with pytest.raises(ValueError, match="does not know"):
            Apprise(AppriseSettings(url=address))
