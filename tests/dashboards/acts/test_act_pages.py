"""The pages behind a message's links: looked at by GET, done by POST, every outcome in words."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.acting import ActKind
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from streams.acts.links import ListToken, Token, sign
from tests.acts.parts import GROUP, KEY, NOW, WAIT, Desk, breach
from tests.dashboards.acts.served import Phone, link

ACK, EXCUSE, SILENCE = ActKind.ACKNOWLEDGE, ActKind.EXCUSE, ActKind.SILENCE
OVER: dict[str, Any] = {
    "state": AlertState.CLOSED,
    "closed_as": ClosedAs.MET_LATE,
    "closed_at": NOW,
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", ActKind)
async def test_fetching_a_link_changes_nothing(method: str, kind: ActKind) -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        for _ in range(3):
            status, page = await phone.look(f"act/{link(kind)}", method)
            assert status == 200
    if method == "GET":
        assert page.count("<button") == 1
        assert 'method="post"' in page
        assert "<script" not in page
    assert desk.events == []


async def test_the_page_says_what_it_is_about_and_whose_name_it_will_carry() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        _, page = await phone.look(f"act/{link(ACK)}")
        assert "认领这条告警" in page
        assert "号码 A0012" in page
        assert "“户籍科科长”" in page
        assert "依据：四（二）1" in page
        assert f'href="../explain/{WAIT.replace("/", "%2F")}?lang=zh"' in page
        _, page = await phone.look(f"act/{link(ACK)}?lang=en")
        assert "Chief, registration" in page


async def test_the_button_enters_it_once_however_often_it_is_pressed() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        for _ in range(2):
            status, page = await phone.press(f"act/{link(ACK)}")
            assert status == 200
            assert "“户籍科科长”于 10-14 09:30 认领" in page
            assert "<button" not in page
    assert len({event.id for event in desk.events}) == 1


async def test_an_excuse_is_entered_with_its_reason() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        _, page = await phone.look(f"act/{link(EXCUSE)}")
        assert "不要写办事人的姓名、证件号、电话" in page
        status, page = await phone.press(f"act/{link(EXCUSE)}", reason="叫号系统停机")
        assert (status, "已登记免责" in page) == (200, True)
    assert [event.data.reason for event in desk.events] == ["叫号系统停机"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "请填写理由"),
        ("  ", "请填写理由"),
        ("电话 139 1234 5678", "理由里有个人信息"),
        ("停" * 501, "理由太长"),
    ],
)
async def test_a_reason_that_does_not_do_is_told_beside_the_field(reason: str, words: str) -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        status, page = await phone.press(f"act/{link(EXCUSE)}", reason=reason)
    assert status == 422
    assert words in page
    assert "<textarea" in page
    assert "1234" not in page
    assert desk.events == []


def group_link(kind: ActKind) -> str:
    return sign(KEY, Token(kind, WAIT, "", int(NOW) + 60, "sec-03", 3, GROUP))


async def test_a_page_of_several_people_asks_which_of_them_it_is() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        _, page = await phone.look(f"act/{group_link(EXCUSE)}")
        assert "您是哪一位" in page
        assert '<option value="deputy-1">副科长</option>' in page
        assert "导办台" not in page, "who does not read the channel is none of them"
        status, page = await phone.press(f"act/{group_link(EXCUSE)}", reason="停电")
        assert (status, "请选择您是哪一位" in page) == (422, True)
        assert "停电</textarea>" in page
        filled = {"by": "deputy-1", "reason": "停" * 501}
        status, page = await phone.press(f"act/{group_link(EXCUSE)}", **filled)
        assert (status, '<option value="deputy-1" selected="selected">' in page) == (422, True)
        filled["reason"] = "停电"
        status, page = await phone.press(f"act/{group_link(EXCUSE)}", **filled)
        assert (status, "“副科长”于 10-14 09:30 登记免责" in page) == (200, True)
    assert [event.data.by for event in desk.events] == ["deputy-1"]  # type: ignore[union-attr]


async def test_a_silence_is_entered_with_how_long_and_why() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        _, page = await phone.look(f"act/{link(SILENCE)}")
        assert '<option value="60">1 小时</option>' in page
        for minutes in ("", "61", "1e3", "9" * 5_000):
            status, page = await phone.press(
                f"act/{link(SILENCE)}", reason="系统升级", minutes=minutes
            )
            assert (status, "请选择暂停多久" in page) == (422, True)
        status, page = await phone.press(f"act/{link(SILENCE)}", reason="系统升级", minutes="60")
        assert (status, "暂停到 10-14 10:30" in page) == (200, True)
    assert len(desk.events) == 1


def list_link(by: str = "chief-1", seconds: int = 60, *sections: str) -> str:
    return sign(KEY, ListToken(sections or ("sec-03",), by, int(NOW) + seconds))


async def test_a_list_leads_to_what_can_be_done_about_each() -> None:
    other = replace(breach(), alert="walk-in-wait/B2/1", journey="B2", started_at=1.0)
    desk = Desk(breach(), other)
    async with Phone(desk) as phone:
        status, page = await phone.look(f"act/list/{list_link()}")
        assert (status, "还没结束的告警：2 起" in page) == (200, True)
        assert page.index("B2") < page.index("A0012"), "the oldest first"
        ways = re.findall(r'href="../../(act/[^"?]+)\?lang=zh"', page)
        assert len(ways) == 6
        status, page = await phone.press(ways[0])
        assert (status, "已认领" in page) == (200, True)
        _, page = await phone.look(f"act/list/{list_link()}?lang=en")
        assert "Alerts that still stand: 2" in page
    ((event,),) = [[each.data.alert for each in desk.events]]  # type: ignore[union-attr]
    assert event == other.alert


async def test_a_list_that_cannot_be_shown_says_why() -> None:
    desk = Desk(breach(**OVER))
    async with Phone(desk) as phone:
        assert "都已结束" in (await phone.look(f"act/list/{list_link()}"))[1]
        status, page = await phone.look(f"act/list/{list_link(seconds=0)}")
        assert (status, "链接已过期" in page) == (410, True)
        status, page = await phone.look(f"act/list/{link(ACK)}")
        assert (status, "链接无效" in page) == (403, True)
        desk.alerts.rows = None
        status, page = await phone.look(f"act/list/{list_link()}")
        assert (status, "暂时打不开" in page) == (503, True)
    assert desk.events == []


REFUSED: dict[str, tuple[str, AlertRow, int, str]] = {
    "forged": (link(ACK)[:-3] + "AAA", breach(), 403, "链接无效"),
    "cut off": (link(ACK)[:20], breach(), 403, "链接无效"),
    "expired": (link(ACK, seconds=0), breach(), 410, "链接已过期"),
    "of nobody": (link(ACK, by="chief-9"), breach(), 403, "名册里没有您"),
    "over": (link(ACK), breach(**OVER), 409, "告警已经结束"),
    "retracted": (
        link(ACK), breach(**{**OVER, "closed_as": ClosedAs.RETRACTED}), 409, "告警已撤回",
    ),
    "done by another": (
        link(ACK), breach(acknowledged_at=NOW - 60, acknowledged_by="deputy-1"),
        409, "“副科长”于 10-14 09:29 登记过",
    ),
    "a warning": (
        link(EXCUSE), replace(breach(state=AlertState.WARNED), breached_at=None), 409, "不用免责",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_entered_says_why_and_has_no_button(case: str) -> None:
    token, row, status, words = REFUSED[case]
    desk = Desk(row)
    async with Phone(desk) as phone:
        answer, page = await phone.press(f"act/{token}", reason="停电")
        assert (answer, words in page) == (status, True), page
        assert "<button" not in page
        seen, page = await phone.look(f"act/{token}")
        assert seen in (200, status)
        if case != "of nobody":  # who may act is asked when he does
            assert words in page
            assert "<button" not in page
    assert desk.events == []


async def test_while_clickhouse_is_away_it_can_be_entered_all_the_same() -> None:
    desk = Desk()
    desk.alerts.rows = None
    async with Phone(desk) as phone:
        status, page = await phone.look(f"act/{link(ACK)}")
        assert (status, "暂时查不到这条告警的明细" in page) == (200, True)
        status, page = await phone.press(f"act/{link(ACK)}")
        assert (status, "已认领" in page) == (200, True)
    assert len(desk.events) == 1


async def test_while_the_broker_is_away_he_is_asked_to_press_again() -> None:
    desk = Desk(breach())
    desk.sender.away = True
    async with Phone(desk) as phone:
        status, page = await phone.press(f"act/{link(EXCUSE)}", reason="停电")
        assert (status, "暂时没有登记上" in page) == (503, True)
        assert "停电</textarea>" in page
        desk.sender.away = False
        assert (await phone.press(f"act/{link(EXCUSE)}", reason="停电"))[0] == 200


async def test_markup_from_outside_stays_text() -> None:
    desk = Desk(breach(clerk="<img src=x onerror=alert(1)>"))
    async with Phone(desk) as phone:
        _, page = await phone.look(f"act/{link(ACK)}")
    assert "<img" not in page
    assert "&lt;img" in page


async def test_another_form_or_a_body_without_end_is_no_reason() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        status, _ = await phone.press(f"act/{link(EXCUSE)}", reason="停" * 20_000)
        assert status == 422
        async with phone.session.post(
            f"{phone.url}act/{link(EXCUSE)}", json={"reason": "停电"}
        ) as answer:
            assert answer.status == 422
    assert desk.events == []
