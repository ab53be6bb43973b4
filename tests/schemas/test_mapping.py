"""The import's behaviour, row by row: values, times, conditions, refusals."""

import gzip
from pathlib import Path

import pytest

from schemas.mapping import events_from_csv, read_mapping
from schemas.mapping.events import NO_EVENT, REPEATED
from schemas.ticket import Channel, TicketCalled, TicketIssued
from tests.schemas.tables import EXAMPLES, ISSUED, TOP, Bench, decoded, dropped, made, refused


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_row_becomes_an_event_with_the_zone_s_offset(bench: Bench) -> None:
    (event,) = decoded(bench.run(TOP + ISSUED, "ticket,at\nA1,2022-10-14T09:00:00\n"))
    assert isinstance(event, TicketIssued)
    assert event.subject == "A1"
    assert event.source == "test"
    assert event.id == "A1/ticket.issued"
    assert event.time.isoformat() == "2022-10-14T09:00:00+08:00"


def test_the_same_row_gives_the_same_bytes_each_time(bench: Bench) -> None:
    rows = "ticket,at\nA1,2022-10-14T09:00:00\n"
    text = TOP.replace('subject = "{ticket}"', 'subject = "{ticket}"\nid = "{@hash}/{@type}"')
    first, second = (made(bench.run(text + ISSUED, rows)) for _ in range(2))
    assert first == second


TIME_CASES = [
    ("ISO with a space", '["iso"]', "2022-10-14 09:05:06", "2022-10-14T09:05:06+08:00"),
    ("ISO with its own offset", '["iso"]', "2022-10-14T01:05:06Z", "2022-10-14T01:05:06+00:00"),
    ("Excel as shown", '["iso", "excel"]', "2022/10/14 9:05", "2022-10-14T09:05:00+08:00"),
    ("Excel as stored", '["excel"]', "44848.3785416667", "2022-10-14T09:05:06+08:00"),
    ("a pattern", '["%d.%m.%Y %H:%M"]', "14.10.2022 09:05", "2022-10-14T09:05:00+08:00"),
    ("Chinese", '["%Y年%m月%d日 %H:%M"]', "2022年10月14日 09:05", "2022-10-14T09:05:00+08:00"),
    ("unix seconds", '["unix"]', "1665709506", "2022-10-14T01:05:06+00:00"),
    ("unix milliseconds", '["unix-ms"]', "1665709506250", "2022-10-14T01:05:06.250000+00:00"),
    ("the first that fits", '["%H:%M", "iso"]', "2022-10-14T09:05", "2022-10-14T09:05:00+08:00"),
]


@pytest.mark.parametrize(("formats", "text", "expected"), [case[1:] for case in TIME_CASES],
                         ids=[case[0] for case in TIME_CASES])  # fmt: skip
def test_times_are_read_by_the_mapping_s_formats(
    bench: Bench, formats: str, text: str, expected: str
) -> None:
    top = TOP.replace('zone = "Asia/Shanghai"', f'zone = "Asia/Shanghai"\nformats = {formats}')
    (event,) = decoded(bench.run(top + ISSUED, f"ticket,at\nA1,{text}\n"))
    assert event.time.isoformat() == expected


@pytest.mark.parametrize("text", ["2022-10-14", "yesterday", "2022-13-14T09:00:00", "9:00"])
def test_what_is_no_time_is_refused_with_its_column(bench: Bench, text: str) -> None:
    results = bench.run(TOP + ISSUED, f"ticket,at\nA1,{text}\n")
    assert refused(results) == [(2, "at", "not a time in any of the formats iso")]


DST_CASES = [
    ("ambiguous", '"refuse"', "1999-09-03T01:30:00", None),
    ("ambiguous", '"earlier"', "1999-09-03T01:30:00", "1999-09-03T01:30:00+03:00"),
    ("ambiguous", '"later"', "1999-09-03T01:30:00", "1999-09-03T01:30:00+02:00"),
    ("skipped", '"refuse"', "1999-04-02T02:30:00", None),
    ("skipped", '"shift"', "1999-04-02T02:30:00", "1999-04-02T03:30:00+03:00"),
    ("skipped", '"refuse"', "1999-04-02T03:00:00", "1999-04-02T03:00:00+03:00"),
]


