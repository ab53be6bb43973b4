"""What the chapters say, against the month as it was: sums, shares, who and when."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from dashboards.reports.cells import share_text
from dashboards.reports.document import (
    Cell,
    Heat,
    Paragraph,
    Points,
    Report,
    Share,
    Stars,
    Table,
    Took,
)
from tests.dashboards.reports import hours
from tests.dashboards.reports.autumn import Autumn
from tests.dashboards.reports.clocks import ANSWERED, JUDGED, Clock
from tests.dashboards.reports.test_figures import OCTOBER, inside
from tests.dashboards.reports.truth import Truth

SEPTEMBER = (1661961600_000, OCTOBER[0])

PROMISES = {
    "线上人工帮办首次响应": "online-first-response",
    "预约等候（一般事项）": "appointment-wait-general",
    "预约等候（复杂事项）": "appointment-wait-complex",
    "线下窗口申报": "counter-filing",
    "线上人工帮办解决率": "online-resolution-rate",
    "应评尽评": "rating-invited",
    "一次办成": "one-visit",
    "超级桌面终端录音录像": "session-recorded",
    "热线工单先行联系": "hotline-contact",
    "热线工单办结（一般）": "hotline-close-general",
    "热线工单办结（复杂）": "hotline-close-complex",
}
SECTIONS = {"企业开办": "S01", "社会保险": "S04", "人才就业": "S12", "线上帮办": "S24"}


def table(report: Report, sheet: str) -> Table:
    return next(
        item
        for chapter in report.chapters
        for item in chapter.items
        if isinstance(item, Table) and item.sheet == sheet
    )


def clocks(truth: Truth, span: tuple[int, int], promise: str, section: str = "") -> list[Clock]:
    return [
        clock
        for clock in truth.clocks
        if clock.promise == promise
        and section in ("", clock.section)
        and span[0] <= clock.start < span[1]
        and not clock.off_hours
    ]


def level(found: list[Clock], less: int = 0) -> Share | None:
    judged = sum(clock.status in JUDGED for clock in found) - less
    kept = sum(clock.status in ("kept", "provisional") for clock in found)
    open_yet = any(clock.status == "provisional" for clock in found)
    guessed = any(clock.estimated and clock.status in JUDGED for clock in found)
    return Share(kept, judged, open_yet, guessed) if judged else None


def test_each_promises_level_raw_excused_and_before(month_zh: Report, autumn: Autumn) -> None:
    truth = autumn.truth
    found = {str(row[0]): row[3:] for row in table(month_zh, "承诺兑现").rows}
    true: dict[str, tuple[Cell, ...]] = {}
    for name, id in PROMISES.items():
        now, before = clocks(truth, OCTOBER, id), clocks(truth, SEPTEMBER, id)
        raw, earlier = level(now), level(before)
        assert raw is not None
        assert earlier is not None
        true[name] = (
            raw,
            level(now, less=sum(map(truth.is_excused, now))),
            earlier,
            Points(raw.part * 1000 // raw.whole - earlier.part * 1000 // earlier.whole),
            sum(clock.status == "waiting" for clock in now),
        )
    assert found == true


def test_what_was_not_kept_adds_up(month_zh: Report, autumn: Autumn) -> None:
    for row in table(month_zh, "未兑现构成").rows:
        now = clocks(autumn.truth, OCTOBER, PROMISES[str(row[0])])
        states = Counter(clock.status for clock in now)
        broken = [states[name] for name in ("late", "left-late", "waiting-late", "missed")]
        kept = states["kept"] + states["provisional"]
        excused = sum(map(autumn.truth.is_excused, now))
        guessed = sum(clock.estimated and clock.status in JUDGED for clock in now)
        assert row[1:] == (
            *(kept + sum(broken), kept, *broken, sum(broken), excused, states["provisional"]),
            guessed,
        )


def test_how_long_it_took(month_zh: Report, autumn: Autumn) -> None:
    names = PROMISES | {"未预约等候": "walk-in-wait", "窗口在岗": "counter-staffed"}
    rows = table(month_zh, "用时").rows
    assert len(rows) > 6
    for row in rows:
        now = clocks(autumn.truth, OCTOBER, names[str(row[0])])
        took = [clock.duration or 0 for clock in now if clock.status in ANSWERED]
        guessed = sum(clock.estimated for clock in now)
        times = (Took(ms, guessed > 0) for ms in (sum(took) // len(took), max(took)))
        assert row[2:] == (len(took), guessed, *times)


def test_each_section_under_each_promise(month_zh: Report, autumn: Autumn) -> None:
    rows = table(month_zh, "科室明细").rows
    levels = [row for row in rows if row[2] is not None]
    assert {str(row[0]) for row in levels} == SECTIONS.keys()
    for section, promise, raw, without, broken, excused, earlier, before, _ in levels:
        id, code = PROMISES[str(promise)], SECTIONS[str(section)]
        now, then = (
            clocks(autumn.truth, OCTOBER, id, code),
            clocks(autumn.truth, SEPTEMBER, id, code),
        )
        left_out = sum(map(autumn.truth.is_excused, now))
        assert (raw, without, earlier) == (level(now), level(now, left_out), level(then))
        counted = [sum(clock.broken for clock in span) for span in (now, then)]
        assert (broken, excused, before) == (counted[0], left_out, counted[1])
    names = {"窗口在岗": "counter-staffed", "两个免于提交": "exempt-materials"}
    names["杜绝以科室代窗口"] = "counter-not-department"
    counts = [row for row in rows if row[2] is None and str(row[1]) in names]
    for section, promise, _, _, broken, *_ in counts:
        now = clocks(autumn.truth, OCTOBER, names[str(promise)], SECTIONS[str(section)])
        assert broken == sum(clock.broken for clock in now)
    assert len(counts) >= 6


def test_the_week_by_the_hour(month_zh: Report, autumn: Autumn) -> None:
    heat = next(
        item for chapter in month_zh.chapters for item in chapter.items if isinstance(item, Heat)
    )
    true = {(row["weekday"], row["hour"]): row for row in autumn.truth.hours(inside)}
    first = int(heat.columns[0].removesuffix("时"))
    for line, cells in zip(heat.lines, heat.cells, strict=True):
        day = "一二三四五六日".index(line[-1]) + 1
        for offset, cell in enumerate(cells):
            row = true.pop((day, first + offset), None)
            assert cell == (Share(row["broken"], row["judged"]) if row else None)
    assert true == {}


@pytest.mark.parametrize(
    ("sheet", "of"),
    [
        ("一次办成-事项", "service"),
        ("一次办成-收件人", "receiver"),
        ("一次办成-审批人", "approver"),
    ],
)
def test_one_visit_by_item_receiver_and_approver(
    sheet: str, of: str, month_zh: Report, autumn: Autumn
) -> None:
    groups: dict[tuple[str, str], Counter[str]] = {}
    for row in autumn.truth.visits(inside):
        group = groups.setdefault((row["section"], row[of]), Counter())
        group.update({name: count for name, count in row.items() if isinstance(count, int)})
    rows = table(month_zh, sheet).rows
    assert len(rows) == min(len(groups), 15)
    for section, name, once, *counts in rows:
        code = "" if name == "（未记载）" else str(name)
        true = groups[SECTIONS[str(section)], code]
        share = Share(true["finished"] - true["several"], true["finished"], true["provisional"] > 0)
        whys = [true[why] for why in ("several", "same", "between", "single", "unsaid", "excused")]
        assert (once, counts) == (share, whys)
    several = [int(str(row[3])) for row in rows]
    assert several == sorted(several, reverse=True)


def test_ratings_are_five_figures(month_zh: Report, autumn: Autumn) -> None:
    rows = {str(row[0]): row[1:] for row in table(month_zh, "评价").rows}
    true = {row["section"]: row for row in autumn.truth.ratings(inside)}
    whole = Counter[str]()
    for name, code in SECTIONS.items():
        assert rows[name] == rating(true[code])
        whole.update({key: count for key, count in true[code].items() if key != "section"})
    assert rows["合计"] == rating(whole)


def rating(row: Any) -> tuple[Cell, ...]:
    return (
        *(row[name] for name in ("invited", "rated", "declined", "defaulted", "failed")),
        Share(row["rated"], row["invited"]),
        Stars(row["stars"], row["rated"]),
        row["low"],
    )


def test_repeat_causes_are_counted_with_those_excused(month_zh: Report, autumn: Autumn) -> None:
    true = autumn.truth.causes(inside)
    rows = table(month_zh, "反复问题").rows
    assert [row[4:] for row in rows] == [
        (row["times"], row["excused"], row["estimated"]) for row in true
    ]


def test_the_ledger_says_what_is_overdue(month_zh: Report) -> None:
    states = {str(row[0]): str(row[-1]) for row in table(month_zh, "整改单").rows}
    assert states == {
        "ZG-20220920-001": "复查有效，逾期",  # done two days after it was due
        "ZG-20221012-001": "整改中，逾期",
        "ZG-20221013-001": "复查未见效",
    }


def test_the_sentences_say_the_same_figures(month_zh: Report, autumn: Autumn) -> None:
    told = "".join(
        item.words
        for chapter in month_zh.chapters
        for item in chapter.items
        if isinstance(item, Paragraph)
    )
    truth = autumn.truth
    now = [one for id in PROMISES.values() for one in clocks(truth, OCTOBER, id)]
    judged = sum(one.status in JUDGED for one in now)
    broken = sum(one.broken for one in now)
    assert f"判定 {judged} 项次，未兑现 {broken} 项次" in told
    once = level(clocks(truth, OCTOBER, "one-visit"))
    assert once is not None
    assert f"一次办成 {share_text(once, 'zh')}" in told
    off = [one for one in truth.clocks if one.off_hours and inside(one.start)]
    assert f"另有 {len(off)} 次线上求助在服务时间以外提出" in told
    assert off


def test_the_oracles_calendar_is_the_notices() -> None:
    """It is written out by hand: a slip there would hide one here."""
    assert hours.intervals(date(2022, 10, 3)) == []
    assert len(hours.intervals(date(2022, 10, 9))) == 2
    assert len(hours.intervals(date(2022, 10, 15))) == 1
