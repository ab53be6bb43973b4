"""The ledger's rows, and that everything in a closed set has a name in both languages."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from schemas.case import CaseChannel
from schemas.rectification import RectificationEvent
from streams.audit import ledger, order_text
from streams.audit.orders import OrderState, orders_of
from streams.audit.rules import Found, Missing
from streams.audit.words import name_of
from tests.audit.acts_made import assigned, at, checked, done, opened, reopened

NAMES = ledger.Names(
    promises={"counter-filing": "线下窗口申报"},
    sections={"S01": "许可一科"},
    counters={"C101": "1号窗口"},
    people={"P01": "张科长", "chief-1": "李主任"},
    zone=ZoneInfo("Asia/Shanghai"),
)
ACTS: list[RectificationEvent] = [
    *(opened(), assigned(30), done(60), checked(90)),
    *(opened(1440, "ZG-20221015-001", section="S02", by="chief-1", counter=None),),
]
TITLES = [title for title, _, _ in ledger.COLUMNS]


def rows(acts: list[RectificationEvent], hours: float = 48) -> list[dict[str, object]]:
    now = at(0) + timedelta(hours=hours)
    made = ledger.ledger_rows(orders_of(acts).values(), NAMES, now)
    return [dict(zip(TITLES, row, strict=True)) for row in made]


def test_a_row_has_everything_a_ledger_has() -> None:
    row = rows(ACTS)[0]
    assert {name: str(value) for name, value in row.items()} == {
        "序号": "1",
        "编号": "ZG-20221014-001",
        "科室": "许可一科",
        "窗口": "1号窗口",
        "问题": "7日内违诺6次",
        "承诺事项": "线下窗口申报",
        "条款": "四（二）1",
        "发现时间": "2022-10-14 09:00:00",
        "来源": "系统自动（反复违诺）",
        "涉及预警数": "1",
        "责任人": "张科长",
        "分派时间": "2022-10-14 09:30:00",
        "整改期限": "2022-10-24 23:59:59",
        "整改措施": "增开一个窗口",
        "完成时间": "2022-10-14 10:00:00",
        "是否逾期": "否",
        "复查时间": "2022-10-14 10:30:00",
        "整改前违诺率": "0.25",
        "整改后违诺率": "0.05",
        "复查判定件数": "120",
        "复查结果": "有效",
        "重开次数": "0",
        "重开时间": "None",
        "重开原因": "",
        "状态": "复查有效",
    }


def test_a_code_without_a_name_stands_for_itself_and_what_is_not_is_empty() -> None:
    row = rows(ACTS)[1]
    assert (row["序号"], row["科室"], row["窗口"], row["来源"]) == (2, "S02", "", "人工（李主任）")
    assert (row["责任人"], row["完成时间"], row["复查结果"]) == ("", None, "")


@pytest.mark.parametrize(
    ("acts", "hours", "overdue"),
    [
        ([opened()], 24 * 10, "否"),
        ([opened()], 24 * 11, "是"),
        ([opened(), done(60 * 24 * 11)], 24 * 12, "是"),
        ([opened(), done(60 * 24 * 9)], 24 * 30, "否"),
        ([opened(), done(60), reopened(70)], 24 * 11, "否"),
    ],
    ids=["not due yet", "due and not done", "done late", "done in time", "reopened, due later"],
)
def test_overdue(acts: list[RectificationEvent], hours: float, overdue: str) -> None:
    assert rows(acts, hours)[0]["是否逾期"] == overdue


@pytest.mark.parametrize(
    ("since", "until", "section", "numbers"),
    [
        (None, None, "", ["ZG-20221014-001", "ZG-20221015-001"]),
        (date(2022, 10, 15), None, "", ["ZG-20221015-001"]),
        (None, date(2022, 10, 14), "", ["ZG-20221014-001"]),
        (date(2022, 10, 14), date(2022, 10, 15), "S02", ["ZG-20221015-001"]),
    ],
)
def test_which_orders(
    since: date | None, until: date | None, section: str, numbers: list[str]
) -> None:
    found = ledger.chosen(orders_of(ACTS).values(), NAMES.zone, since, until, section)
    assert [order.number for order in found] == numbers


@pytest.mark.parametrize(
    "code",
    [
        *(*Found, *Missing, *OrderState, CaseChannel.COUNTER, CaseChannel.DEPARTMENT),
        *("certain", "likely", "possible", "no-trace", "no-counter-volume", "department-share"),
    ],
)
def test_everything_has_a_name(code: str) -> None:
    assert any("\u4e00" <= one <= "\u9fff" for one in name_of(code, "zh"))
    assert name_of(code, "en").isascii()


def test_an_order_on_a_terminal() -> None:
    orders = list(orders_of(ACTS).values())
    table = order_text.table(orders, NAMES, "zh", at(100)).splitlines()
    assert table[1].split() == [
        "ZG-20221014-001", "复查有效", "许可一科", "1号窗口", "线下窗口申报", "7日内违诺6次",
        "张科长", "2022-10-24",
    ]  # fmt: skip
    shown = order_text.whole(orders[0], ACTS[:4], NAMES, "zh", at(100))
    assert shown.splitlines()[-4:] == [
        "2022-10-14 09:00  系统    ZG-20221014-001 已开单：许可一科，7日内违诺6次，期限 2022-10-24",
        "2022-10-14 09:30  李主任  ZG-20221014-001 已分派给 张科长",
        "2022-10-14 10:00  张科长  ZG-20221014-001 已完成：增开一个窗口",
        "2022-10-14 10:30  系统    ZG-20221014-001 复查有效："
        "违诺率 25.0% → 5.0%（其后判定 120 件）",
    ]
    english = order_text.whole(orders[0], ACTS[:4], NAMES, "en", at(100))
    assert "breached 25.0% -> 5.0%" in english.replace("→", "->")


def test_no_control_character_reaches_the_terminal() -> None:
    acts: list[RectificationEvent] = [opened(cause="坏\x1b[31m字")]
    table = order_text.table(list(orders_of(acts).values()), NAMES, "zh", at(1))
    assert "\x1b" not in table
