"""What the queries about people, counters, items and surveys have to answer.

Invariant: found in plain Python, by a second reading of the data set's rows.
"""

from statistics import fmean
from typing import Any

import msgspec

from schemas.outcomes import JourneyRow
from tests.history.hall import (
    Hall,
    Rows,
    day_of,
    grouped,
    local,
    quantile,
)


def q1(hall: Hall) -> Rows:
    hours = grouped(hall.visits, lambda row: local(row.opened_at).hour)
    return sorted(((hour, len(rows)) for hour, rows in hours.items()), key=lambda r: (-r[1], r[0]))


def q2(hall: Hall) -> Rows:
    found = []
    for day, rows in sorted(grouped(hall.visits, lambda row: day_of(row.opened_at)).items()):
        left = sum(row.end == "left" for row in rows)
        found.append(
            (day, len(rows), sum(row.end == "served" for row in rows), left, left / len(rows))
        )
    return found


def q3(hall: Hall) -> Rows:
    called = grouped([r for r in hall.visits if r.first_call_wait_ms is not None], _service)
    found = [
        (
            service,
            len(rows),
            fmean(row.first_call_wait_ms for row in rows) / 60_000,
            sum(row.first_call_wait_ms > 600_000 for row in rows),
        )
        for service, rows in called.items()
        if len(rows) >= 10
    ]
    return sorted(found, key=lambda row: (-row[2], row[0]))[:10]


def _service(row: JourneyRow) -> str:
    return row.service


def q4(hall: Hall) -> Rows:
    called = [row for row in hall.visits if row.counter and row.first_call_wait_ms is not None]
    found = []
    for (section, counter), rows in grouped(called, lambda r: (r.section, r.counter)).items():
        waits = [row.first_call_wait_ms for row in rows]
        found.append(
            (
                section,
                counter,
                len(waits),
                quantile(waits, 0.5) / 60_000,
                quantile(waits, 0.9) / 60_000,
                max(waits) / 60_000,
            )
        )
    return sorted(found, key=lambda row: (-row[4], row[0], row[1]))[:20]


def q8(hall: Hall) -> Rows:
    waited = [row for row in hall.visits if row.queue_ms is not None]
    waited.sort(key=lambda row: (-(row.queue_ms or 0), row.journey))
    return [
        (row.journey, row.section, row.service, (row.queue_ms or 0) / 60_000, str(row.end))
        for row in waited[:20]
    ]


def q10(hall: Hall) -> Rows:
    found = []
    for service, rows in grouped([r for r in hall.cases if r.end == "finished"], _service).items():
        repeated = sum(len(row.tickets) > 1 for row in rows)
        most = max(len(row.tickets) for row in rows)
        found.append((service, len(rows), repeated, repeated / len(rows), most))
    return sorted(found, key=lambda row: (-row[2], -row[1], row[0]))[:10]


def q11(hall: Hall) -> Rows:
    found = []
    for key, rows in grouped(hall.cases, lambda row: (row.receiver, row.approver)).items():
        asked = sum(row.supplements for row in rows)
        if asked:
            found.append((*key, len(rows), asked))
    return sorted(found, key=lambda row: (-row[3], row[0], row[1]))[:20]


def _answers(hall: Hall, question: str) -> list[tuple[int, float, dict[str, Any]]]:
    """Answer, measured minutes, and what was told; of visits that are known."""
    visits = {row.journey: row for row in hall.visits}
    found = []
    for row in hall.events:
        visit = visits.get(row.subject)
        if row.type != "survey.answered" or visit is None:
            continue
        told = msgspec.json.decode(row.data)
        waited = visit.promised_wait_ms
        waited = visit.first_call_wait_ms if waited is None else waited
        if question in told["answers"] and waited is not None:
            found.append((told["answers"][question], waited / 60_000, told))
    return found


def q16(hall: Hall) -> Rows:
    names = ("1: 5 分钟以内", "2: 5–10 分钟", "3: 10 分钟以上")
    answers = [one for one in _answers(hall, "overall") if one[2]["about"] == "visit"]
    found = []
    for name, rows in sorted(
        grouped(answers, lambda one: names[(one[1] >= 5) + (one[1] >= 10)]).items()
    ):
        scores = [one[0] for one in rows]
        low = sum(score <= 4 for score in scores)
        found.append((name, len(scores), fmean(scores), low / len(scores)))
    return found


def q17(hall: Hall) -> Rows:
    found = []
    by_section = grouped(_answers(hall, "waited-minutes"), lambda one: one[2]["section"])
    for section, rows in by_section.items():
        said, measured = fmean(one[0] for one in rows), fmean(one[1] for one in rows)
        found.append((section, len(rows), said, measured, said - measured))
    return sorted(found, key=lambda row: (-abs(row[4]), row[0]))


def q20(hall: Hall) -> Rows:
    called = [row for row in hall.visits if row.call_to_start_ms is not None]
    found = []
    for key, rows in grouped(called, lambda row: (row.section, row.clerk)).items():
        late = sum(row.call_to_start_ms > 60_000 for row in rows)
        if late:
            found.append((*key, len(rows), late, max(row.call_to_start_ms for row in rows) / 1000))
    return sorted(found, key=lambda row: (-row[3], row[0], row[1]))