@pytest.mark.parametrize(("policy", "choice", "text", "expected"), DST_CASES)
def test_an_hour_lived_twice_or_never_is_read_as_the_mapping_says(
    bench: Bench, policy: str, choice: str, text: str, expected: str | None
) -> None:
    top = TOP.replace('"Asia/Shanghai"', f'"Asia/Jerusalem"\n{policy} = {choice}')
    results = bench.run(top + ISSUED, f"ticket,at\nA1,{text}\n")
    if expected is None:
        ((line, column, reason),) = refused(results)
        assert (line, column) == (2, "at")
        assert f"set times.{policy}" in reason
    else:
        assert [event.time.isoformat() for event in decoded(results)] == [expected]


def test_the_first_filled_column_is_taken_then_mapped_then_defaulted(bench: Bench) -> None:
    mapping = (
        TOP
        + """
[[event]]
type = "ticket.issued"
time = ["t2", "at"]
[event.data]
service = { from = ["kind", "queue"], map = { PS = "regular", "*" = "other" }, default = "none" }
"""
    )
    rows = "ticket,at,t2,kind,queue\n" + "".join(
        f"A{index},2022-10-14T09:00:00,{cells}\n"
        for index, cells in enumerate([",PS,", "2022-10-14T10:00:00,,PS", ",XX,PS", ",,"])
    )
    events = decoded(bench.run(mapping, rows))
    said = [(event.time.hour, getattr(event.data, "service", "")) for event in events]
    assert said == [(9, "regular"), (10, "regular"), (9, "other"), (9, "none")]


def test_a_value_outside_a_closed_map_refuses_the_row(bench: Bench) -> None:
    mapping = TOP + ISSUED + 'data.channel = { from = "how", map = { x = "direct" } }\n'
    results = bench.run(mapping, "ticket,at,how\nA1,2022-10-14T09:00:00,y\n")
    ((line, column, reason),) = refused(results)
    assert (line, column) == (2, "how")
    assert "not in the map" in reason


def test_types_follow_from_the_contract(bench: Bench) -> None:
    mapping = TOP + ISSUED + 'data.priority = "{p}"\ndata.appointment = { from = "booked" }\n'
    results = bench.run(mapping, "ticket,at,p,booked\nA1,2022-10-14T09:00:00,2,2022-10-14 09:30\n")
    (event,) = decoded(results)
    assert isinstance(event, TicketIssued)
    assert event.data.priority == 2
    assert event.data.appointment is not None
    assert event.data.appointment.isoformat() == "2022-10-14T09:30:00+08:00"
    results = bench.run(mapping, "ticket,at,p,booked\nA1,2022-10-14T09:00:00,two,\n")
    assert refused(results) == [(2, "p", "not a whole number")]


CALLED = """
[[event]]
type = "ticket.called"
time = "at"
when = { state = ["called", "served"], counter = { present = true } }
data.counter = "{counter}"
"""


def test_conditions_choose_rows_and_what_no_event_wants_is_counted(bench: Bench) -> None:
    drop = """
[[drop]]
reason = "test row"
when = [{ state = "test" }, { state = { not = ["called", "served", ""] } }]
"""
    rows = "ticket,at,state,counter\n" + "".join(
        f"A{index},2022-10-14T09:00:00,{cells}\n"
        for index, cells in enumerate(["called,1", "served,", "test,1", "odd,1", ",1"])
    )
    results = bench.run(TOP + drop + CALLED, rows)
    assert [event.subject for event in decoded(results)] == ["A0"]
    assert dropped(results) == [(3, NO_EVENT), (4, "test row"), (5, "test row"), (6, NO_EVENT)]


def test_a_refused_event_takes_its_row_s_other_events_with_it(bench: Bench) -> None:
    mapping = (
        TOP + ISSUED + '[[event]]\ntype="ticket.called"\ntime="at"\ndata.counter = "{counter}"\n'
    )
    results = bench.run(mapping, "ticket,at,counter\nA1,2022-10-14T09:00:00,\n")
    assert decoded(results) == []
    assert refused(results) == [(2, "counter", "empty, and ticket.called needs data.counter")]


PERSONAL = [
    ("an ID number", "11010519491231002X", "a national ID number"),
    ("a mobile number", "13800138000", "a mobile phone number"),
    ("a name", "王小明", "a person's name"),
]


