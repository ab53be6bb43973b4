"""A journey told from end to end, out of the real engine."""

import pytest

from dashboards.stories.story import Item, Level, Page, Ref, Story
from dashboards.stories.text import as_text
from schemas.outcomes import Row
from tests.core.story import chat, event, ms, visit
from tests.dashboards.stores import Store
from tests.dashboards.stories.day import (
    WAIT_ALERT,
    event_row,
    rows_of_day,
    told,
    whole_day,
)

QUEUE_HEARTBEAT = event(
    "terminal.heartbeat", "08:00", "T1", "beat", section="counters", counter="W1"
)


@pytest.fixture
def day(store: Store) -> Store:
    store.put([*whole_day(), event_row(QUEUE_HEARTBEAT, ms("08:00"), 999)])
    return store


def words(story: Story, chapter: str, of: str = "") -> list[str]:
    return [item.words for item in story.chapter(chapter).items if item.of == of]


def step(story: Story, name: str) -> Item:
    (found,) = (item for item in story.chapter("timeline").items if item.name == name)
    return found


def facts(item: Item | Story) -> dict[str, str]:
    return {fact.name: fact.words for fact in item.facts}


def refs(story: Story, chapter: str) -> list[Ref]:
    return [ref for item in story.chapter(chapter).items for ref in item.refs]


def test_a_visit_is_told_in_the_order_of_event_time(day: Store) -> None:
    story = told(day, Page.TRACE, "A1")
    assert words(story, "timeline") == [
        "取号",
        "签到",
        "告警有人认领处理",
        "叫号",
        "窗口终端开始办理",
        "录音录像开始",
        "开始身份核验",
        "身份核验通过",
        "要求提供材料",
        "提交材料",
        "录音录像结束",
        "窗口终端结束办理",
        "窗口服务结束",
        "邀请评价",
        "办事人评价",
        "随机问卷作答",
    ]
    moments = [item.when.at for item in story.chapter("timeline").items if item.when]
    assert moments == sorted(moments)
    assert moments[0] == "2022-10-17T08:30:00.000+08:00"


def test_a_step_says_where_by_whom_and_who_told(day: Store) -> None:
    called = step(told(day, Page.TRACE, "A1"), "ticket.called")
    assert called.when is not None
    assert called.when.clock == "09:42:10"
    assert facts(called) == {"counter": "W1号窗口", "clerk": "clerk-1", "source": "urn:test"}
    assert called.id == "A1 called 09:42:10"


def test_an_event_that_came_in_late_says_so_and_only_that_one(day: Store) -> None:
    story = told(day, Page.TRACE, "A1")
    marked = {
        item.name: [mark.name for mark in item.marks]
        for item in story.chapter("timeline").items
        if item.marks
    }
    assert marked == {"ticket.checked-in": ["late", "delay"]}
    assert step(story, "ticket.checked-in").marks[1].words == "30分后才收到"


def test_durations_and_verdicts_are_told_in_words(day: Store) -> None:
    story = told(day, Page.TRACE, "A1")
    measured = {item.name: facts(item)[item.name] for item in story.chapter("measures").items}
    assert measured["promised_wait_ms"] == "12分10秒"
    assert measured["filing_ms"] == "25分30秒"
    wait, filing, recorded = story.chapter("verdicts").items
    assert wait.words == "预约等候（一般事项） · 超时"
    assert wait.level is Level.BAD
    assert facts(wait) == {
        "clause": "四（二）1",
        "limit_ms": "10分",
        "started_at": "2022-10-17 09:30:00",
        "deadline_at": "09:40:00",
        "ended_at": "09:42:10",
        "duration_ms": "12分10秒",
        "over_ms": "2分10秒",
        "rule_version": "2022-10-14",
    }
    assert filing.words == "线下窗口申报 · 超时"
    assert recorded.words == "超级桌面终端录音录像 · 按时"
    assert story.lead[1] == "未兑现：预约等候（一般事项）、线下窗口申报。"


def test_an_alert_is_told_with_its_life_and_the_way_on(day: Store) -> None:
    story = told(day, Page.TRACE, "A1")
    wait = story.chapter("alerts").items[0]
    assert [fact.name for fact in wait.facts] == ["warned", "breached", "acknowledged", "closed"]
    assert wait.refs == (Ref(Page.EXPLAIN, WAIT_ALERT, "查看说明"),)


