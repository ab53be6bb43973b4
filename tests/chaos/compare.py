"""What was found against what is true: row by row, and message by message.

Owns the four figures that must be zero. Called by the run. Invariant: each row and each
message is held against the oracle; nothing is sampled.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from tests.chaos.oracle import LIMIT, WARN, Clock, Truth
from tests.pipeline.database import Database

#: Of an answer that has been in the log for so long nobody may be told any more (the
#: worker's own lag, 5 s, and the time a slice may take on a busy machine).
_SEEN_AFTER_MS = 5_000 + 5_000


class Message(Struct, frozen=True):
    """A record of the alerts topic. `decided_ms`: when it was decided."""

    id: str
    kind: str  #: warned, breached, closed or retracted
    alert: str
    promise: str
    journey: str
    decided_ms: int


class Verdict(Struct):
    """What differs, by kind; the sentences say where."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    false_pages: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.false_pages)


def compare(
    truth: Truth, bad: set[tuple[int, int]], database: Database, messages: list[Message]
) -> Verdict:
    found = Verdict()
    _events(truth, database, found)
    _dead_letters(bad, database, found)
    _journeys(truth, database, found)
    _verdicts(truth, database, found)
    _windows(truth, database, found)
    _alerts(truth, database, messages, found)
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


def _alerts(truth: Truth, database: Database, messages: list[Message], found: Verdict) -> None:
    ids = Counter(message.id for message in messages)
    found.doubled += [f"message {name} {count} times" for name, count in ids.items() if count > 1]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for message in messages:
        said[message.alert][message.kind] += 1
        clock = truth.clocks.get((message.promise, message.journey))
        if clock is None:
            found.wrong.append(f"message {message.id} is about nobody")
        elif reason := _false(message, clock):
            found.false_pages.append(f"message {message.id}: {reason}")
    rows = database.ask(
        "SELECT alert, promise, journey, cycle, state, closed_as, historical FROM alerts_now"
    )
    alerts: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        alerts[str(row["promise"]), str(row["journey"])].append(row)
    for alert in set(said) - {str(row["alert"]) for row in rows}:
        found.lost.append(f"alert {alert}: messages and no row")
    for name in set(truth.clocks) | set(alerts):
        if (clock := truth.clocks.get(name)) is None:
            found.wrong.append(f"alert of {name}, who is not there")
            continue
        _life(clock, sorted(alerts[name], key=lambda row: int(str(row["cycle"]))), said, found)


def _false(message: Message, clock: Clock) -> str:
    """Why nobody should have been told; "" when it was right."""
    if message.kind == "breached" and clock.breach_is_false:
        return f"answered after {clock.duration} ms, and it was known"
    if message.kind == "warned" and clock.warning_is_false:
        return f"answered after {clock.duration} ms, and it was known"
    answered = clock.known
    opening = message.kind in ("warned", "breached")
    if opening and answered and message.decided_ms > answered + _SEEN_AFTER_MS:
        return f"decided {message.decided_ms - answered} ms after the answer was known"
    return ""


def _life(
    clock: Clock,
    rows: list[dict[str, object]],
    said: dict[str, Counter[str]],
    found: Verdict,
) -> None:
    """The alerts of one promise to one journey: how they stand, and what was said of each."""
    name = f"alert {clock.promise}/{clock.journey}"
    for row in rows:
        alert, told = str(row["alert"]), said[str(row["alert"])]
        openings = max(told["warned"], told["breached"])
        if told["retracted"] > (row["closed_as"] == "retracted" and row["state"] == "closed"):
            found.doubled.append(f"{alert}: {dict(told)}")
        if row["historical"]:
            # Found in a backlog: recorded, and nobody was told of a breach. A warning that
            # had been said before is closed.
            if told["breached"] or told["warned"] != told["closed"]:
                found.false_pages.append(f"{alert}: historical, and said {dict(told)}")
            continue
        if openings != 1:
            (found.lost if not openings else found.doubled).append(f"{alert}: {dict(told)}")
        closings = 1 if row["state"] == "closed" else 0
        if told["closed"] != closings:
            where = found.lost if told["closed"] < closings else found.doubled
            where.append(f"{alert} is {row['state']}, closed messages: {told['closed']}")
    last = rows[-1] if rows else None
    expected = _expected(clock)
    state = (str(last["state"]), str(last["closed_as"])) if last else None
    if state not in expected:
        (found.wrong if last else found.lost).append(f"{name}: {state}, not one of {expected}")
    if clock.status == "waiting-late" and last and last["historical"]:
        found.lost.append(f"{name}: still waiting, and nobody was told")


def _expected(clock: Clock) -> list[tuple[str, str] | None]:
    """How the last alert may stand. What came late may have been taken for a breach or a
    warning, and then it was taken back: that is the law, too (semantics §3)."""
    retracted = ("closed", "retracted")
    if not clock.promised:
        return [None]
    if clock.status == "waiting-late":
        return [("breached", "")]
    if clock.status == "late":
        return [("closed", "met-late")]
    duration = clock.duration or 0
    if duration > WARN:
        return [("closed", "met")] if clock.had_by(LIMIT) else [("closed", "met"), retracted]
    return [None] if clock.had_by(WARN) else [None, retracted, ("closed", "met")]
