"""Alertmanager against a receiver with its checks: opened, worsened, closed, by the labels."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from schemas.outcomes import AlertState, ClosedAs
from sinks.channel_alertmanager import TEST, Alertmanager, AlertmanagerSettings
from sinks.courier import Passing, Refused, Taken
from sinks.notice import Notice, NoticeKind
from tests.sinks.receivers import AlertmanagerReceiver, Answer
from tests.sinks.samples import at, message, notice

NOW = at(2_000)


@pytest.fixture
async def receiver() -> AsyncIterator[AlertmanagerReceiver]:
    opened = await AlertmanagerReceiver().start()
    yield opened
    await opened.stop()


@pytest.fixture
async def alertmanager(receiver: AlertmanagerReceiver) -> AsyncIterator[Alertmanager]:
    async with aiohttp.ClientSession() as session:
        root = f"http://127.0.0.1:{receiver.port}/"
        yield Alertmanager(AlertmanagerSettings(url=root), session, lambda: NOW)


def told(**given: Any) -> Notice:
    kind = given.pop("kind", NoticeKind.BREACHED)
    return notice(kind=kind, alerts=(message(**given),))


WARNED = told(kind=NoticeKind.WARNED, state=AlertState.WARNED, breached_at=None)
BREACHED = told()
CLOSED = told(
    kind=NoticeKind.CLOSED,
    state=AlertState.CLOSED,
    closed_as=ClosedAs.MET_LATE,
    closed_at=at(1_990),
)


async def test_an_alert_fires_from_its_warning_to_its_closing(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    severities = []
    for each in (WARNED, BREACHED, CLOSED):
        assert await alertmanager.attempt(each) == Taken()
        severities.append([labels["severity"] for labels in receiver.firing(NOW)])
    assert severities == [["warning"], ["critical"], []]
    assert len(receiver.alerts()) == 2, "the same two by their labels, all along"


async def test_an_open_alert_does_not_end_by_itself_in_five_minutes(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    await alertmanager.attempt(BREACHED)
    assert [labels["alertname"] for labels in receiver.firing(NOW + 3_600)] == [
        "appointment-wait-complex"
    ]


async def test_it_is_named_and_worded(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    await alertmanager.attempt(CLOSED)
    critical = next(a for a in receiver.alerts().values() if a.labels["severity"] == "critical")
    assert critical.labels == {
        "alertname": "appointment-wait-complex",
        "alert": "appointment-wait-complex/A0012-20221014/1",
        "journey": "A0012-20221014",
        "section": "sec-03",
        "service": "户籍",
        "counter": "12",
        "severity": "critical",
    }
    assert critical.annotations["summary"] == CLOSED.title
    assert critical.annotations["clause"] == "四（二）1"
    assert critical.startsAt is not None
    assert critical.endsAt is not None
    assert (critical.startsAt.timestamp(), critical.endsAt.timestamp()) == (at(1_800), at(1_990))


async def test_a_retraction_that_ends_before_it_began_is_taken(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    retracted = told(
        kind=NoticeKind.RETRACTED,
        state=AlertState.CLOSED,
        closed_as=ClosedAs.RETRACTED,
        closed_at=at(1),
        warned_at=None,
    )
    await alertmanager.attempt(BREACHED)
    assert await alertmanager.attempt(retracted) == Taken()
    assert receiver.firing(NOW) == []


async def test_several_go_in_one_request(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    alerts = tuple(message(f"{n}", alert=f"a/{n}/1", counter="") for n in range(3))
    assert await alertmanager.attempt(notice(alerts=alerts)) == Taken()
    assert len(receiver.taken) == 1
    assert sorted(labels["alert"] for labels in receiver.firing(NOW)) == ["a/0/1", "a/1/1", "a/2/1"]


async def test_a_digest_is_not_for_it(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    assert await alertmanager.attempt(notice(kind=NoticeKind.DIGEST, alerts=())) == Taken()
    assert receiver.asked == []


async def test_a_test_fires_for_a_minute(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    assert await alertmanager.attempt(notice(kind=NoticeKind.TEST)) == Taken()
    assert [labels["alertname"] for labels in receiver.firing(NOW + 59)] == [TEST]
    assert receiver.firing(NOW + 61) == []


async def test_a_status_says_whether_to_try_again(
    receiver: AlertmanagerReceiver, alertmanager: Alertmanager
) -> None:
    receiver.misbehave(Answer(503))
    assert await alertmanager.attempt(BREACHED) == Passing("HTTP 503")
    receiver.misbehave(Answer(400))
    assert await alertmanager.attempt(BREACHED) == Refused("refused with HTTP 400")
