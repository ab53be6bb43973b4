"""Cases, hotline orders and shifts, through the real core: working days, conditions, and the
several clocks that one promise may have in one journey."""

from functools import cache

import pytest

from dashboards.stories.story import Item, Level, Page, Story
from schemas.outcomes import Row
from tests.core.office_story import case, lookup, order, shift
from tests.core.story import ms
from tests.dashboards.stores import Store
from tests.dashboards.stories.day import rows_of_day, told

WEDNESDAY = "2022-10-19 10:00"

SHIFT = (
    shift()
    .duty("signed-on", "09:00")
    .seen("09:12", "09:20")
    .duty("paused", "09:25")
    .duty("back", "09:55")
    .duty("signed-off", "10:00")
)
CASE = (
    case()
    .accepted("10:00")
    .asked("10:05", "household-register")
    .finished("11:00")
    .reconciled("12:00", trace=False, confidence="likely")
)
ABSENCE = f"counter-staffed/W1-am#{ms('09:25')}/1"
ASKED = "exempt-materials/K1#household-register/1"
CALL_BACK = "hotline-contact/H1/1"


@cache
def days() -> tuple[Row, ...]:
    down = (lookup("09:00", "e-licence", False),)
    return tuple(rows_of_day(SHIFT, CASE, order().received("10:00"), down, until=WEDNESDAY))


@pytest.fixture
def office(store: Store) -> Store:
    store.put(days())
    return store


def on_wednesday(store: Store, page: Page, key: str) -> Story:
    return told(store, page, key, now=ms(WEDNESDAY) / 1000)


def facts(item: Item | Story) -> dict[str, str]:
    return {fact.name: fact.words for fact in item.facts}


def test_every_absence_of_a_shift_is_told_in_its_trace(office: Store) -> None:
    story = on_wednesday(office, Page.TRACE, "W1-am")
    assert story.title == "窗口值守 W1-am"
    assert story.lead[1] == "未兑现：窗口在岗。"
    verdicts = story.chapter("verdicts").items
    assert [facts(item)["cause"] for item in verdicts] == ["窗口无人的迹象", "暂停未登记原因"]
    assert {item.of for item in verdicts} == {""}
    assert ABSENCE in [item.name for item in story.chapter("alerts").items]


def test_one_of_several_absences_is_explained_and_leads_to_the_shift(office: Store) -> None:
    story = on_wednesday(office, Page.EXPLAIN, ABSENCE)
    assert "自 2022-10-17 09:25:00（窗口无人或无理由暂停）起计时" in story.lead[0]
    assert story.lead[1] == "09:55:00 返岗，用时 30分，超出 20分。"
    assert facts(story)["journey"] == "W1-am"
    assert [item.words for item in story.chapter("evidence").items] == ["窗口暂停", "窗口恢复"]
    assert story.chapter("hours").items[0].words == "只计服务时间：日历“hall”，版本 2022-2。"
    (way_on,) = story.chapter("links").items
    assert [ref.key for ref in way_on.refs] == ["W1-am"]


def test_asking_for_one_absence_tells_the_whole_shift(office: Store) -> None:
    story = on_wednesday(office, Page.TRACE, f"W1-am#{ms('09:25')}")
    assert story == on_wednesday(office, Page.TRACE, "W1-am")


def test_a_limit_of_working_days_is_told_in_working_days(office: Store) -> None:
    story = on_wednesday(office, Page.EXPLAIN, CALL_BACK)
    assert story.level is Level.BAD
    assert story.lead == (
        "综合窗口：自 2022-10-17 10:00:00（收到工单）起计时，时限 1个工作日。",
        "截至 2022-10-19 10:00:00 仍未办到，已用时 12小时，超出 1小时。",
    )
    stretches = [item for item in story.chapter("hours").items if item.name == "stretch"]
    assert len(stretches) == 5
    assert [item.words for item in story.chapter("life").items] == ["超过时限"]


def test_an_order_that_still_has_days_left_says_so(office: Store) -> None:
    (closing, _) = on_wednesday(office, Page.TRACE, "H1").chapter("verdicts").items
    assert closing.words == "热线工单办结（一般） · 计时中"
    assert facts(closing)["limit_ms"] == "5个工作日"
    assert facts(closing)["deadline_at"] == "2022-10-22 11:30:00"
    assert "over_ms" not in facts(closing)


def test_a_condition_has_no_clock_but_a_cause(office: Store) -> None:
    story = on_wednesday(office, Page.EXPLAIN, ASKED)
    assert story.title == "两个免于提交 · 未兑现"
    assert story.lead[0] == (
        "综合窗口（clerk-2）：2022-10-17 10:05:00 发现，违反“两个免于提交”（四（二）1）。"
    )
    assert facts(story)["cause"] == "当时核验服务中断"
    (asked,) = story.chapter("evidence").items
    assert facts(asked)["material"] == "户口簿"
    assert "clock" not in [chapter.name for chapter in story.chapters]


def test_what_was_not_kept_does_not_run_on(office: Store) -> None:
    verdicts = on_wednesday(office, Page.TRACE, "K1").chapter("verdicts").items
    missed = {item.name: facts(item) for item in verdicts if item.level is Level.BAD}
    assert set(missed) == {"exempt-materials", "rating-invited", "counter-not-department"}
    assert not any({"so_far_ms", "over_ms"} & set(told) for told in missed.values())
    assert missed["rating-invited"]["deadline_at"] == "2022-10-18 11:00:00"
    assert "deadline_at" not in missed["exempt-materials"]


def test_every_alert_of_these_days_is_explained(office: Store) -> None:
    alerts = [str(row["alert"]) for row in office.ask("SELECT alert FROM alerts_now")]
    assert len(alerts) == 6
    for alert in alerts:
        for language in ("zh", "en"):
            story = told(office, Page.EXPLAIN, alert, language, ms(WEDNESDAY) / 1000)
            assert story.found
            assert story.lead
            assert story.chapter("links").items