LINKS = {
    "a ticket is named by the case, and its alert by the order": ("A1", ["B1", "Z1"]),
    "a chat is named by the case it led to": ("C1", ["B1"]),
    "a case names its ticket and its chat": ("B1", ["A1", "C1"]),
}


@pytest.mark.parametrize("case", LINKS)
def test_links_are_followed_both_ways(day: Store, case: str) -> None:
    key, linked = LINKS[case]
    story = told(day, Page.TRACE, key)
    assert [ref.key for ref in refs(story, "linked")] == linked
    assert {item.of for item in story.chapter("timeline").items} == {"", *linked}


def test_an_order_leads_to_the_alerts_it_was_opened_for(day: Store) -> None:
    story = told(day, Page.TRACE, "Z1")
    assert [item.name for item in story.chapter("alerts").items] == [WAIT_ALERT]
    assert story.title == "整改单 Z1"


def test_english_is_english(day: Store) -> None:
    story = told(day, Page.TRACE, "C1", "en")
    assert story.title == "Chat C1"
    assert words(story, "timeline") == [
        "Citizen asked for a human",
        "Assigned to a clerk",
        "Automatic greeting (no human reply)",
        "Human reply",
    ]


NEAR = {
    "a number without its date": ("1", ["A1", "B1", "C1", "Z1"]),
    "small letters for capitals": ("a1", ["A1"]),
    "a wrong end": ("A17", ["A1"]),
    "a quote and a backslash": ("'\\", []),
    "nothing like anything": ("no-such", []),
}


@pytest.mark.parametrize("case", NEAR)
def test_an_unknown_key_is_told_with_what_is_like_it(day: Store, case: str) -> None:
    key, near = NEAR[case]
    story = told(day, Page.TRACE, key)
    assert not story.found
    assert story.title == f"没有找到“{key}”"
    assert [chapter.name for chapter in story.chapters] == (["near"] if near else [])
    assert not near or [ref.key for ref in refs(story, "near")] == near


def test_a_chat_nobody_answered_yet_says_for_how_long(store: Store) -> None:
    store.put(rows_of_day(chat().requested("10:00"), until="10:00:30"))
    story = told(store, Page.TRACE, "C1", now=ms("10:00:30") / 1000)
    (verdict,) = story.chapter("verdicts").items
    assert verdict.words == "线上人工帮办首次响应 · 计时中"
    assert facts(verdict)["so_far_ms"] == "30秒"


def test_history_that_was_read_in_says_so_and_tells_no_delays(store: Store) -> None:
    tale = visit().issued("09:00").called("09:05").served("09:10")
    rows: list[Row] = [
        event_row(one, ms("2022-11-20 12:00"), offset) for offset, one in enumerate(tale)
    ]
    store.put(rows)
    story = told(store, Page.TRACE, "A1")
    assert story.lead[1] == "记录为事后导入（2022-11-20 12:00:00），不显示到达延迟。"
    assert all(not item.marks for item in story.chapter("timeline").items)


def test_a_journey_whose_events_are_past_their_keeping_is_still_told(store: Store) -> None:
    rows = rows_of_day(visit().booked("09:30").checked_in("09:20").called("09:35"))
    store.put(row for row in rows if not hasattr(row, "ingest_at"))
    story = told(store, Page.TRACE, "A1")
    assert story.lead[0] == "原始记录已过保存期，只剩判定结果。"
    assert story.lead[1] == "已判定的承诺均已兑现。"


def test_an_event_sent_twice_is_one_step(store: Store) -> None:
    (called,) = visit().called("09:05")
    store.put([event_row(called, ms("09:05"), 1), event_row(called, ms("09:06"), 2)])
    assert words(told(store, Page.TRACE, "A1"), "timeline") == ["叫号"]


def test_text_passes_no_control_character_on(store: Store) -> None:
    (called,) = visit().called("09:05", clerk="clerk-1")
    store.put([event_row(called, ms("09:05"), 1)])
    story = told(store, Page.TRACE, "A1\x1b[2J")
    assert "\x1b" in story.key
    assert "\x1b" not in as_text(story)


def test_steps_of_one_moment_stand_in_the_order_they_came_in(store: Store) -> None:
    tale = visit().tell("ticket.called", "09:05", counter="W1").tell("ticket.left", "09:05")
    store.put(event_row(one, ms("09:05") + 10 * offset, offset) for offset, one in enumerate(tale))
    assert words(told(store, Page.TRACE, "A1"), "timeline") == ["叫号", "办事人离开"]