@pytest.mark.parametrize(("text", "found"), [case[1:] for case in PERSONAL],
                         ids=[case[0] for case in PERSONAL])  # fmt: skip
def test_personal_data_is_refused_and_not_repeated(bench: Bench, text: str, found: str) -> None:
    mapping = TOP + '[[event]]\ntype="ticket.called"\ntime="at"\ndata.counter = "{who}"\n'
    ((line, column, reason),) = refused(
        bench.run(mapping, f"ticket,at,who\nA1,2022-10-14T09:00:00,{text}\n")
    )
    assert (line, column) == (2, "who")
    assert found in reason
    assert text not in reason


def test_a_pseudonym_is_keyed_and_stable(bench: Bench) -> None:
    mapping = TOP + ISSUED + 'data.applicant = { from = "id", pseudonym = true }\n'
    rows = "ticket,at,id\nA1,2022-10-14T09:00:00,11010519491231002X\n"
    one, again, other = (
        made(bench.run(mapping, rows, key))[0].value for key in (b"k1", b"k1", b"k2")
    )
    assert one == again != other
    assert b"11010519491231002X" not in one


def test_broken_rows_spoil_only_themselves(bench: Bench) -> None:
    rows = (
        b"ticket,at\nA1,2022-10-14T09:00:00\nA2\nA\xff3,2022-10-14T09:00:00\n"
        b'"A4"x,2022-10-14T09:00:00\n\nA5,2022-10-14T09:00:00\n"A6\nb",2022-10-14T09:00:00\n'
        b"A7,\n,2022-10-14T09:00:00\n"
    )
    results = bench.run(TOP + ISSUED, rows)
    assert [event.subject for event in decoded(results)] == ["A1", "A5", "A6\nb"]
    reasons = {line: (column, reason) for line, column, reason in refused(results)}
    assert reasons[3] == ("", "1 cells where the header has 2")
    assert reasons[4] == ("ticket", "bytes that are not in the encoding")
    assert reasons[5][1].startswith("not CSV")
    assert reasons[10] == ("at", "no time: empty")
    assert reasons[11] == ("ticket", "empty, and the subject of ticket.issued needs it")
    assert len(results) == 8


def test_a_repeated_row_is_dropped_and_a_contradicting_one_refused(bench: Bench) -> None:
    rows = "ticket,at\n" + "".join(f"A1,2022-10-14T09:00:0{second}\n" for second in (0, 0, 5))
    results = bench.run(TOP + ISSUED, rows)
    assert dropped(results) == [(3, REPEATED)]
    ((line, _, reason),) = refused(results)
    assert line == 4
    assert "given to line 2" in reason


@pytest.mark.parametrize("packed", [False, True])
def test_the_generic_example_reads_the_same_in_utf_8_and_gb18030(
    tmp_path: Path, packed: bool
) -> None:
    text = (EXAMPLES / "generic-ticket.csv").read_text(encoding="utf-8")
    mapping_text = (EXAMPLES / "generic-ticket.toml").read_text(encoding="utf-8")
    results = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        content = text.encode(encoding)
        path.write_bytes(gzip.compress(content) if packed else content)
        mapping_path = tmp_path / f"{encoding}.toml"
        declared = "gb18030" if encoding == "gb18030" else "utf-8"
        mapping_path.write_text(
            mapping_text.replace('encoding = "utf-8"', f'encoding = "{declared}"'), "utf-8"
        )
        results.append(list(events_from_csv(read_mapping(mapping_path), path)))
    assert results[0] == results[1] == results[2]
    assert refused(results[0]) == []
    assert dropped(results[0]) == [(21, "test ticket")]
    issued = [event for event in decoded(results[0]) if isinstance(event, TicketIssued)]
    assert len(issued) == 19
    assert {event.data.channel for event in issued} == {
        Channel.APPOINTMENT,
        Channel.WALK_IN,
        Channel.DIRECT,
    }
    assert len({event.subject[:8] for event in issued}) == 1  # however the date was written
    called = [event for event in decoded(results[0]) if isinstance(event, TicketCalled)]
    assert {event.data.counter for event in called} == {"101", "102", "201", "202", "301"}
