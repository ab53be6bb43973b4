"""Messages of every promise in every phase, as the core sends them.

Owns the cases; how they read is in `golden/`, and `make_bodies` writes that. Invariant: a promise
that is added to the plan's is a case here, or `test_bodies` says so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec.structs import replace

from schemas.outcomes import AlertMessage, AlertRow, AlertState, ClosedAs, MessageType
from tests.sinks.body_site import DAY_S

NINE = datetime(2022, 10, 14, 9, 0, tzinfo=UTC).timestamp() - 8 * 3600

#: By promise: limit and warning in seconds, the journey, and what else is known of it.
_CLOCKS: dict[str, tuple[float, float, str, dict[str, object]]] = {
    "online-first-response": (60, 40, "221014-chat-0098", {"section": "S24", "counter": ""}),
    "appointment-wait-general": (600, 420, "221014-S01-0127", {"clerk": ""}),
    "appointment-wait-complex": (1800, 1440, "221014-S01-0128", {"clerk": ""}),
    "counter-filing": (1200, 900, "221014-S01-0129", {}),
    "walk-in-wait": (900, 600, "221014-S01-0130", {"clerk": ""}),
    "counter-staffed": (600, 300, "W1-am#1665709200000", {"cause": "paused-without-reason"}),
    "hotline-contact": (DAY_S, 0, "H20221014000123", {"counter": "", "clerk": ""}),
    "hotline-close-general": (5 * DAY_S, 4 * DAY_S, "H20221014000124", {"counter": ""}),
    "hotline-close-complex": (15 * DAY_S, 12 * DAY_S, "H20221014000125", {"counter": ""}),
}
_CONDITIONS: dict[str, tuple[str, dict[str, object]]] = {
    "exempt-materials": ("221014-S01-0131#business-licence", {"cause": "clerk"}),
    "counter-not-department": ("221014-K-0007", {"cause": "no-trace: certain"}),
    "session-recorded": ("221014-S01-0132", {"limit_ms": 600_000}),
}
_RATIOS: dict[str, tuple[int, int]] = {  #: kept of 40 when told, and what was promised
    "online-resolution-rate": (35, 900),
    "rating-invited": (38, 1000),
    "one-visit": (35, 900),
}
PROMISES = (*_CLOCKS, *_CONDITIONS, *_RATIOS)

_EXCUSED: dict[str, object] = {
    "state": AlertState.CLOSED,
    "closed_as": ClosedAs.EXCUSED,
    "closed_at": NINE + 3600,
    "excused_at": NINE + 3600,
    "excused_by": "chief-1",
    "excused_reason": "系统升级，叫号屏停了二十分钟",
}


def messages() -> Iterator[tuple[str, AlertMessage]]:
    """Each with the name of its case."""
    for promise in _CLOCKS:
        yield from _of_clock(promise)
    for promise in _CONDITIONS:
        yield from _of_condition(promise)
    for promise in _RATIOS:
        yield from _of_ratio(promise)
    yield from _special()


def _acknowledged(at: float) -> dict[str, object]:
    return {"acknowledged_at": at, "acknowledged_by": "chief-1"}


def _of_clock(promise: str) -> Iterator[tuple[str, AlertMessage]]:
    limit, warn, journey, given = _CLOCKS[promise]
    days = promise.startswith("hotline")
    row = row_of(promise, journey, limit_ms=0 if days else int(limit * 1000), **given)
    due, closed = NINE + limit, {"state": AlertState.CLOSED}
    over = DAY_S if days else 200.0
    breached: dict[str, object] = {"breached_at": due, "state": AlertState.BREACHED}
    ended: dict[str, object] = {
        **breached, **closed,
        "closed_at": due + over, "over_ms": 0 if days else int(over * 1000),
    }  # fmt: skip
    if warn:
        warned = replace(row, state=AlertState.WARNED, warned_at=NINE + warn)
        yield _said(f"{promise} warned", "warned", warned, NINE + warn + 0.05)
        met = _with(warned, **closed, closed_as=ClosedAs.MET, closed_at=due - 5)
        yield _said(f"{promise} met in time", "closed", met, due - 5)
        lapsed = replace(met, closed_as=ClosedAs.NEVER_MET)
        yield _said(f"{promise} lapsed in time", "closed", lapsed, due - 5)
        taken_back = replace(met, closed_as=ClosedAs.RETRACTED)
        yield _said(f"{promise} warning retracted", "closed", taken_back, due - 5)
    late = _with(row, **breached)
    yield _said(f"{promise} breached", "breached", late, due + 0.05)
    yield _said(f"{promise} found late", "breached", replace(late, correction=True), due + over)
    up = replace(late, escalation_level=1, escalated_at=due + over)
    yield _said(f"{promise} escalated", "escalated", up, due + over)
    met = _with(late, **ended, closed_as=ClosedAs.MET_LATE, **_acknowledged(due + 60))
    yield _said(f"{promise} met late", "closed", met, due + over)
    never = _with(late, **ended, closed_as=ClosedAs.NEVER_MET)
    yield _said(f"{promise} never met", "closed", never, due + over)
    excused = _with(late, **_EXCUSED)
    yield _said(f"{promise} excused", "closed", excused, NINE + 3600)
    retracted = _with(late, **ended, closed_as=ClosedAs.RETRACTED, correction=True)
    yield _said(f"{promise} retracted", "retracted", retracted, due + over)


def _of_condition(promise: str) -> Iterator[tuple[str, AlertMessage]]:
    journey, given = _CONDITIONS[promise]
    due = NINE + (600 if promise == "session-recorded" else 0)
    row = row_of(promise, journey, breached_at=due, **given)
    yield _said(f"{promise} breached", "breached", row, due + 1)
    if promise == "exempt-materials":
        system = replace(row, cause="system")
        yield _said(f"{promise} breached, system", "breached", system, NINE + 1)
    if promise == "counter-not-department":
        for cause in ("no-counter-volume: likely", "department-share: possible"):
            found = replace(row, cause=cause)
            yield _said(f"{promise} breached, {cause}", "breached", found, NINE + 1)
    up = replace(row, escalation_level=1, escalated_at=due + 600)
    yield _said(f"{promise} escalated", "escalated", up, due + 600)
    closed = _with(
        row, state=AlertState.CLOSED, closed_as=ClosedAs.NEVER_MET, closed_at=NINE + DAY_S
    )
    yield _said(f"{promise} stood a day", "closed", closed, NINE + DAY_S)
    taken = _with(replace(closed, closed_at=NINE + 3600), **_acknowledged(NINE + 3600))
    yield _said(f"{promise} acknowledged", "closed", taken, NINE + 3600)
    yield _said(f"{promise} excused", "closed", _with(row, **_EXCUSED), NINE + 3600)
    retracted = replace(closed, closed_as=ClosedAs.RETRACTED)
    yield _said(f"{promise} retracted", "retracted", retracted, NINE + 3600)
    if promise == "session-recorded":
        met = replace(closed, closed_as=ClosedAs.MET_LATE, closed_at=NINE + 1500, over_ms=900_000)
        yield _said(f"{promise} met late", "closed", met, NINE + 1500)


def _of_ratio(promise: str) -> Iterator[tuple[str, AlertMessage]]:
    kept, target = _RATIOS[promise]
    ten = NINE + 3600
    row = row_of(
        promise, f"S01/2022-10-14/{promise}", counter="", clerk="", started_at=NINE - 9 * 3600,
        kept=kept, judged=40, target_permille=target,
    )  # fmt: skip
    warned = replace(row, state=AlertState.WARNED, kept=36)
    if target < 1000:
        yield _said(f"{promise} warned", "warned", warned, ten)
        met = _with(warned, state=AlertState.CLOSED, closed_as=ClosedAs.MET, closed_at=ten + 3600)
        yield _said(f"{promise} day met", "closed", met, ten + 3600)
    below = replace(row, breached_at=ten)
    yield _said(f"{promise} breached", "breached", below, ten)
    up = replace(below, escalation_level=1, escalated_at=ten + 600)
    yield _said(f"{promise} escalated", "escalated", up, ten + 600)
    over = _with(below, state=AlertState.CLOSED, closed_at=ten + 7 * 3600)
    back = _with(over, closed_as=ClosedAs.MET_LATE, kept=118, judged=118 if target == 1000 else 130)
    yield _said(f"{promise} day met late", "closed", back, ten + 8 * 3600)
    never = _with(
        over, closed_as=ClosedAs.NEVER_MET, kept=110, judged=130, **_acknowledged(NINE + 3600)
    )
    yield _said(f"{promise} day never met", "closed", never, ten + 8 * 3600)
    yield _said(f"{promise} excused", "closed", _with(below, **_EXCUSED), ten)


def _special() -> Iterator[tuple[str, AlertMessage]]:
    silent = row_of("source-silent", "/hall/queue", counter="", clerk="", limit_ms=120_000)
    yield _said("source silent", "breached", silent, NINE + 120)
    over = {"state": AlertState.CLOSED, "closed_as": ClosedAs.MET_LATE, "closed_at": NINE + 600}
    yield _said("source back", "closed", _with(silent, **over), NINE + 600)
    stopped = row_of(
        "intake-stopped", "hall.events/3", counter="", clerk="", limit_ms=0, partition=3,
        evidence=["malformed 480", "missing-field 21"],
    )  # fmt: skip
    yield _said("intake stopped", "breached", stopped, NINE)
    yield _said("intake goes on", "closed", _with(stopped, **over), NINE + 600)
    failed = row_of(
        "channel-failed", "chiefs-group", counter="", clerk="", limit_ms=0,
        cause="企业微信返回 93000：机器人地址无效", evidence=["a/1/breached", "b/1/breached"],
    )  # fmt: skip
    yield _said("channel failed", "breached", failed, NINE)
    yield _said("channel works again", "closed", _with(failed, **over), NINE + 600)
    queue = row_of(
        "wait-forecast", "S01/licence", counter="", clerk="", service="licence", limit_ms=0,
        state=AlertState.WARNED, warned_at=NINE, waiting=14, will_miss=6,
        counters_open=3, counters_needed=5,
    )  # fmt: skip
    yield _said("forecast", "warned", queue, NINE)
    clear = {"state": AlertState.CLOSED, "closed_as": ClosedAs.MET, "closed_at": NINE + 900}
    yield _said("forecast clears", "closed", _with(queue, **clear), NINE + 900)


def row_of(promise: str, journey: str, **given: object) -> AlertRow:
    row = AlertRow(
        alert=f"{promise}/{journey}/1",
        promise=promise,
        journey=journey,
        cycle=1,
        section="S01",
        service="company-start",
        complexity="general",
        channel="appointment",
        counter="C101",
        clerk="clerk-2041",
        state=AlertState.BREACHED,
        clause="四（二）1",
        rule_version="v1",
        limit_ms=0,
        started_at=NINE,
        partition=0,
        version=1,
    )
    return _with(row, **given)


def _with(row: AlertRow, **given: object) -> AlertRow:
    changed: AlertRow = replace(row, **given)
    return changed


def _said(case: str, what: str, row: AlertRow, at: float) -> tuple[str, AlertMessage]:
    return case, said_of(what, row, at)


def said_of(what: str, row: AlertRow, at: float) -> AlertMessage:
    types: dict[str, MessageType] = {
        "warned": "hall.alert.warned",
        "breached": "hall.alert.breached",
        "escalated": "hall.alert.escalated",
        "closed": "hall.alert.closed",
        "retracted": "hall.alert.retracted",
    }
    return AlertMessage(
        id=f"{row.alert}/{what}",
        type=types[what],
        subject=row.alert,
        partitionkey=row.section,
        time=datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
        data=row,
    )
