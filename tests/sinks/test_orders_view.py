"""`orders_now` says of every history what the fold of its events says."""

from typing import Any

import msgspec
import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.rectification import RectificationEvent
from sinks.migrate import migrate
from sinks.order_reads import read_rectifications
from sinks.tables import TableSettings
from streams.audit.orders import Order, orders_of
from tests.audit.acts_made import assigned, checked, done, made_up, opened, reopened
from tests.audit.recorded import record

HISTORIES: dict[str, list[RectificationEvent]] = {
    "opened": [opened()],
    "opened without a counter": [opened(counter=None, alerts=())],
    "assigned, and to somebody else": [opened(), assigned(1), assigned(2, "P02")],
    "done": [opened(), assigned(1), done(2)],
    "checked, and it moved": [opened(), done(2), checked(3)],
    "checked, and it did not": [opened(), done(2), checked(3, moved=False)],
    "reopened": [opened(), assigned(1), done(2), checked(3), reopened(4)],
    "done in the second round": [opened(), done(2), reopened(4), done(5)],
    "reopened twice, checked in between": [
        opened(), done(2), checked(3), reopened(4), done(5), checked(6, moved=False), reopened(7),
    ],
    "done by a clock that runs behind": [opened(), done(-1)],
    "checked before it was done": [opened(), checked(1), done(2)],
    "two opened it under one number": [opened(1, cause="后"), opened(0.5, cause="先")],
    "never opened": [assigned(1), done(2)],
    "two orders": [opened(), opened(1, "ZG-20221014-002"), done(2, number="ZG-20221014-002")],
}  # fmt: skip


def as_told(order: Order) -> dict[str, Any]:
    """The columns of the view, from the fold."""
    check = order.recheck

    def moment(value: Any) -> int | None:
        return None if value is None else round(value.timestamp() * 1_000_000)

    return {
        "number": order.number,
        "section": order.section,
        "counter": order.counter,
        "promise": order.promise,
        "clause": order.clause,
        "cause": order.cause,
        "alerts": list(order.alerts),
        "state": order.state.value,
        "opened_at": moment(order.opened_at),
        "opened_by": order.opened_by,
        "due_at": moment(order.due),
        "assigned_to": order.assigned_to,
        "assigned_at": moment(order.assigned_at),
        "done_at": moment(order.done_at),
        "done_by": order.done_by,
        "measure": order.measure,
        "rechecked_at": moment(order.rechecked_at),
        "share_before": check.before if check else None,
        "share_after": check.after if check else None,
        "judged": check.judged if check else None,
        "reopened": order.reopened,
        "reopened_at": moment(order.reopened_at),
        "reopened_reason": order.reopened_reason,
    }


def view_rows(client: Client) -> list[dict[str, Any]]:
    names = [
        (name, kind)
        for name, kind in client.query(
            "SELECT name, type FROM system.columns WHERE database = currentDatabase() "
            "AND table = 'orders_now' ORDER BY position"
        ).result_rows
    ]
    columns = ", ".join(
        f"toUnixTimestamp64Micro({name}) AS {name}" if "DateTime64" in kind else name
        for name, kind in names
    )
    raw: bytes = client.raw_query(
        f"SELECT {columns} FROM orders_now AS v ORDER BY v.number FORMAT JSONEachRow",
        settings={"output_format_json_quote_64bit_integers": 0},
    )
    return [msgspec.json.decode(line) for line in raw.splitlines()]


def compare(client: Client, events: list[RectificationEvent]) -> None:
    client.command("TRUNCATE TABLE events")
    record(client, events)
    told = [as_told(order) for order in orders_of(events).values()]
    assert view_rows(client) == told
    assert [as_told(one) for one in orders_of(read_rectifications(client)).values()] == told


@pytest.mark.parametrize("events", HISTORIES.values(), ids=HISTORIES)
def test_the_view_says_what_the_fold_says(
    clickhouse: Client, events: list[RectificationEvent]
) -> None:
    compare(clickhouse, events)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 8), st.integers(0, 5)), max_size=14))
def test_of_any_history_too(clickhouse: Client, draws: list[tuple[int, int, int]]) -> None:
    compare(clickhouse, made_up(draws))


def test_every_column_is_explained(clickhouse: Client) -> None:
    rows = clickhouse.query(
        "SELECT comment FROM system.columns WHERE database = currentDatabase() "
        "AND table = 'orders_now'"
    ).result_rows
    assert len(rows) == 23
    assert all(comment for (comment,) in rows)
    (row,) = clickhouse.query(
        "SELECT comment FROM system.tables WHERE database = currentDatabase() "
        "AND name = 'orders_now'"
    ).result_rows
    assert "整改单" in row[0]


def test_orders_do_not_expire_with_the_other_events(clickhouse: Client) -> None:
    clickhouse.command("TRUNCATE TABLE events")
    record(clickhouse, [opened()])
    clickhouse.command(
        "INSERT INTO events (source, id, type, subject, time, ingest_at, partition, offset, data)"
        " SELECT source, 'other', 'case.accepted', 'K1', time, ingest_at, 0, 9, '{}' FROM events"
    )
    migrate(clickhouse, TableSettings(keep_days=1))
    clickhouse.command("OPTIMIZE TABLE events FINAL")
    assert clickhouse.query("SELECT type FROM events").result_rows == [("rectification.opened",)]
