"""What was found against what is true: row by row, and message by message.

Owns the tables; `alerts` has the alerts. Called by the run. Invariant: each row and each
message is held against the oracle; nothing is sampled.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.chaos.alerts import Message, hold_alerts
from tests.chaos.oracle import Truth
from tests.chaos.verdict import Verdict
from tests.pipeline.database import Database


def compare(
    truth: Truth,
    bad: set[tuple[int, int]],
    database: Database,
    messages: list[Message],
) -> Verdict:
    found = Verdict()
    _events(truth, database, found)
    _dead_letters(bad, database, found)
    _journeys(truth, database, found)
    _verdicts(truth, database, found)
    _windows(truth, database, found)
    hold_alerts(truth, database, messages, found)
    return found


def _ms(column: str) -> str:
    """A nullable time as whole milliseconds."""
    return f"toInt64(toUnixTimestamp64Milli({column}))"


def _events(truth: Truth, database: Database, found: Verdict) -> None:
    rows = database.ask("SELECT source, id FROM events_now")
    there = Counter((row["source"], row["id"]) for row in rows)
    found.lost += [f"event {name}" for name in truth.events - set(there)]
    found.wrong += [f"event {name} was never sent" for name in set(there) - truth.events]
    found.doubled += [f"event {name} {count} times" for name, count in there.items() if count > 1]


def _dead_letters(bad: set[tuple[int, int]], database: Database, found: Verdict) -> None:
    rows = database.ask("SELECT partition, toInt64(offset) AS at FROM dead_letters_now")
    there = Counter((int(row["partition"]), int(row["at"])) for row in rows)
    found.lost += [f"dead letter {at}" for at in bad - set(there)]
    found.wrong += [f"dead letter {at} was no bad record" for at in set(there) - bad]
    found.doubled += [f"dead letter {at}" for at, count in there.items() if count > 1]


def _hold(
    what: str,
    true: Mapping[Any, Mapping[str, object]],
    rows: list[dict[str, object]],
    found: Verdict,
) -> None:
    """`rows` have their identity in `key`; the other columns are compared by name."""
    there: dict[object, dict[str, object]] = {}
    for row in rows:
        key = row.pop("key")
        name = tuple(key) if isinstance(key, list) else key
        if name in there:
            found.doubled.append(f"{what} {name}")
        there[name] = row
    for name, expected in true.items():
        row = there.pop(name, {})
        if not row:
            found.lost.append(f"{what} {name}")
        differ = [
            f"{column} {row.get(column)} instead of {value}"
            for column, value in expected.items()
            if row and row.get(column) != value
        ]
        if differ:
            found.wrong.append(f"{what} {name}: {', '.join(differ)}")
    found.wrong += [f"{what} {name} stands for nothing" for name in there]


def _journeys(truth: Truth, database: Database, found: Verdict) -> None:
    times = {
        "issued": "issued_at",
        "checked_in": "checked_in_at",
        "called": "first_called_at",
        "served": "served_at",
        "requested": "requested_at",
        "assigned": "assigned_at",
        "replied": "first_reply_at",
        "closed": "closed_at",
    }
    columns = ", ".join(f"{_ms(column)} AS {name}" for name, column in times.items())
    spans = ", ".join(
        f"toInt64({name}) AS {name}_"
        for name in ("first_response_ms", "promised_wait_ms", "filing_ms")
    )
    rows = database.ask(
        f"SELECT journey AS key, kind, section, end, {columns}, {spans} FROM journeys_now"
    )
    for row in rows:
        for name in [name for name in row if name.endswith("_ms_")]:
            row[name[:-1]] = row.pop(name)
        for name, value in row.items():
            row[name] = _number(value) if name not in _TEXTS else value
    _hold("journey", truth.journeys, rows, found)


_TEXTS = frozenset({"key", "kind", "section", "end"})


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def _verdicts(truth: Truth, database: Database, found: Verdict) -> None:
    rows = database.ask(
        f"SELECT [promise, journey] AS key, section, status, toInt64(duration_ms) AS duration, "
        f"{_ms('started_at')} AS started FROM verdicts_now"
    )
    for row in rows:
        row["duration"], row["started"] = _number(row["duration"]), _number(row["started"])
    true: dict[object, dict[str, object]] = {
        name: {
            "section": clock.section,
            "status": clock.status,
            "duration": clock.duration,
            "started": clock.start,
        }
        for name, clock in truth.clocks.items()
    }
    _hold("verdict", true, rows, found)


_COUNTS = (
    "started",
    "waiting",
    "waiting_late",
    "kept",
    "late",
    "measured",
    "answered_sum_ms",
)


def _windows(truth: Truth, database: Database, found: Verdict) -> None:
    sums = ", ".join(f"toInt64(sum({name})) AS {name}_" for name in _COUNTS)
    rows = database.ask(
        f"SELECT promise, toInt64(toUnixTimestamp(minute_at)) AS minute, section, {sums}, "
        "toInt64(max(answered_max_ms)) AS answered_max_ms_ FROM windows_now "
        "GROUP BY promise, minute_at, section"
    )
    shaped: list[dict[str, object]] = []
    for row in rows:
        shaped.append({"key": [row["promise"], int(row["minute"]), row["section"]]})
        shaped[-1] |= {name[:-1]: int(row[name]) for name in row if name.endswith("_")}
    true: dict[object, dict[str, object]] = {
        key: {name: counts[name] for name in (*_COUNTS, "answered_max_ms")}
        for key, counts in truth.windows.items()
    }
    before = len(found.wrong)
    _hold("window", true, shaped, found)
    # More than there were is a double count, whatever else is wrong with the row.
    for sentence in found.wrong[before:]:
        if (counted := _started(sentence)) and counted[0] > counted[1]:
            found.doubled.append(sentence)


def _started(sentence: str) -> tuple[int, int] | None:
    _, found, rest = sentence.partition("started ")
    if not found:
        return None
    there, true = rest.split(",")[0].split(" instead of ")
    return int(there), int(true)
