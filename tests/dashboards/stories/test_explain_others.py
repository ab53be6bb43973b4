"""Alerts that are not about one wait: a source, a partition, a share of a day, a thing found."""

import pytest

from dashboards.stories.story import Page, Story
from schemas.outcomes import AlertRow, AlertState, ClosedAs, Status
from tests.core.story import ms
from tests.dashboards.rows import verdict
from tests.dashboards.stores import Store
from tests.dashboards.stories.day import alert_of as of
from tests.dashboards.stories.day import told

NOW = ms("09:30") / 1000


def chapters(story: Story) -> list[str]:
    return [chapter.name for chapter in story.chapters]


OTHERS: dict[str, tuple[AlertRow, str, tuple[str, ...], list[str]]] = {
    "a source that fell silent": (
        of(
            "source-silent/urn:hall:queue-#1/甲/2",
            AlertState.BREACHED,
            started_at="09:00",
            breached_at="09:02",
            limit_ms=120_000,
        ),
        "数据源失联",
        (
            "综合窗口负责的数据源 urn:hall:queue-#1/甲 自 2022-10-17 09:00:00 后没有任何数据，"
            "已超过 2分（只计服务时间）。",
            "请检查该系统及网络。其未结事项列为存疑，暂不逐条告警。",
        ),
        ["clock", "hours", "life", "similar"],
    ),
    "a source that is back": (
        of(
            "source-silent/urn:hall:queue-1/1",
            AlertState.CLOSED,
            closed_as=ClosedAs.MET_LATE,
            started_at="09:00",
            breached_at="09:02",
            closed_at="09:20",
            limit_ms=120_000,
            over_ms=1_080_000,
        ),
        "数据源失联",
        (
            "综合窗口负责的数据源 urn:hall:queue-1 自 2022-10-17 09:00:00 后没有任何数据，"
            "已超过 2分（只计服务时间）。",
            "2022-10-17 09:20:00 恢复来数，存疑事项已按补到的数据重新判定。",
        ),
        ["clock", "hours", "life", "similar"],
    ),
    "a partition that stands still": (
        of(
            "intake-stopped/hall.events/3/1",
            AlertState.BREACHED,
            started_at="09:00",
            breached_at="09:00",
            limit_ms=0,
            rule_version="",
            evidence=["malformed 480", "missing-field 21"],
            partition=3,
        ),
        "数据停止接入",
        (
            "分区 hall.events/3 拒收的记录过多，自 2022-10-17 09:00:00 停止接入；"
            "记录仍在 Kafka 中，没有丢失。",
            "请系统管理员检查来源（hallwatch deadletters list），处理后执行 hallwatch resume 3。",
        ),
        ["evidence", "life", "similar"],
    ),
    "a share of a day": (
        of(
            "online-resolution-rate/counters/2022-10-17/1",
            AlertState.BREACHED,
            started_at="00:00",
            breached_at="09:20",
            limit_ms=0,
        ),
        "线上人工帮办解决率 · 低于目标",
        (
            "综合窗口“线上人工帮办解决率”按 2022-10-17 全天统计。",
            "当日 4 件：兑现 3 件，未兑现 1 件，兑现率 75.0 %。",
        ),
        ["life", "day", "similar"],
    ),
    "a share as its alert counted it": (
        of(
            "one-visit/counters/2022-10-17/one-visit/1",
            AlertState.BREACHED,
            started_at="00:00",
            breached_at="09:20",
            limit_ms=0,
            kept=17,
            judged=20,
            target_permille=900,
        ),
        "一次办成 · 低于目标",
        (
            "综合窗口“一次办成”按 2022-10-17 全天统计。",
            "当日 20 件：兑现 17 件，未兑现 3 件，兑现率 85.0 %。",
        ),
        ["life", "similar"],
    ),
    "a share that recovered, with a limit for each of its cases": (
        of(
            "rating-invited/counters/2022-10-17/rating-invited/1",
            AlertState.CLOSED,
            closed_as=ClosedAs.MET_LATE,
            started_at="00:00",
            breached_at="09:20",
            closed_at="18:00",
            limit_ms=86_400_000,
            kept=20,
            judged=20,
            target_permille=1000,
            evidence=[""],
        ),
        "应评尽评 · 曾低于目标，当日回升",
        (
            "综合窗口“应评尽评”按 2022-10-17 全天统计。",
            "当日 20 件：兑现 20 件，未兑现 0 件，兑现率 100.0 %。",
        ),
        ["life", "similar"],
    ),
    "a thing found, without a clock": (
        of(
            "exempt-materials/B-7/1",
            AlertState.BREACHED,
            started_at="09:20",
            breached_at="09:20",
            limit_ms=0,
            counter="W1",
        ),
        "两个免于提交 · 未兑现",
        ("综合窗口 W1号窗口：2022-10-17 09:20:00 发现，违反“两个免于提交”（四（二）1）。",),
        ["life", "similar"],
    ),
    "an alert found while catching up, corrected, of a silent source": (
        of(
            "walk-in-wait/A9/1",
            AlertState.CLOSED,
            closed_as=ClosedAs.RETRACTED,
            started_at="09:00",
            limit_ms=600_000,
            historical=True,
            correction=True,
            suspected=True,
        ),
        "未预约等候 · 并未超时，已撤回",
        (
            "综合窗口：自 2022-10-17 09:00:00（签到或取号）起计时，时限 10分。",
            "系统补读积压数据时发现：只记录，当时没有通知任何人。",
            "由迟到的数据得出或更正。",
            "数据源失联期间产生，存疑：只记录，没有通知任何人。",
        ),
        ["clock", "hours", "life", "similar"],
    ),
}

SHARE = [
    *(
        verdict("online-resolution-rate", f"K{number}", "counters", Status.KEPT, started_at=NOW)
        for number in range(3)
    ),
    verdict("online-resolution-rate", "K9", "counters", Status.LATE, started_at=NOW),
    verdict("online-resolution-rate", "K8", "desk", Status.LATE, started_at=NOW),
    verdict("online-resolution-rate", "K7", "counters", Status.LATE, started_at=NOW - 86_400),
]


@pytest.mark.parametrize("case", OTHERS)
def test_alerts_that_are_not_about_one_wait(store: Store, case: str) -> None:
    row, title, lead, found = OTHERS[case]
    store.put([row, *SHARE])
    story = told(store, Page.EXPLAIN, row.alert, now=NOW)
    assert story.title == title
    assert story.lead == lead
    assert chapters(story) == found


def test_a_share_names_those_that_broke_it_and_leads_to_them(store: Store) -> None:
    row = OTHERS["a share of a day"][0]
    store.put([row, *SHARE])
    items = told(store, Page.EXPLAIN, row.alert, now=NOW).chapter("day").items
    assert [ref.key for item in items for ref in item.refs] == ["K9"]


def test_why_records_were_refused_is_told(store: Store) -> None:
    row = OTHERS["a partition that stands still"][0]
    store.put([row])
    story = told(store, Page.EXPLAIN, row.alert)
    assert [item.words for item in story.chapter("evidence").items] == row.evidence
