"""What the queries about promises, alerts, excuses and orders have to answer.

Invariant: found in plain Python, by a second reading of the data set's rows.
"""

from collections import defaultdict
from datetime import date, datetime
from math import ceil

import msgspec
from msgspec import Struct

from schemas.outcomes import AlertRow
from tests.history.data import START
from tests.history.hall import (
    BROKEN,
    KEPT,
    Hall,
    Rows,
    day_of,
    grouped,
    local,
)


class Act(Struct, frozen=True):
    at: datetime
    by: str
    reason: str


def acts(hall: Hall, kind: str = "") -> dict[str, Act]:
    """By alert, the first of `kind`, or of any: whoever excuses looks after it, too."""
    found: dict[str, Act] = {}
    for row in sorted(hall.events, key=lambda row: datetime.fromisoformat(row.time)):
        if row.source != "hallwatch/acts" or not row.type.endswith(kind):
            continue
        told = msgspec.json.decode(row.data)
        act = Act(datetime.fromisoformat(row.time), told["by"], told.get("reason", ""))
        found.setdefault(told["alert"], act)
    return found


def _days(hall: Hall) -> dict[tuple[str, str, date], tuple[int, int, int]]:
    """Kept, broken, excused; of every promise, section and day in service hours."""
    excused: dict[tuple[str, str, date], set[str]] = defaultdict(set)
    told = acts(hall, "excused")
    for row in hall.alerts:
        if row.alert in told and row.breached_at and row.closed_as != "retracted":
            excused[row.promise, row.section, day_of(row.started_at)].add(row.journey)
    days: dict[tuple[str, str, date], tuple[int, int, int]] = {}
    judged = [row for row in hall.verdicts if not row.off_hours and row.status in KEPT | BROKEN]
    for key, rows in grouped(
        judged, lambda row: (str(row.promise), row.section, day_of(row.started_at))
    ).items():
        broken = sum(row.status in BROKEN for row in rows)
        days[key] = len(rows) - broken, broken, min(broken, len(excused.get(key, ())))
    return days


def q5(hall: Hall) -> Rows:
    found: Rows = []
    for (promise, section), keys in grouped(_days(hall).items(), lambda one: one[0][:2]).items():
        kept, broken, excused = (sum(one[1][at] for one in keys) for at in range(3))
        judged = kept + broken
        rest = judged - excused
        found.append(
            (
                promise,
                section,
                judged,
                broken,
                excused,
                kept / judged,
                kept / rest if rest else None,
            )
        )
    return sorted(found, key=lambda row: (row[5], row[0], row[1]))


def q6(hall: Hall) -> Rows:
    by_day: dict[date, list[tuple[int, int, int]]] = defaultdict(list)
    for (promise, _, day), counts in _days(hall).items():
        if promise == "counter-filing":
            by_day[day].append(counts)
    found = []
    for day, those in sorted(by_day.items()):
        kept, broken = sum(one[0] for one in those), sum(one[1] for one in those)
        found.append((day, kept, kept + broken, kept / (kept + broken)))
    return found


def q7(hall: Hall) -> Rows:
    asked = ("counter-filing", "online-first-response", "walk-in-wait")
    found: Rows = []
    for promise in asked:
        took = [
            row.duration_ms
            for row in hall.verdicts
            if row.promise == promise
            and row.duration_ms is not None
            and row.status in {"kept", "late", "measured"}
        ]
        ordered = sorted(took)
        # The one at that place, as a histogram has it; none lies between two.
        places = [ordered[ceil(share * len(ordered)) - 1] / 1000 for share in (0.5, 0.9, 0.99)]
        found.append((promise, len(took), *places))
    return found


def q9(hall: Hall) -> Rows:
    broken = [row for row in hall.verdicts if row.status in BROKEN]
    causes = grouped(broken, lambda row: (str(row.promise), str(row.status), row.cause))
    found = [(*key, len(rows)) for key, rows in causes.items()]
    return sorted(found, key=lambda row: (-row[3], row[:3]))


def q12(hall: Hall) -> Rows:
    first = [r for r in hall.verdicts if r.promise == "online-first-response" and not r.off_hours]
    found = []
    for version, rows in sorted(grouped(first, lambda row: row.rule_version).items()):
        judged = [row for row in rows if row.status in KEPT | BROKEN]
        kept = sum(row.status in KEPT for row in rows)
        found.append(
            (
                "online-first-response",
                version,
                len(judged),
                kept / len(judged),
                rows[0].limit_ms / 1000,
            )
        )
    return found


def q13(hall: Hall) -> Rows:
    silent = grouped([r for r in hall.alerts if r.promise == "source-silent"], _journey)
    found = [
        (
            source,
            len(rows),
            sum((row.closed_at - row.breached_at) / 60 for row in rows),
            local(max(row.breached_at for row in rows)),
        )
        for source, rows in silent.items()
    ]
    return sorted(found, key=lambda row: (-row[2], row[0]))


def _journey(row: AlertRow) -> str:
    return row.journey


def q14(hall: Hall) -> Rows:
    told = acts(hall)
    breached = [
        row
        for row in hall.alerts
        if row.breached_at and row.closed_as != "retracted" and row.promise != "source-silent"
    ]
    found: Rows = []
    for section, rows in grouped(breached, lambda row: row.section).items():
        took = [
            int(told[row.alert].at.timestamp()) - int(row.breached_at)
            for row in rows
            if row.alert in told
        ]
        late = sum(one > 300 for one in took)
        found.append((section, len(rows), len(rows) - len(took), late, max(took, default=None)))
    return sorted(found, key=lambda row: (-row[2], row[0]))


def q15(hall: Hall) -> Rows:
    excused = acts(hall, "excused")
    rows = [(excused[row.alert], row.section) for row in hall.alerts if row.alert in excused]
    found = [
        (*key, len(those), len({section for _, section in those}))
        for key, those in grouped(rows, lambda one: (one[0].by, one[0].reason)).items()
    ]
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def q18(hall: Hall) -> Rows:
    """How far each order came is how many events it has (`data._orders`)."""
    states = {1: "open", 2: "assigned", 3: "done", 4: "moved", 5: "reopened"}
    orders = grouped(
        [row for row in hall.events if row.type.startswith("rectification.")], lambda r: r.subject
    )
    found = []
    told = [
        (msgspec.json.decode(rows[0].data), states[len(rows)]) for _, rows in sorted(orders.items())
    ]
    for section, those in sorted(grouped(told, lambda one: one[0]["section"]).items()):
        undone = [first for first, state in those if state in ("open", "assigned", "reopened")]
        overdue = [one for one in undone if datetime.fromisoformat(one["due"]) < _AT_QUERY]
        moved = sum(state == "moved" for _, state in those)
        found.append((section, len(those), len(undone), moved, len(overdue)))
    return found


_AT_QUERY = datetime(2022, 10, 20, tzinfo=START.tzinfo)


def q19(hall: Hall) -> Rows:
    found = []
    for (promise, section, day), (kept, broken, _) in _days(hall).items():
        if promise == "online-resolution-rate" and day == date(2022, 10, 18):
            # Each miss needs nine that are kept beside it.
            left = 0
            step = 1 if 10 * kept >= 9 * (kept + broken) else -1
            while step > 0 and 10 * kept >= 9 * (kept + broken + left + 1):
                left += 1
            while step < 0 and 10 * kept < 9 * (kept + broken + left):
                left -= 1
            found.append((promise, section, kept + broken, broken, 0.9, left))
    return sorted(found, key=lambda row: (row[5], row[0], row[1]))
