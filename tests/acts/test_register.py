"""Acts as somebody asks for them: what is entered, what is refused, and as which event."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.act import AlertAcknowledged, AlertExcused, AlertsSilenced
from schemas.acting import ActKind, Asked, Entered, Filled, Refusal, Refused, SilenceAsked
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from streams.acts.events import journey_of
from streams.acts.links import Token, sign
from tests.acts.parts import KEY, NOW, WAIT, Desk, breach
from tests.core.hall import BOOK

ACK = Asked(kind=ActKind.ACKNOWLEDGE, alert=WAIT, by="chief-1")
EXCUSE = Asked(kind=ActKind.EXCUSE, alert=WAIT, by="chief-1", reason="系统升级，停了二十分钟")
OVER: dict[str, Any] = {
    "state": AlertState.CLOSED,
    "closed_as": ClosedAs.MET_LATE,
    "closed_at": NOW,
}
HANDLED: dict[str, Any] = {"acknowledged_at": NOW - 30, "acknowledged_by": "deputy-1"}
EXCUSED: dict[str, Any] = {
    "excused_at": NOW - 20, "excused_by": "deputy-1", "excused_reason": "停电"
}  # fmt: skip


def link(kind: ActKind = ActKind.ACKNOWLEDGE, by: str = "chief-1", alert: str = WAIT) -> str:
    return sign(KEY, Token(kind, alert, by, int(NOW) + 60, "sec-03", 3))


async def test_an_acknowledgement_is_an_event_of_its_journey_in_the_alerts_partition() -> None:
    desk = Desk(breach())
    entered = await desk.register.enter(ACK)
    assert isinstance(entered, Entered)
    ((partition, event),) = desk.sender.sent
    assert isinstance(event, AlertAcknowledged)
    assert (partition, event.subject, event.data.section) == (3, "A0012-20221014", "sec-03")
    assert (event.data.alert, event.data.by) == (WAIT, "chief-1")
    assert event.time == datetime.fromtimestamp(NOW, UTC)
    assert event.id == entered.id


async def test_an_excuse_has_its_reason_on_one_line() -> None:
    desk = Desk(breach())
    await desk.register.enter(replace(EXCUSE, reason=" 系统升级，\n停了  二十分钟 "))
    (event,) = desk.events
    assert isinstance(event, AlertExcused)
    assert event.data.reason == "系统升级， 停了 二十分钟"


async def test_the_same_twice_is_the_same_event_and_another_person_another() -> None:
    desk = Desk(breach())
    await desk.register.enter(ACK)
    desk.now += 5
    await desk.register.enter(ACK)
    await desk.register.enter(replace(ACK, by="deputy-1"))
    await desk.register.enter(EXCUSE)
    first, again, other, excuse = (event.id for event in desk.events)
    assert first == again
    assert len({first, other, excuse}) == 3


async def test_who_has_done_it_before_is_told_so_again_and_nothing_more_is_sent() -> None:
    desk = Desk(breach(**{**HANDLED, "acknowledged_by": "chief-1"}))
    entered = await desk.register.enter(ACK)
    assert isinstance(entered, Entered)
    assert entered.at == NOW - 30
    assert desk.events == []


REFUSED: dict[str, tuple[Asked, AlertRow, Refusal, str]] = {
    "a person who is not in the org chart": (
        replace(ACK, by="chief-2"), breach(), Refusal.UNKNOWN_PERSON, "by",
    ),
    "nobody": (replace(ACK, by=" "), breach(), Refusal.UNKNOWN_PERSON, "by"),
    "an alert there is none of": (
        replace(ACK, alert="A0012"), breach(), Refusal.UNKNOWN_ALERT, "alert",
    ),
    "acknowledged by somebody else": (ACK, breach(**HANDLED), Refusal.DONE, "alert"),
    "acknowledged when it is over": (ACK, breach(**OVER), Refusal.OVER, "alert"),
    "retracted": (
        ACK, breach(**{**OVER, "closed_as": ClosedAs.RETRACTED}), Refusal.RETRACTED, "alert",
    ),
    "a silent source": (
        ACK, breach(promise="source-silent"), Refusal.NO_PROMISE, "alert",
    ),
    "excused by somebody else": (EXCUSE, breach(**EXCUSED), Refusal.DONE, "alert"),
    "a warning that is to be excused": (
        EXCUSE, replace(breach(state=AlertState.WARNED), breached_at=None),
        Refusal.ONLY_WARNED, "alert",
    ),
    "an excuse without a reason": (
        replace(EXCUSE, reason=" \n"), breach(), Refusal.REASON_MISSING, "reason",
    ),
    "an endless reason": (
        replace(EXCUSE, reason="停" * 501), breach(), Refusal.REASON_TOO_LONG, "reason",
    ),
    "a reason with a telephone number": (
        replace(EXCUSE, reason="办事人电话 13912345678"), breach(), Refusal.PERSONAL, "reason",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_what_does_not_hold_is_refused_with_its_field(case: str) -> None:
    asked, row, why, field = REFUSED[case]
    desk = Desk(row)
    refused = await desk.register.enter(asked)
    assert isinstance(refused, Refused)
    assert (refused.why, refused.field) == (why, field)
    assert refused.detail
    assert "13912345678" not in refused.detail
    assert desk.events == []


async def test_a_late_excuse_of_what_is_over_is_entered() -> None:
    desk = Desk(breach(**OVER))
    assert isinstance(await desk.register.enter(EXCUSE), Entered)


async def test_without_an_org_chart_anybody_but_a_name_may_act() -> None:
    desk = Desk(breach(), book=BOOK)
    assert isinstance(await desk.register.enter(replace(ACK, by="anyone")), Entered)
    refused = await desk.register.enter(replace(ACK, by="王小明"))
    assert isinstance(refused, Refused)
    assert (refused.why, refused.field) == (Refusal.PERSONAL, "by")


async def test_a_broker_that_is_away_is_no_entry() -> None:
    desk = Desk(breach())
    desk.sender.away = True
    refused = await desk.register.enter(ACK)
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.AWAY


async def test_looking_at_a_link_changes_nothing() -> None:
    desk = Desk(breach())
    for _ in range(3):
        opened = await desk.register.opened(link())
    assert not isinstance(opened, Refused)
    assert opened.alert == breach()
    assert opened.refused is None
    assert desk.events == []


async def test_a_link_holds_while_clickhouse_is_away_or_has_not_got_the_row() -> None:
    rows: dict[str, AlertRow] | None
    for rows in (None, {}):
        desk = Desk()
        desk.alerts.rows = rows
        opened = await desk.register.opened(link())
        assert not isinstance(opened, Refused)
        assert opened.alert is None
        assert isinstance(await desk.register.enter_by_link(link(), Filled()), Entered)
        ((partition, event),) = desk.sender.sent
        assert (partition, event.subject) == (3, "A0012-20221014")


async def test_a_link_of_somebody_who_left_acts_no_more() -> None:
    desk = Desk(breach())
    refused = await desk.register.enter_by_link(link(by="chief-9"), Filled())
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.UNKNOWN_PERSON


async def test_without_a_key_no_link_is_taken() -> None:
    desk = Desk(breach(), key=b"")
    for token in (link(), sign(b"", Token(ActKind.EXCUSE, WAIT, "chief-1", 2**40, "s", 0))):
        refused = await desk.register.enter_by_link(token, Filled(reason="停电"))
        assert isinstance(refused, Refused)
        assert refused.why is Refusal.FORGED


@pytest.mark.parametrize(
    ("alert", "journey"),
    [
        ("appointment-wait-general/A1/1", "A1"),
        ("exempt-materials/K1#business-licence/1", "K1"),
        ("counter-staffed/W1-am#1665709200000/2", "W1-am"),
        ("one-visit/S01/2022-10-14/one-visit/1", "S01/2022-10-14/one-visit"),
        ("appointment-wait-general/queue#1/1", "queue#1"),
    ],
)
def test_the_subject_is_the_journey_whichever_of_its_clocks_it_was(
    alert: str, journey: str
) -> None:
    assert journey_of(alert) == journey


def silence(**given: Any) -> SilenceAsked:
    until = datetime.fromtimestamp(NOW, UTC) + timedelta(hours=1)
    told = {"section": "counters", "until": until, "by": "chief-1", "reason": "消防演练"}
    return SilenceAsked(**{**told, **given})


async def test_a_silence_goes_into_every_partition_once() -> None:
    desk = Desk()
    for _ in range(2):
        assert isinstance(await desk.register.silence(silence()), Entered)
    first, again = desk.sender.sent
    assert first == again
    partition, event = first
    assert partition is None
    assert isinstance(event, AlertsSilenced)
    assert (event.data.section, event.data.promise) == ("counters", None)


@pytest.mark.parametrize(
    ("given", "why", "field"),
    [
        ({"section": "counter"}, Refusal.UNKNOWN_SECTION, "section"),
        ({"promise": "appointment-wait"}, Refusal.UNKNOWN_PROMISE, "promise"),
        ({"until": datetime.fromtimestamp(NOW, UTC)}, Refusal.WRONG_UNTIL, "until"),
        ({"until": datetime.fromtimestamp(NOW + 8 * 86_400, UTC)}, Refusal.WRONG_UNTIL, "until"),
        ({"until": datetime(2022, 10, 14, 10)}, Refusal.WRONG_UNTIL, "until"),
        ({"by": "chef-1"}, Refusal.UNKNOWN_PERSON, "by"),
        ({"reason": ""}, Refusal.REASON_MISSING, "reason"),
        ({"reason": "找 a@b.cn"}, Refusal.PERSONAL, "reason"),
    ],
)
async def test_a_silence_that_does_not_hold_is_refused(
    given: dict[str, Any], why: Refusal, field: str
) -> None:
    desk = Desk()
    refused = await desk.register.silence(silence(**given))
    assert isinstance(refused, Refused)
    assert (refused.why, refused.field) == (why, field)
    if why in (Refusal.UNKNOWN_SECTION, Refusal.UNKNOWN_PROMISE, Refusal.UNKNOWN_PERSON):
        assert refused.near
    assert desk.events == []
