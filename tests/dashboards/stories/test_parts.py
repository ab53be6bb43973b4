"""The pure parts of a story: stretches of a clock, recordings, an alert's life, keys, columns."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from msgspec.structs import replace

from dashboards.stories.clock_run import hours_chapter, run_clock
from dashboards.stories.found import Heard
from dashboards.stories.life import life_of
from dashboards.stories.recordings import offset, pointers, recordings_of
from dashboards.stories.share_key import share_key
from dashboards.stories.store_rows import heard, rows_of
from dashboards.stories.telling import Teller
from schemas.frame import milliseconds
from schemas.outcomes import AlertState, ClosedAs
from tests.core.story import Story, ms, visit
from tests.dashboards.rows import alert
from tests.dashboards.stories.day import FILING, REPLY, SITE, WAIT

ZH = Teller(SITE, "zh")
SUNDAY = "2022-10-16 "

#: promise, from, to → the stretches that counted, as the hall's clock reads them
RUNS = {
    "a wait counts the noon break": (
        (WAIT, "11:00", "14:00"),
        [("11:00", "14:00")],
    ),
    "an online clock rests over noon": (
        (REPLY, "11:00", "14:00"),
        [("11:00", "11:30"), ("13:30", "14:00")],
    ),
    "and over night": (
        (REPLY, f"{SUNDAY}16:59", "09:01"),
        [("09:00", "09:01")],
    ),
    "nothing counts outside service hours": ((REPLY, "12:00", "13:00"), []),
    "a clock that has not begun has no stretch": ((WAIT, "11:00", "10:00"), []),
    "a source is missed in service hours": (
        ("source-silent", "11:00", "12:00"),
        [("11:00", "11:30")],
    ),
}


@pytest.mark.parametrize("case", RUNS)
def test_what_counts_of_a_clock(case: str) -> None:
    (promise, start, end), stretches = RUNS[case]
    run = run_clock(ZH, promise, "desk", ms(start) / 1000, ms(end) / 1000)
    assert list(run.spans) == [(ms(one) / 1000, ms(two) / 1000) for one, two in stretches]
    assert run.counted_ms == sum(ms(two) - ms(one) for one, two in stretches)


def test_a_calendar_that_was_changed_since_is_told() -> None:
    run = run_clock(ZH, REPLY, "desk", ms("11:00") / 1000, ms("14:00") / 1000)
    assert not hours_chapter(run, "desk", ZH, 3_600_000).items[-1].marks
    (mark,) = hours_chapter(run, "desk", ZH, 7_200_000).items[-1].marks
    assert mark.words == "判定时为 2小时：此后日历有改动"


def test_of_a_clock_that_ran_for_weeks_both_ends_are_shown() -> None:
    start, end = ms("2022-10-17 09:00") / 1000, ms("2022-11-14 09:00") / 1000
    run = run_clock(ZH, REPLY, "desk", start, end)
    assert len(run.spans) == 44  # four weeks of five days and a Saturday morning
    items = hours_chapter(run, "desk", ZH).items
    assert [item.name for item in items].count("stretch") == 20
    assert items[11].words == "……其间另有 24 段，此处从略"


def test_no_service_hours_yet_is_told() -> None:
    run = run_clock(ZH, REPLY, "desk", ms("12:00") / 1000, ms("13:00") / 1000)
    assert hours_chapter(run, "desk", ZH).items[-1].words == "至今没有计入任何服务时间。"


def as_heard(tale: Story) -> list[Heard]:
    return [
        Heard(
            source=one.source,
            id=one.id,
            type="",
            subject=one.subject,
            at=milliseconds(one.time) / 1000,
            ingest_at=milliseconds(one.time) / 1000,
            event=one,
        )
        for one in tale
    ]


_AT = {"terminal": "T1", "counter": "W1", "recording": "rec-7"}
_STARTED = visit().tell("terminal.recording-started", "09:00", **_AT)
_WHOLE = _STARTED.tell("terminal.recording-stopped", "10:30", seconds=5400, **_AT)
_ONLY_ITS_END = visit().tell("terminal.recording-stopped", "10:30", seconds=5400, **_AT)

#: events, the clock's from and to → offsets in the recording
POINTED = {
    "inside the recording": ((_WHOLE, "09:10", "09:20:30"), [("10:00", "20:30")]),
    "the clock began before it": ((_WHOLE, "08:50", "09:20"), [("00:00", "20:00")]),
    "the clock went on after it": ((_WHOLE, "10:10", "11:00"), [("1:10:00", "1:30:00")]),
    "it is still running": ((_STARTED, "09:10", "11:00"), [("10:00", "2:00:00")]),
    "only its end was heard of": ((_ONLY_ITS_END, "09:10", "09:20"), [("10:00", "20:00")]),
    "it was over when the clock began": ((_WHOLE, "10:30", "11:00"), []),
    "it began when the clock stopped": ((_WHOLE, "08:00", "09:00"), []),
    "there is none": ((visit().called("09:00"), "09:00", "10:00"), []),
}


@pytest.mark.parametrize("case", POINTED)
def test_where_in_a_recording_a_clock_is(case: str) -> None:
    (tale, start, end), places = POINTED[case]
    found = pointers(recordings_of(as_heard(tale)), ms(start) / 1000, ms(end) / 1000)
    assert [(offset(one.start_s), offset(one.end_s)) for one in found] == places


_PLAIN = alert(
    f"{FILING}/A1/1",
    "counters",
    AlertState.CLOSED,
    closed_as=ClosedAs.EXCUSED,
    started_at=0.0,
    breached_at=ms("10:00") / 1000,
    closed_at=ms("10:40") / 1000,
)
_HANDLED = replace(
    _PLAIN,
    acknowledged_at=ms("10:05") / 1000,
    acknowledged_by="chief-1",
    escalated_at=ms("10:10") / 1000,
    escalation_level=2,
    excused_by="chief-2",
    excused_reason="停电",
)
_ACTS = (
    visit()
    .tell("alert.acknowledged", "10:05", alert=_PLAIN.alert, by="chief-1")
    .tell("alert.acknowledged", "10:06", alert="another/A1/1", by="chief-9")
    .tell("alert.excused", "10:30", alert=_PLAIN.alert, by="chief-2", reason="power cut")
)


def test_a_life_out_of_the_alert_s_own_row() -> None:
    assert [item.words for item in life_of(_HANDLED, (), ZH)] == [
        "超过时限",
        "chief-1 认领处理",
        "逐级上报（第 2 级）",
        "关闭：已登记免责",
        "chief-2 登记免责：停电",
    ]


def test_a_life_out_of_what_people_sent_where_the_row_is_older() -> None:
    assert [item.words for item in life_of(_PLAIN, as_heard(_ACTS), ZH)] == [
        "超过时限",
        "chief-1 认领处理",
        "chief-2 登记免责：power cut",
        "关闭：已登记免责",
    ]


def test_what_both_say_is_told_once() -> None:
    words = [item.words for item in life_of(_HANDLED, as_heard(_ACTS), ZH)]
    assert words.count("chief-1 认领处理") == 1
    assert words[3] == "chief-2 登记免责：停电", "the row's reason, at the event's moment"


SHARE_KEYS: dict[str, tuple[str, str, tuple[str, str] | None]] = {
    "section and day": ("rate", "S01/2022-10-17", ("S01", "2022-10-17")),
    "the promise behind them": ("rate", "S01/2022-10-17/rate", ("S01", "2022-10-17")),
    "a section with a slash": ("rate", "S/01/2022-10-17/rate", ("S/01", "2022-10-17")),
    "the promise before them": ("rate", "rate/S01/2022-10-17", ("S01", "2022-10-17")),
    "a ticket with a date in it": ("wait", "20221017-A1", None),
    "slashes and no date": ("wait", "a/b/c", None),
    "a date alone": ("wait", "2022-10-17", None),
    "a source whose name ends like a day": ("source-silent", "urn/2022-10-17", None),
    "a partition": ("intake-stopped", "hall.events/3", None),
}


@pytest.mark.parametrize("case", SHARE_KEYS)
def test_shares_are_told_from_journeys(case: str) -> None:
    promise, journey, expected = SHARE_KEYS[case]
    row = replace(_PLAIN, promise=promise, journey=journey)
    found = share_key(row)
    assert (found and (found.section, found.day.isoformat())) == expected


class OneMore(Struct):
    name: str
    at: float | None = None
    note: str = "default"


def test_columns_may_be_more_or_fewer_than_are_known() -> None:
    shanghai = datetime(2022, 10, 17, 9, 0, 0, 2000, ZoneInfo("Asia/Shanghai"))
    found = rows_of(
        OneMore,
        [
            {"name": "newer table", "at": shanghai, "note": "kept", "unheard_of": 7},
            {"name": "older table"},
            {"name": "not set", "at": None, "note": "x"},
            {"name": "kept in UTC", "at": datetime(2022, 10, 17, 1)},
        ],
    )
    nine = ms("09:00") / 1000
    assert [(row.at, row.note) for row in found] == [
        (nine + 0.002, "kept"),
        (None, "default"),
        (None, "x"),
        (nine, "default"),
    ]


def test_an_event_stored_by_another_contract_keeps_its_type() -> None:
    moment = datetime(2022, 10, 17, 1, tzinfo=UTC)
    row = {
        "source": "s",
        "id": "1",
        "type": "ticket.blessed",
        "subject": "A1",
        "time": moment,
        "ingest_at": moment,
        "data": "{}",
    }
    broken = {**row, "type": "ticket.called", "data": "{"}
    assert [(one.type, one.event) for one in heard([row, broken])] == [
        ("ticket.blessed", None),
        ("ticket.called", None),
    ]
