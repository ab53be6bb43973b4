"""Cases, visits and items as ClickHouse tells them, in whatever order they came."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clickhouse_connect.driver.client import Client

from schemas.audit import CaseFacts, ItemDay, VisitFacts
from schemas.case import (
    AcceptedData,
    CaseAccepted,
    CaseChannel,
    CaseEvent,
    CaseLinked,
    CaseReconciled,
    LinkedData,
    ReconciledData,
)
from schemas.outcomes import Kind, Table
from schemas.ticket import IssuedData, TicketIssued
from sinks.audit_reads import read_cases, read_item_days, read_statements, read_visits
from tests.audit.recorded import insert, record
from tests.sinks.samples import journey

#: The hall's 14 October 2022.
SINCE = datetime(2022, 10, 13, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
NINE = SINCE + timedelta(hours=9)
FRAME: dict[str, Any] = {"specversion": "1.0", "source": "urn:hall:case"}


def accepted(case: str, moment: datetime = NINE, id: str = "", **data: Any) -> CaseAccepted:
    return CaseAccepted(
        **FRAME,
        id=id or f"{case}/accepted",
        subject=case,
        time=moment,
        data=AcceptedData(section="S01", **{"item": "permit", **data}),
    )


def linked(case: str, **data: Any) -> CaseLinked:
    later = NINE + timedelta(days=3)
    return CaseLinked(
        **FRAME,
        id=f"{case}/{sorted(data)}",
        subject=case,
        time=later,
        data=LinkedData(section="S01", **data),
    )


def reconciled(case: str, number: int, trace: bool) -> CaseReconciled:
    return CaseReconciled(
        specversion="1.0",
        source="hallwatch/audit",
        id=f"reconciled/{case}/no-trace/{number}",
        subject=case,
        time=NINE + timedelta(seconds=number),
        data=ReconciledData(section="S01", trace=trace, confidence="likely"),
    )


EVENTS: list[CaseEvent] = [
    linked("K1", session="X1"),
    accepted("K1", ticket="T1", applicant="p-1001", counter="C1", clerk="c-0001"),
    accepted("K2", channel=CaseChannel.DEPARTMENT, department="market", chat="CH1"),
    linked("K2", ticket="T2"),
    accepted("K-BEFORE", SINCE - timedelta(milliseconds=1)),
    accepted("K-FIRST", SINCE),
    accepted("K-AFTER", UNTIL),
    # Accepted anew the next day, as another channel: the first time counts.
    accepted("K-AGAIN", UNTIL + timedelta(hours=1), "again", channel=CaseChannel.COUNTER),
    accepted("K-AGAIN", channel=CaseChannel.ONLINE, chat="CH-NEVER"),
]


@pytest.fixture
def hall(clickhouse: Client) -> Client:
    record(clickhouse, EVENTS)
    record(clickhouse, EVENTS[:3], first_offset=100)  # delivered twice
    insert(clickhouse, Table.JOURNEYS, [journey("CH1", kind=Kind.CHAT)])
    return clickhouse


def test_cases(hall: Client) -> None:
    found = {one.case: one for one in read_cases(hall, SINCE, UNTIL)}
    assert found.keys() == {"K1", "K2", "K-FIRST", "K-AGAIN"}
    assert found["K1"] == CaseFacts(
        case="K1",
        section="S01",
        item="permit",
        counter="C1",
        clerk="c-0001",
        applicant="p-1001",
        accepted_at=NINE,
        named=("T1", "X1"),
    )
    assert found["K2"] == CaseFacts(
        case="K2",
        section="S01",
        item="permit",
        department="market",
        channel=CaseChannel.DEPARTMENT,
        accepted_at=NINE,
        named=("T2",),
        chat=True,
    )
    assert (found["K-AGAIN"].channel, found["K-AGAIN"].chat) == (CaseChannel.ONLINE, False)


def test_visits(hall: Client) -> None:
    nine = NINE.timestamp()
    rows = [
        journey("T1", opened_at=nine - 9 * 86_400, session_started_at=nine, counter="C1"),
        journey("T2", opened_at=nine + 9 * 86_400),
        journey("T3", opened_at=nine, first_called_at=nine + 60, served_at=nine + 600.5),
        journey("T-OLD", opened_at=nine - 86_400),
        journey("CH2", kind=Kind.CHAT, opened_at=nine),
    ]
    insert(hall, Table.JOURNEYS, rows)
    issued = TicketIssued(
        specversion="1.0",
        source="urn:hall:queue",
        id="T3/issued",
        subject="T3",
        time=NINE,
        data=IssuedData(section="S01", service="permit", applicant="p-3003"),
    )
    record(hall, [issued], first_offset=200)
    found = {one.visit: one for one in read_visits(hall, SINCE, UNTIL, SINCE, UNTIL)}
    assert found.keys() == {"T1", "T2", "T3"}
    assert found["T3"] == VisitFacts(
        visit="T3",
        section="s",
        applicant="p-3003",
        opened_at=NINE,
        at_counter_from=NINE + timedelta(minutes=1),
        at_counter_to=NINE + timedelta(seconds=600.5),
    )
    assert (found["T1"].at_counter_from, found["T1"].applicant) == (NINE, "")
    assert found["T2"].at_counter_from is None
    wider = read_visits(hall, SINCE, UNTIL, SINCE - timedelta(days=1), UNTIL)
    assert "T-OLD" in {one.visit for one in wider}


def test_items_by_the_day_of_the_hall(hall: Client) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    found = read_item_days(hall, SINCE - timedelta(days=1), UNTIL + timedelta(days=1), shanghai)
    assert found == [
        ItemDay("permit", date(2022, 10, 13), 1, 0),
        ItemDay("permit", date(2022, 10, 14), 2, 1),
        ItemDay("permit", date(2022, 10, 15), 1, 0),
    ]


def test_the_last_statement_counts_and_others_say_nothing(hall: Client) -> None:
    events = [reconciled("K1", 2, True), reconciled("K1", 1, False), reconciled("K-AFTER", 1, True)]
    record(hall, events, first_offset=300)
    (found,) = read_statements(hall, SINCE, UNTIL, "hallwatch/audit")
    assert (found.case, found.sign, found.trace, found.confidence, found.said) == (
        "K1",
        "no-trace",
        True,
        "likely",
        2,
    )
    assert read_statements(hall, SINCE, UNTIL, "somebody/else") == []


def test_of_a_day_without_cases_there_is_nothing(clickhouse: Client) -> None:
    assert read_cases(clickhouse, SINCE, UNTIL) == []
    assert read_visits(clickhouse, SINCE, UNTIL, SINCE, UNTIL) == []
    assert read_item_days(clickhouse, SINCE, UNTIL, ZoneInfo("UTC")) == []
