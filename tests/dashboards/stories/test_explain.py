"""Alerts of every kind explained, out of the real engine."""

from typing import Any

import pytest
from msgspec.structs import replace

from dashboards.stories.story import Item, Level, Page, Story
from schemas.outcomes import AlertRow, AlertState, ClosedAs, Row
from tests.core.story import chat, visit
from tests.dashboards.stores import Store
from tests.dashboards.stories.day import (
    EVENING,
    FILING,
    REPLY,
    WAIT,
    WAIT_ALERT,
    at,
    rows_of_day,
    told,
    whole_day,
)
from tests.dashboards.stories.day import (
    alert_of as of,
)


@pytest.fixture
def day(store: Store) -> Store:
    store.put(whole_day())
    return store


def points(story: Story, chapter: str) -> list[tuple[str, str]]:
    """Clock time and words of each line."""
    return [
        (item.when.clock if item.when else "", item.words) for item in story.chapter(chapter).items
    ]


def facts(item: Item | Story) -> dict[str, str]:
    return {fact.name: fact.words for fact in item.facts}


def test_a_wait_is_explained_by_the_wall_clock(day: Store) -> None:
    story = told(day, Page.EXPLAIN, WAIT_ALERT)
    assert story.title == "预约等候（一般事项） · 已办到，但超时"
    assert story.level is Level.BAD
    assert story.lead == (
        "综合窗口 W1号窗口（clerk-1）：自 2022-10-17 09:30:00"
        "（签到与预约时间中较晚的一刻）起计时，时限 10分。",
        "09:42:10 首次叫号，用时 12分10秒，超出 2分10秒。",
        "产生时处于静默期：照常记录，没有通知任何人。",
    )
    assert facts(story) == {
        "promise": "预约等候（一般事项）",
        "clause": "四（二）1",
        "section": "综合窗口",
        "counter": "W1号窗口",
        "clerk": "clerk-1",
        "journey": "A1",
        "limit_ms": "10分",
        "warn": "7分",
        "rule_version": "2022-10-14",
    }
    assert points(story, "clock") == [
        ("09:30:00", "开始计时：签到与预约时间中较晚的一刻"),
        ("09:37:00", "预警时刻"),
        ("09:40:00", "时限到"),
        ("09:42:10", "停止计时：首次叫号"),
    ]
    start = story.chapter("clock").items[0]
    assert facts(start) == {"event": "取号（08:30:00）"}, "the clock began at the appointment"
    assert points(story, "hours") == [
        ("", "按实际时间连续计时，午休也计入：办事人一直在现场等。"),
        ("09:30:00", "至 09:42:10"),
    ]
    assert points(story, "evidence") == [("08:30:00", "取号"), ("09:42:10", "叫号")]


def test_a_clock_of_service_hours_shows_which_hours_counted(day: Store) -> None:
    story = told(day, Page.EXPLAIN, f"{REPLY}/C1/1")
    assert points(story, "hours") == [
        ("", "只计服务时间：日历“hall”，版本 2022-2。"),
        ("11:29:30", "至 11:30:00"),
        ("13:30:00", "至 13:31:00"),
        ("", "合计"),
    ]
    counted = [fact.value for item in story.chapter("hours").items for fact in item.facts]
    assert counted == [30_000, 60_000, 90_000]
    assert story.lead[1].endswith("用时 1分30秒，超出 30秒。")
    assert "recording" not in [chapter.name for chapter in story.chapters]


def test_a_recording_is_pointed_into(day: Store) -> None:
    (item,) = told(day, Page.EXPLAIN, f"{FILING}/A1/1").chapter("recording").items
    assert item.words == "录像 rec-7"
    # From 09:43:05: the identity check began at 09:44:00, the materials were in at 10:09:30.
    assert facts(item)["range"] == "00:55 – 26:25"
    assert facts(item)["counter"] == "W1号窗口"


def test_the_life_names_who_acknowledged_and_what_was_silenced(day: Store) -> None:
    story = told(day, Page.EXPLAIN, WAIT_ALERT)
    assert points(story, "life") == [
        ("09:00:00", "chief-1 设置静默至 2022-10-17 12:00:00：fire drill（照常记录，不发通知）"),
        ("09:37:00", "预警"),
        ("09:40:00", "超过时限"),
        ("09:41:00", "chief-1 认领处理"),
        ("09:42:10", "关闭：已办到，但超时"),
    ]


