"""One POST: what a status means, and that nothing of an address is said but the host."""

from datetime import timedelta
from email.utils import formatdate

import aiohttp
import pytest

from sinks.courier import Attempt, Passing, Refused, Taken
from sinks.http_post import Reply, by_status, host_of, post, retry_after
from tests.sinks.receivers import Answer, HttpReceiver

SOON = timedelta(milliseconds=200)
LATER = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "means"),
    [
        *((status, Taken()) for status in (200, 201, 202, 204)),
        *((status, Passing(f"HTTP {status}", 7.0)) for status in (408, 425, 429, 500, 502, 503)),
        *(
            (status, Refused(f"refused with HTTP {status}"))
            for status in (301, 302, 307, 400, 401, 403, 404, 410, 413, 422)
        ),
    ],
)
def test_a_status_says_whether_to_try_again(status: int, means: Attempt) -> None:
    assert by_status(Reply(status, {}, b"", 7.0)) == means


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


async def sent_to(url: str, within: timedelta = LATER) -> Reply | Passing:
    async with aiohttp.ClientSession() as session:
        return await post(session, url, b"{}", {}, within)


async def test_an_answer_is_read_with_the_wait_it_asks_for() -> None:
    receiver = await HttpReceiver(Answer(503, {"Retry-After": "30"}, b"later")).start()
    reply = await sent_to(receiver.url)
    await receiver.stop()
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body, reply.wish) == (503, b"later", 30.0)


async def test_an_answer_without_end_is_read_within_bounds() -> None:
    receiver = await HttpReceiver(Answer(200, {}, b"x" * 10_000_000)).start()
    reply = await sent_to(receiver.url)
    await receiver.stop()
    assert isinstance(reply, Reply)
    assert len(reply.body) == 64 * 1024


async def test_a_redirect_is_not_followed() -> None:
    other = await HttpReceiver().start()
    receiver = await HttpReceiver(Answer(307, {"Location": other.url})).start()
    reply = await sent_to(receiver.url)
    await receiver.stop()
    await other.stop()
    assert isinstance(reply, Reply)
    assert reply.status == 307
    assert other.asked == []


async def test_who_reads_and_never_answers_is_left_in_time() -> None:
    receiver = await HttpReceiver(Answer(hangs=True)).start()
    assert await sent_to(receiver.url, SOON) == Passing("no answer in time")
    await receiver.stop()


async def test_who_is_gone_is_said_to_be_unreachable_without_his_address() -> None:
    receiver = await HttpReceiver().start()
    url = receiver.url
    await receiver.stop()
    assert await sent_to(url) == Passing("unreachable (ClientConnectorError)")


@pytest.mark.parametrize("url", ["http://", "http://a b/hunter2", "http://[::1/hunter2", "hunter2"])
async def test_an_address_that_is_none_is_no_exception(url: str) -> None:
    answer = await sent_to(url)
    assert isinstance(answer, Passing)
    assert "hunter2" not in answer.problem


def test_of_an_address_the_host_is_said() -> None:
    assert host_of("https://user:pw@hall.test:8443/robot/x?key=y") == "hall.test"
    assert host_of("nonsense") == "?"
