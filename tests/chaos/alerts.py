"""The alerts of the live half: each row and each message against who waited how long.

Owns what a false page is, and a missing one. Called by the comparison. Invariant: what
depends on when a worker looked is allowed either way; nothing else is.
"""

from collections import Counter, defaultdict

from msgspec import Struct

from tests.chaos.oracle import LIMIT, WARN, Clock, Truth
from tests.chaos.verdict import Verdict
from tests.pipeline.database import Database

#: Of an answer that has been in the log for so long nobody may be told any more (the
#: worker's own lag, 5 s, and the time a slice may take on a busy machine).
_SEEN_AFTER_MS = 5_000 + 5_000

#: In a calm a breach is told at once; on a machine with other things to do, within this.
_PAGED_WITHIN_MS = 6_000


class Message(Struct, frozen=True):
    """A record of the alerts topic. `decided_ms`: when it was decided."""

    id: str
    kind: str  #: warned, breached, closed or retracted
    alert: str
    promise: str
    journey: str
    decided_ms: int


def hold_alerts(truth: Truth, database: Database, messages: list[Message], found: Verdict) -> None:
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
    if answered and message.kind == "breached":
        answered = max(answered, clock.begun)  # nobody could tell before; it is a breach still
    opening = message.kind in ("warned", "breached")
    if opening and message.decided_ms <= clock.start + (
        LIMIT if message.kind == "breached" else WARN
    ):
        return f"decided {message.decided_ms - clock.start} ms after the clock began"
    if opening and answered and message.decided_ms > answered + _SEEN_AFTER_MS:
        return f"decided {message.decided_ms - answered} ms after the answer was known"
    return ""


def hold_pages(
    truth: Truth, messages: list[Message], calms: list[tuple[int, int]], found: Verdict
) -> int:
    """Whoever has waited too long and waits on in a calm: people know of it before long.

    `calms`: from and to when (ms) there was no fault, and none to recover from. Returns of
    how many alerts that could be asked.
    """
    asked = 0
    first: dict[tuple[str, str], int] = {}
    for message in messages:
        if message.kind == "breached":
            name = (message.promise, message.journey)
            first[name] = min(message.decided_ms, first.get(name, message.decided_ms))
    for name, clock in truth.clocks.items():
        if not (clock.promised and clock.late):
            continue
        for began, ended in calms:
            known_by = max(clock.start + LIMIT, began) + _PAGED_WITHIN_MS
            if known_by >= min(clock.known or ended, ended):
                continue
            asked += 1
            told = first.get(name)
            if told is None or told > known_by:
                when = "never" if told is None else f"{told - known_by + _PAGED_WITHIN_MS} ms after"
                found.lost.append(f"alert {'/'.join(name)}: late in a calm, and told {when}")
            break
    return asked


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
        breach = row["state"] == "breached" or row["closed_as"] == "met-late"
        if openings != 1 or (breach and not told["breached"]):
            (found.lost if openings < 2 else found.doubled).append(f"{alert}: {dict(told)}")
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
