"""What ClickHouse has in the end against what was sent, row by row.

Called by the runs. Invariant: figures come by SQL from what readers ask, the `_now` views.
"""

from msgspec import Struct

from tests.outages.chats import LIMIT_S, Truth
from tests.pipeline.database import Database


class Books(Struct, frozen=True):
    """All zero when all is well."""

    lost: int
    doubled: int
    wrong: int
    example: str = ""


def settled(database: Database, truth: Truth) -> Books:
    """Blocks for as long as the questions take."""
    lost = doubled = 0
    wrong: list[str] = []
    found = {
        row["subject"]: (int(row["n"]), int(row["different"]))
        for row in database.ask(
            "SELECT subject, count() AS n, uniqExact(id) AS different FROM events_now GROUP BY ALL"
        )
    }
    for chat, sent in truth.events.items():
        there, different = found.pop(chat, (0, 0))
        lost += max(0, sent - different)
        doubled += there - different
    wrong += [f"events of {chat}, which was never sent" for chat in found]
    delayed = _delayed(database) - truth.late
    for table in ("journeys", "verdicts", "alerts"):
        (row,) = database.ask(
            f"SELECT count() AS n, uniqExact(journey) AS different FROM {table}_now"
        )
        doubled += int(row["n"]) - int(row["different"])
        wanted = truth.late | delayed if table == "alerts" else truth.events.keys()
        lost += len(wanted) - int(row["different"])
    wrong += _wrong_verdicts(database, truth)
    wrong += _wrong_alerts(database, truth, delayed)
    wrong += _wrong_windows(database, truth)
    return Books(lost, doubled, len(wrong), "; ".join(wrong[:3]))


def _wrong_verdicts(database: Database, truth: Truth) -> list[str]:
    wrong = []
    for row in database.ask("SELECT journey, status, duration_ms FROM verdicts_now"):
        took = truth.answered_ms.get(row["journey"])
        status = None if took is None else "late" if took > LIMIT_S * 1000 else "kept"
        if (status, took) != (row["status"], int(row["duration_ms"] or 0)):
            wrong.append(f"{row} instead of {status} after {took}")
    return wrong


def _delayed(database: Database) -> set[str]:
    """Chats that were answered in time, but the answer reached the broker when its time was
    over: on a machine so busy it is right to tell of them, and to take it back."""
    rows = database.ask(
        """SELECT a.journey FROM alerts_now AS a
        JOIN events_now AS e ON e.subject = a.journey AND e.id = concat(a.journey, '/1')
        WHERE a.closed_as = 'retracted'
        AND e.ingest_at >= a.started_at + toIntervalMillisecond(a.limit_ms)"""
    )
    return {row["journey"] for row in rows}


def _wrong_alerts(database: Database, truth: Truth, delayed: set[str]) -> list[str]:
    rows = database.ask("SELECT journey, state, closed_as, historical FROM alerts_now")
    right = {"state": "closed", "closed_as": "met-late", "historical": False}
    return [
        f"alert {row}"
        for row in rows
        if row["journey"] not in delayed
        and (row["journey"] not in truth.late or {**row, **right} != row)
    ]


def _wrong_windows(database: Database, truth: Truth) -> list[str]:
    (row,) = database.ask("SELECT sum(started), sum(kept), sum(late) FROM windows_now")
    counted = [int(value) for value in row.values()]
    chats, late = len(truth.answered_ms), len(truth.late)
    wanted = [chats, chats - late, late]
    return [] if counted == wanted else [f"windows add up to {counted} instead of {wanted}"]
