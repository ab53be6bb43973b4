"""A courier tries until it is taken, refused, or too late; and keeps the pace."""

import logging
from datetime import timedelta

import pytest

from sinks.backoff import BackOff
from sinks.channels import UndeliverableError
from sinks.courier import Attempt, Passing, Patience, Refused, Taken
from sinks.notice import Notice
from sinks.pace import Limit
from tests.sinks.courier_parts import SleptTime
from tests.sinks.samples import notice

PATIENCE = Patience(back_off=BackOff(first=timedelta(seconds=1), cap=timedelta(seconds=8)))


class Script:
    """A way whose attempts end as written; then they are taken."""

    name = "script host.test"

    def __init__(self, time: SleptTime, *ends: Attempt) -> None:
        self._time = time
        self._ends = list(ends)
        self.at: list[float] = []

    async def attempt(self, notice: Notice) -> Attempt:
        self.at.append(self._time.now - 1_000.0)
        return self._ends.pop(0) if self._ends else Taken()


async def test_it_is_tried_until_it_is_taken() -> None:
    time = SleptTime()
    way = Script(time, Passing("HTTP 500"), Passing("HTTP 500"), Passing("HTTP 502"))
    await time.courier(way, patience=PATIENCE).send(notice())
    assert len(way.at) == 4
    for pause, doubled in zip(time.pauses, [1, 2, 4], strict=True):
        assert doubled / 2 <= pause <= doubled


@pytest.mark.parametrize(
    ("wish", "least", "most"),
    [(0.0, 0.5, 1.0), (0.1, 0.5, 1.0), (30.0, 30.0, 30.0), (86_400.0, 600.0, 600.0)],
)
async def test_a_wish_is_heeded_within_reason(wish: float, least: float, most: float) -> None:
    time = SleptTime()
    await time.courier(Script(time, Passing("busy", wish)), patience=PATIENCE).send(notice())
    (pause,) = time.pauses
    assert least <= pause <= most


async def test_a_refusal_is_final() -> None:
    time = SleptTime()
    way = Script(time, Refused("refused with HTTP 404"))
    with pytest.raises(UndeliverableError, match=r"^script host\.test: refused with HTTP 404$"):
        await time.courier(way).send(notice())
    assert len(way.at) == 1


async def test_after_long_enough_it_is_given_up() -> None:
    time = SleptTime()
    way = Script(time, *[Passing("HTTP 503", 60.0)] * 100)
    with pytest.raises(UndeliverableError, match="HTTP 503, given up after 61 tries"):
        await time.courier(way, name="科长", patience=Patience()).send(notice())
    assert way.at[-1] == 3600.0


async def test_the_trouble_is_told_while_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    time = SleptTime()
    courier = time.courier(Script(time, Passing("errcode 45009")), name="科长")
    seen: list[str] = []

    async def look(_: int) -> None:
        seen.append(courier.trouble)

    time.meanwhile = look
    await courier.send(notice())
    assert seen == ["sending: errcode 45009"]
    assert courier.trouble == ""
    away, back = [record.getMessage() for record in caplog.records]
    assert away.startswith("科长 (script host.test) is away (sending: errcode 45009)")
    assert back.startswith("科长 (script host.test) is back")


async def test_a_refusal_ends_an_outage() -> None:
    time = SleptTime()
    courier = time.courier(Script(time, Passing("HTTP 500"), Refused("refused")))
    with pytest.raises(UndeliverableError):
        await courier.send(notice())
    assert courier.trouble == ""


async def test_more_than_the_limit_wait_for_the_minute_to_pass() -> None:
    time = SleptTime()
    way = Script(time)
    courier = time.courier(way, Limit(20, 60.0))
    for number in range(45):
        await courier.send(notice(str(number)))
    assert way.at == [0.0] * 20 + [60.0] * 20 + [120.0] * 5


async def test_failed_attempts_count_as_well() -> None:
    time = SleptTime()
    way = Script(time, *[Passing("busy", 1.0)] * 3)
    patience = Patience(back_off=BackOff(first=timedelta(seconds=1), cap=timedelta(seconds=1)))
    await time.courier(way, Limit(2, 60.0), patience=patience).send(notice())
    assert way.at == [0.0, 1.0, 60.0, 61.0]