def test_the_way_on_leads_to_the_journey(day: Store) -> None:
    (item,) = told(day, Page.EXPLAIN, WAIT_ALERT).chapter("links").items
    assert [(ref.page, ref.key) for ref in item.refs] == [(Page.TRACE, "A1")]


def test_english_is_english(day: Store) -> None:
    story = told(day, Page.EXPLAIN, f"{FILING}/A1/1", "en")
    assert story.title == "Filing at the counter · met, but late"
    assert story.lead[1] == "10:09:30: materials submitted, after 25 min 30 s, 5 min 30 s over."


def test_a_clock_that_runs_says_as_of_when(store: Store) -> None:
    store.put(rows_of_day(visit().booked("09:15").checked_in("09:10"), until="09:23"))
    warned = told(store, Page.EXPLAIN, f"{WAIT}/A1/1", now=at("09:23"))
    assert warned.level is Level.NEAR
    assert warned.lead[1] == "截至 09:23:00 尚未办到，已用时 8分，还剩 2分。"
    store.put(rows_of_day(visit().booked("09:15").checked_in("09:10"), until="09:31"))
    broken = told(store, Page.EXPLAIN, f"{WAIT}/A1/1", now=at("09:31"))
    assert broken.level is Level.BAD
    assert broken.lead[1] == "截至 09:31:00 仍未办到，已用时 16分，超出 6分。"
    assert points(broken, "clock")[-1] == ("09:31:00", "仍在计时")


def test_a_citizen_who_left_after_the_limit_was_never_answered(store: Store) -> None:
    store.put(rows_of_day(visit().booked("09:15").checked_in("09:10").left("09:30")))
    story = told(store, Page.EXPLAIN, f"{WAIT}/A1/1")
    assert story.lead[1] == "09:30:00 结束时仍未办到（超时后仍未办到），超出 5分。"
    assert points(story, "clock")[-1] == ("09:30:00", "停止计时：首次叫号前已结束")


def test_similar_alerts_of_thirty_days_are_counted(store: Store) -> None:
    def earlier(number: int, days: float, **said: Any) -> AlertRow:
        row = of(f"{WAIT}/E{number}/1", AlertState.CLOSED, **said)
        start = at("09:30") - days * 86_400
        return replace(row, started_at=start, breached_at=start + 600)

    rows: list[Row] = [
        of(WAIT_ALERT, AlertState.BREACHED, started_at="09:30", breached_at="09:40"),
        earlier(1, 1),
        earlier(2, 29.9),
        earlier(3, 30.1),
        earlier(4, -1),
        earlier(5, 2, section="desk"),
        earlier(6, 3, closed_as=ClosedAs.RETRACTED),
        of(f"{FILING}/E7/1", AlertState.BREACHED, started_at="08:30"),
        of(f"{WAIT}/E8/1", AlertState.WARNED, started_at="08:30"),
    ]
    store.put(rows)
    (item,) = told(store, Page.EXPLAIN, WAIT_ALERT).chapter("similar").items
    assert item.words == (
        "此前 30 天内，综合窗口“预约等候（一般事项）”另有告警 3 起，其中超时 2 起。"
    )


def test_evidence_that_is_past_its_keeping_is_counted(store: Store) -> None:
    store.put(row for row in rows_of_day(chat().requested("10:00")) if isinstance(row, AlertRow))
    story = told(store, Page.EXPLAIN, f"{REPLY}/C1/1")
    (item,) = story.chapter("evidence").items
    assert item.words == "其中 1 条记录已过保存期或尚未入库。"


NEAR = {
    "without its cycle": f"{WAIT}/A1",
    "the journey alone": "A1",
    "of a cycle there was not": f"{WAIT}/A1/7",
}


@pytest.mark.parametrize("case", NEAR)
def test_an_unknown_alert_is_told_with_those_like_it(day: Store, case: str) -> None:
    story = told(day, Page.EXPLAIN, NEAR[case], now=EVENING)
    assert not story.found
    near = [ref.key for item in story.chapter("near").items for ref in item.refs]
    assert WAIT_ALERT in near
