"""Links that several people have, links that silence, links to lists: what comes of each."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from schemas.act import AlertsSilenced
from schemas.acting import ActKind, Entered, Filled, Refusal, Refused
from schemas.outcomes import AlertState
from streams.acts.links import ListToken, Token, read_token, sign
from tests.acts.parts import GROUP, KEY, NOW, WAIT, Desk, breach
from tests.acts.test_register import OVER, link


def group_link(kind: ActKind) -> str:
    return sign(KEY, Token(kind, WAIT, "", int(NOW) + 60, "sec-03", 3, GROUP))


async def test_behind_a_link_of_several_people_each_acts_in_his_own_name() -> None:
    desk = Desk(breach())
    opened = await desk.register.opened(group_link(ActKind.ACKNOWLEDGE))
    assert not isinstance(opened, Refused)
    assert opened.people == ("chief-1", "deputy-1")
    for by in ("", "clerk-1", "chief-9"):
        filled = Filled(by=by)
        refused = await desk.register.enter_by_link(group_link(ActKind.ACKNOWLEDGE), filled)
        assert isinstance(refused, Refused)
        assert (refused.why, refused.field) == (Refusal.WHO, "by")
    assert desk.events == []
    filled = Filled(by="deputy-1")
    entered = await desk.register.enter_by_link(group_link(ActKind.ACKNOWLEDGE), filled)
    assert isinstance(entered, Entered)
    assert entered.by == "deputy-1"


async def test_nobody_acts_for_another_by_a_link_of_his_own() -> None:
    desk = Desk(breach())
    entered = await desk.register.enter_by_link(link(), Filled(by="deputy-1"))
    assert isinstance(entered, Entered)
    assert entered.by == "chief-1"


@pytest.mark.parametrize("token", [link(ActKind.SILENCE), group_link(ActKind.SILENCE)])
async def test_a_silence_is_of_the_alerts_section_and_promise_and_pressed_twice_is_one(
    token: str,
) -> None:
    desk = Desk(breach())
    filled = Filled(by="chief-1", reason="系统升级", minutes=60)
    until = NOW + 3600 + 300  # the next whole five minutes
    for seconds in (0, 50):
        desk.now = NOW + seconds + 1
        entered = await desk.register.enter_by_link(token, filled)
        assert isinstance(entered, Entered)
        assert entered.until == until
    assert [partition for partition, _ in desk.sender.sent] == [None, None]
    first, again = desk.events
    assert isinstance(first, AlertsSilenced)
    assert first.id == again.id
    assert (first.data.section, first.data.promise) == ("sec-03", "appointment-wait-complex")
    assert (first.data.by, first.data.reason) == ("chief-1", "系统升级")
    assert first.data.until == datetime.fromtimestamp(until, UTC)


@pytest.mark.parametrize(
    ("filled", "why"),
    [
        (Filled(reason="停电"), Refusal.WRONG_UNTIL),
        (Filled(reason="停电", minutes=100_000), Refusal.WRONG_UNTIL),
        (Filled(minutes=60), Refusal.REASON_MISSING),
    ],
)
async def test_a_silence_needs_a_while_and_a_reason(filled: Filled, why: Refusal) -> None:
    desk = Desk(breach())
    refused = await desk.register.enter_by_link(link(ActKind.SILENCE), filled)
    assert isinstance(refused, Refused)
    assert refused.why is why
    assert desk.events == []


def list_link(*sections: str, by: str = "chief-1", seconds: int = 60) -> str:
    return sign(KEY, ListToken(sections, by, int(NOW) + seconds))


async def test_a_list_has_what_still_stands_in_its_sections_and_what_can_be_done() -> None:
    warned = replace(
        breach(state=AlertState.WARNED), alert="walk-in-wait/B1/1", breached_at=None, started_at=1.0
    )
    elsewhere = replace(breach(), alert="walk-in-wait/B2/1", section="sec-04")
    over = replace(breach(**OVER), alert="walk-in-wait/B3/1")
    desk = Desk(warned, breach(), elsewhere, over)
    opened = await desk.register.opened_list(list_link("sec-03"))
    assert not isinstance(opened, Refused)
    assert [one.alert.alert for one in opened.alerts] == [WAIT, warned.alert]
    assert [[offer.kind.value for offer in one.offers] for one in opened.alerts] == [
        ["acknowledge", "excuse", "silence"],
        ["acknowledge", "silence"],
    ]
    token = read_token(KEY, opened.alerts[0].offers[0].token, NOW)
    assert token == Token(ActKind.ACKNOWLEDGE, WAIT, "chief-1", int(NOW) + 60, "sec-03", 3)
    both = await desk.register.opened_list(list_link("sec-04", "sec-03"))
    assert not isinstance(both, Refused)
    assert len(both.alerts) == 3


async def test_a_link_to_a_list_is_none_to_an_act_and_the_other_way_round() -> None:
    desk = Desk(breach())
    for refused in (
        await desk.register.opened(list_link("sec-03")),
        await desk.register.enter_by_link(list_link("sec-03"), Filled()),
        await desk.register.opened_list(link()),
    ):
        assert isinstance(refused, Refused)
        assert refused.why is Refusal.FORGED
    expired = await desk.register.opened_list(list_link("sec-03", seconds=0))
    assert isinstance(expired, Refused)
    assert expired.why is Refusal.EXPIRED
