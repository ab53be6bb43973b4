"""`alerts_handled` and `figures_excused`: late acts show beside what the core knew, and nothing is
counted twice."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from schemas.acting import ActKind, Asked
from schemas.frame import Frame
from schemas.outcomes import AlertRow, AlertState, ClosedAs, EventRow, Row, WindowRow
from streams.acts.events import act_event
from tests.dashboards.stores import put_rows
from tests.sinks.samples import NINE, alert

WAIT = "appointment-wait-complex"
LATE: dict[str, Any] = {"breached_at": NINE + 1800, "over_ms": 60_000}
RATIO = f"sec-03/2022-10-14/{WAIT}"


def breach(name: str, **given: Any) -> AlertRow:
    told = {"alert": f"{WAIT}/{name}/1", "journey": name, "started_at": NINE, **LATE}
    return alert(**{**told, **given})


def acted(kind: ActKind, row: AlertRow, at: float, by: str = "chief-1") -> EventRow:
    asked = Asked(kind=kind, alert=row.alert, by=by, reason="停电" if kind == "excuse" else "")
    event: Frame = act_event(asked, row.section, at)
    told = msgspec.json.decode(msgspec.json.encode(event))
    return EventRow(
        source=event.source,
        id=event.id,
        type=told["type"],
        subject=event.subject,
        time=event.time.isoformat(),
        ingest_at=at,
        partition=0,
        offset=int(at - NINE),
        data=msgspec.json.encode(told["data"]).decode(),
    )


def window(**given: Any) -> WindowRow:
    told: dict[str, Any] = {
        "promise": WAIT, "minute_at": NINE, "section": "sec-03", "service": "x",
        "complexity": "complex", "channel": "appointment", "partition": 0, "version": 1,
    }  # fmt: skip
    return WindowRow(**{**told, **given})


@pytest.fixture
def empty(clickhouse: Client) -> Client:
    """Migrated, and without a row."""
    return clickhouse


def handled(client: Client, rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    put_rows(client, rows)
    found = client.query("SELECT * FROM alerts_handled").named_results()
    return {str(row["journey"]): row for row in found}


def figures(client: Client, rows: Iterable[Row]) -> list[dict[str, Any]]:
    put_rows(client, rows)
    return list(client.query("SELECT * FROM figures_excused ORDER BY day").named_results())


def test_a_late_act_shows_beside_an_alert_the_core_knew_nothing_more_of(empty: Client) -> None:
    untouched, late, known = breach("A1"), breach("A2"), breach(
        "A3", acknowledged_at=NINE + 1900, acknowledged_by="deputy-1"
    )  # fmt: skip
    rows = handled(
        empty,
        [
            untouched, late, known,
            acted(ActKind.ACKNOWLEDGE, late, NINE + 300_000),
            acted(ActKind.EXCUSE, late, NINE + 300_060, "deputy-1"),
            acted(ActKind.EXCUSE, late, NINE + 300_090, "chief-1"),
            acted(ActKind.ACKNOWLEDGE, known, NINE + 2000),
        ],
    )  # fmt: skip
    assert len(rows) == 3
    assert (rows["A1"]["acknowledged_at"], rows["A1"]["excused_at"]) == (None, None)
    assert (rows["A1"]["acknowledged_by"], rows["A1"]["excused_reason"]) == ("", "")
    assert rows["A2"]["acknowledged_at"].timestamp() == NINE + 300_000
    assert (rows["A2"]["acknowledged_by"], rows["A2"]["excused_by"]) == ("chief-1", "deputy-1")
    assert rows["A2"]["excused_reason"] == "停电"
    assert rows["A3"]["acknowledged_by"] == "deputy-1", "as the core has it"


def test_an_excuse_is_an_acknowledgement_too(empty: Client) -> None:
    row = breach("A1")
    found = handled(empty, [row, acted(ActKind.EXCUSE, row, NINE + 2000)])["A1"]
    assert (found["acknowledged_by"], found["excused_by"]) == ("chief-1", "chief-1")


def test_the_view_has_every_column_of_an_alert(empty: Client) -> None:
    columns = [name for (name, *_) in empty.query("DESCRIBE alerts_handled").result_rows]
    assert columns == list(AlertRow.__struct_fields__)


def test_raw_and_excused_figures_stand_side_by_side(empty: Client) -> None:
    early, late, retracted = breach("A1"), breach("A2"), breach("A3", closed_as="retracted")
    early = msgspec.structs.replace(
        early, excused_at=NINE + 2000, excused_by="chief-1", excused_reason="停电"
    )
    rows: list[Row] = [
        window(kept=16, late=2, left_late=1, excused=1),
        window(minute_at=NINE + 86_400, kept=5, waiting_late=1, provisional=4),
        window(minute_at=NINE, off_hours=True, late=9),
        window(minute_at=NINE, promise="counter-filing", waiting=3),
        early, late, retracted,
        acted(ActKind.EXCUSE, late, NINE + 300_000),
        acted(ActKind.EXCUSE, retracted, NINE + 300_000),
    ]  # fmt: skip
    started = [msgspec.structs.replace(row, started=20) if isinstance(row, WindowRow) else row
               for row in rows]  # fmt: skip
    first, second = figures(empty, started)
    assert (first["judged"], first["kept"], first["broken"]) == (19, 16, 3)
    assert first["excused"] == 2
    assert first["share"] == pytest.approx(16 / 19)
    assert first["share_excused"] == pytest.approx(16 / 17)
    assert (second["judged"], second["kept"], second["excused"]) == (10, 9, 0)
    assert not first["day_excused"]


def test_a_day_under_a_ratio_is_excused_as_a_whole(empty: Client) -> None:
    day = breach(RATIO, kept=8, judged=10, target_permille=900, started_at=NINE - 9 * 3600)
    closed = msgspec.structs.replace(day, state=AlertState.CLOSED, closed_as=ClosedAs.NEVER_MET)
    counted = window(kept=8, missed=2, started=10)
    (row,) = figures(empty, [counted, closed, acted(ActKind.EXCUSE, closed, NINE + 90_000)])
    assert (row["excused"], row["day_excused"], row["broken"]) == (0, True, 2)


def test_everything_excused_leaves_no_share(empty: Client) -> None:
    row = breach("A1")
    (found,) = figures(
        empty, [window(late=1, started=1), row, acted(ActKind.EXCUSE, row, NINE + 3000)]
    )
    assert (found["share"], found["share_excused"]) == (0.0, None)
