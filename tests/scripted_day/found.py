"""What a run of the day came to, put beside what it has to come to.

Owns reading rows and messages into the shapes of `tale`. Invariant: rows of the core and rows
of ClickHouse are read alike.
"""

from collections import Counter
from collections.abc import Iterable

from schemas.outcomes import AlertMessage, AlertRow, Status, VerdictRow
from streams.core.rules import KINDS, PromiseKind
from tests.pipeline.database import Database
from tests.scripted_day.tale import Alert, Verdict, clock

_ALERTS = """
SELECT * EXCEPT (breached_at, closed_at),
    toUnixTimestamp64Milli(breached_at) AS breached_ms,
    toUnixTimestamp64Milli(closed_at) AS closed_ms
FROM alerts_now
"""

_VERDICTS = "SELECT promise, journey, status, cause, excused FROM verdicts_now"


def alerts_of(rows: Iterable[AlertRow]) -> list[Alert]:
    return sorted(
        _alert(
            _ms(row.breached_at),
            _ms(row.closed_at),
            **{name: getattr(row, name) for name in _SAME},
            **{name: getattr(row, column) for name, column in _RENAMED.items()},
        )
        for row in rows
    )


def alerts_in(database: Database) -> list[Alert]:
    return sorted(
        _alert(
            _whole(row["breached_ms"]),
            _whole(row["closed_ms"]),
            **{name: _plain(name, row[name]) for name in _SAME},
            **{name: _plain(name, row[column]) for name, column in _RENAMED.items()},
        )
        for row in database.ask(_ALERTS)
    )


def verdicts_of(rows: Iterable[VerdictRow]) -> list[Verdict]:
    """Those that stand: what was taken back `verdicts_now` does not show either."""
    return sorted(
        Verdict(
            promise=row.promise,
            journey=row.journey,
            status=row.status.value,
            cause=row.cause,
            excused=row.excused,
        )
        for row in rows
        if row.status is not Status.WITHDRAWN
    )


def verdicts_in(database: Database) -> list[Verdict]:
    return sorted(
        Verdict(**{**row, "excused": bool(row["excused"])}) for row in database.ask(_VERDICTS)
    )


def said_in(messages: Iterable[AlertMessage]) -> dict[str, tuple[str, ...]]:
    """By alert, the phases told of it, without warnings that a breach followed. A second
    delivery of one message would stand there twice."""
    found: dict[str, list[str]] = {}
    for message in messages:
        phase = message.id.removeprefix(f"{message.subject}/")
        found.setdefault(message.subject, []).append(phase)
    for phases in found.values():
        if "breached" in phases and phases[0] == "warned":
            del phases[0]
    return {alert: tuple(phases) for alert, phases in found.items()}


def counted(verdicts: Iterable[Verdict]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for one in verdicts:
        counts.setdefault(one.promise, Counter())[one.status] += 1
    return {promise: dict(count) for promise, count in counts.items()}


_SAME = (
    "alert",
    "section",
    "state",
    "closed_as",
    "over_ms",
    "counter",
    "clerk",
    "cause",
    "acknowledged_by",
    "excused_by",
    "excused_reason",
    "silenced",
    "suspected",
    "historical",
    "correction",
    "kept",
    "judged",
)
_RENAMED = {"level": "escalation_level"}
_FLAGS = {"silenced", "suspected", "historical", "correction"}
_COUNTS = {"over_ms", "kept", "judged", "level"}


def _alert(breached_ms: int | None, closed_ms: int | None, **columns: object) -> Alert:
    promise = str(columns["alert"]).partition("/")[0]
    breached = clock(breached_ms)
    if breached and KINDS.get(promise) is PromiseKind.RATIO:
        breached = "told"
    return Alert(breached=breached, closed=clock(closed_ms), **columns)  # type: ignore[arg-type]


def _ms(at: float | None) -> int | None:
    return None if at is None else round(at * 1000)


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def _plain(name: str, value: object) -> object:
    if name in _FLAGS:
        return bool(value)
    return int(str(value)) if name in _COUNTS else value
