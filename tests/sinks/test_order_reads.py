"""Which breaches count for an order, and what is counted before and after its measure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from msgspec.structs import replace

from schemas.audit import Judged
from schemas.outcomes import AlertRow, ClosedAs, Status, Table, VerdictRow
from sinks.order_reads import are_recorded, count_around, read_breaches
from sinks.query import QueryRefusedError
from tests.audit.acts_made import opened
from tests.audit.recorded import insert, record
from tests.sinks.samples import EXAMPLES, alert, at

NINE = datetime.fromtimestamp(at(0), UTC)

#: Each: how it differs from an open breach, half an hour after nine, of the sample.
ALERTS: dict[str, tuple[dict[str, Any], bool]] = {
    "open": ({}, True),
    "closed, met late": ({"closed_as": ClosedAs.MET_LATE, "state": "closed"}, True),
    "found while catching up": ({"historical": True}, True),
    "silenced": ({"silenced": True}, True),
    "excused": ({"closed_as": ClosedAs.EXCUSED, "state": "closed"}, False),
    "excused, and still open": ({"excused_at": at(1900)}, False),
    "retracted": ({"closed_as": ClosedAs.RETRACTED, "state": "closed"}, False),
    "only warned": ({"breached_at": None, "state": "warned"}, False),
    "while its source was silent": ({"suspected": True}, False),
    "of a source, not of a section": ({"promise": "source-silent"}, False),
    "before the span": ({"breached_at": at(-1)}, False),
    "at its first moment": ({"breached_at": at(0)}, True),
    "after its last moment": ({"breached_at": at(86_400)}, False),
}


@pytest.mark.parametrize(("differs", "counts"), ALERTS.values(), ids=ALERTS)
def test_which_breaches_count(clickhouse: Client, differs: dict[str, Any], counts: bool) -> None:
    row: AlertRow = alert(alert="p/T/1", **differs)
    insert(clickhouse, Table.ALERTS, [row])
    found = read_breaches(clickhouse, NINE, NINE + timedelta(days=1))
    assert [one.alert for one in found] == (["p/T/1"] if counts else [])
    if found:
        assert found[0].section == row.section
        assert found[0].breached_at.timestamp() == row.breached_at


SAMPLE = EXAMPLES[Table.VERDICTS]


def verdict(journey: str, seconds: float, status: Status, **given: Any) -> VerdictRow:
    assert isinstance(SAMPLE, VerdictRow)
    return replace(
        SAMPLE, journey=journey, started_at=at(seconds), status=status, excused=False, **given
    )


def test_what_is_counted_before_and_after(clickhouse: Client) -> None:
    assert isinstance(SAMPLE, VerdictRow)
    before = [
        verdict("kept", -1, Status.KEPT),
        verdict("late", -1, Status.LATE),
        verdict("left", -1, Status.LEFT_LATE),
        verdict("still waiting", -1, Status.WAITING_LATE),
        verdict("condition", -1, Status.MISSED),
        verdict("not missed yet", -1, Status.PROVISIONAL),
        verdict("not judged", -1, Status.WAITING),
        verdict("left in time", -1, Status.LEFT_IN_TIME),
        verdict("cancelled", -1, Status.CANCELLED),
        verdict("measured", -1, Status.MEASURED),
        verdict("too long ago", -86_401, Status.LATE),
        replace(verdict("excused", -1, Status.LATE), excused=True),
    ]
    after = [
        verdict("kept after", 0, Status.KEPT),
        verdict("kept later", 86_399, Status.KEPT),
        verdict("too late", 86_400, Status.LATE),
        verdict("another counter", 5, Status.LATE, counter="other"),
        verdict("another section", 5, Status.LATE, section="other"),
        verdict("another promise", 5, Status.LATE, promise="other"),
    ]
    insert(clickhouse, Table.VERDICTS, [*before, *after])
    cause = (SAMPLE.promise, SAMPLE.section, SAMPLE.counter)
    day = timedelta(days=1)
    assert count_around(clickhouse, *cause, NINE, day) == (Judged(4, 6), Judged(0, 2))
    assert count_around(clickhouse, *cause[:2], "", NINE, day) == (Judged(4, 6), Judged(1, 3))


def test_what_is_recorded(clickhouse: Client) -> None:
    event = opened()
    name = (event.source, event.id)
    assert are_recorded(clickhouse, [])
    assert not are_recorded(clickhouse, [name])
    record(clickhouse, [event])
    assert are_recorded(clickhouse, [name])
    assert not are_recorded(clickhouse, [name, ("hallwatch/audit", "another")])


def test_a_database_no_worker_has_used_is_told_as_such(clickhouse: Client) -> None:
    clickhouse.command("DROP VIEW alerts_now")
    with pytest.raises(QueryRefusedError, match="made by a worker"):
        read_breaches(clickhouse, NINE, NINE + timedelta(days=1))
