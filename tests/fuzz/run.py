"""Rounds of fuzzed records through all a worker does with them but the sending.

Owns the rounds and what they came to. Called by `python -m tests.fuzz` and the tests.
Invariant: each record is an event, a clock of a replay, or a dead letter with a reason;
whatever is decided is encoded, and the state is read back as a successor would.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from schemas.deadletters import DeadLetter
from schemas.decode import Reason, Rejected, decode
from schemas.privacy import UnreadableError, find_personal, mask_raw, surely_clean
from streams.core.partition import Limits, Partition
from streams.core.rules import Rulebook, SourceRule
from streams.core.state import Restoring, encode_position
from streams.intake import Intake, take_in
from streams.publish import Names, Send
from streams.rules.load import load_rulebook
from streams.shares import queue_event
from streams.sheet import sheet_of
from tests.fuzz.mutate import Fuzzed, records

#: Of one partition, with its own seed: naming seed and round reproduces it.
ROUND = 1_000

_SLICE = 50
_NAMES = Names("hall.events", "hall.outcomes", "hall.alerts", "hall.deadletters", 4)
_DAY_MS = 86_400_000
_MOST_NAMED, _MOST_SHOWN = 5, 1_500


class Tally(Struct):
    """What the records came to."""

    messages: int = 0
    events: int = 0
    clocks: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    alerts: int = 0

    def add(self, other: "Tally") -> None:
        self.messages += other.messages
        self.events += other.events
        self.clocks += other.clocks
        self.refused.update(other.refused)
        self.rows.update(other.rows)
        self.alerts += other.alerts


class EscapedError(Exception):
    """Something was raised, or a record came to nothing. The text reproduces it."""

    def __init__(self, seed: int, number: int, culprits: list[Fuzzed], what: str) -> None:
        shown = "\n".join(f"  {culprit!r:.{_MOST_SHOWN}}" for culprit in culprits[:_MOST_NAMED])
        if len(culprits) > _MOST_NAMED:
            shown += f"\n  and {len(culprits) - _MOST_NAMED} more"
        super().__init__(
            f"{what}\nin round {number} of seed {seed}, by one of\n{shown}\n"
            f"again: python -m tests.fuzz --seed {seed} --round {number}"
        )


def rulebook(rules: Path | None = None) -> Rulebook:
    """The shipped rules, and a source whose silence means something."""
    listed = SourceRule(
        name="urn:*", version="1", clause="四（二）1", section="S01", silent_ms=300_000
    )
    return replace(load_rulebook(rules), sources=(listed,))


def run_round(
    book: Rulebook, seed: int, number: int, keep: Callable[[Send], None] | None = None
) -> Tally:
    """Every other round has the clock of a replay. `keep` gets all that would be sent.

    Raises EscapedError.
    """
    tally = Tally()
    limits = Limits(event_clock=number % 2 == 1)
    chance = random.Random(f"{seed}/{number}/moments")
    fuzzed = records(seed, number, ROUND)
    partition = Partition(number % 4, book, limits)
    restoring = Restoring()
    for start in range(0, len(fuzzed), _SLICE):
        part = fuzzed[start : start + _SLICE]
        try:
            partition = _slice(partition, part, restoring, chance, book, limits, tally, keep)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise EscapedError(seed, number, _culprits(part, book, limits), what) from error
    return tally


def _slice(
    partition: Partition,
    part: list[Fuzzed],
    restoring: Restoring,
    chance: random.Random,
    book: Rulebook,
    limits: Limits,
    tally: Tally,
    keep: Callable[[Send], None] | None,
) -> Partition:
    """Takes in, settles, encodes; now and then a successor takes over. Returns who goes on."""
    taken = take_in(partition, part, _NAMES.events)
    _account(part, taken, limits, tally)
    now = partition.log_time
    if chance.random() < 0.1:
        now += chance.choice((1, 60_000, 3_600_000, _DAY_MS, 3 * _DAY_MS))
    first: Intake | None = taken
    while True:
        outcomes = partition.settle(now, chance.random() < 0.3, most=chance.choice((3, 2_000)))
        for table, rows in outcomes.rows.items():
            tally.rows[table.value] += len(rows)
        tally.alerts += len(outcomes.messages)
        for queue in outcomes.queues:  # told by workers to themselves
            told = queue_event(queue, datetime.fromtimestamp(now / 1000, UTC))
            partition.take(told, partition.position.next_offset - 1, now)
        sheet = sheet_of(_NAMES, outcomes, first)
        sheet.alerts(now)
        for send in sheet.sends():
            if keep is not None:
                keep(send)
        for key, value in (encode_position(partition.position), *sheet.state):
            restoring.take(key, value)
        first = None
        if not outcomes.more:
            break
    partition.next_due()
    saved = restoring.restored()
    if chance.random() < 0.05 and saved is not None:
        successor = Partition(partition.number, book, limits)
        successor.restore(saved)
        assert successor.journeys == partition.journeys, "the successor has other journeys"
        return successor
    return partition


def _account(part: list[Fuzzed], taken: Intake, limits: Limits, tally: Tally) -> None:
    reasons = [letter.reason for letter in taken.dead_letters]
    for letter in taken.dead_letters:
        _nothing_personal(letter)
    rows = b"".join(lines for lines, _ in taken.event_rows)
    for line in rows.splitlines():
        assert surely_clean(line) or find_personal(line) is None, "a row holds personal data"
    for reason in reasons:
        Reason(reason)
    lines = rows.count(b"\n")
    assert lines == taken.events, f"{taken.events} events in {lines} lines"
    clocks = len(part) - taken.events - len(reasons)
    assert clocks == 0 or limits.event_clock, f"{clocks} records came to nothing"
    if clocks:
        told = [decode(one.value, one.headers, one.key or b"") for one in part]
        known = [one for one in told if not isinstance(one, Rejected)]
        assert sum(type(one).__name__ == "ClockAdvanced" for one in known) >= clocks
    tally.messages += len(part)
    tally.events += taken.events
    tally.clocks += clocks
    tally.refused.update(reasons)


def _nothing_personal(letter: DeadLetter) -> None:
    named = [name.encode("utf-8", "surrogateescape") for name, _ in letter.headers]
    said = [letter.field.encode(), letter.detail.encode()]
    held = [letter.raw, letter.key, *(content for _, content in letter.headers)]
    for part in (*named, *said, *held):
        assert part is None or not _personal(part), "a dead letter holds personal data"


def _personal(part: bytes) -> bool:
    if surely_clean(part):
        return False
    try:
        return find_personal(part) is not None
    except UnreadableError:
        return mask_raw(part) != part


def _culprits(part: list[Fuzzed], book: Rulebook, limits: Limits) -> list[Fuzzed]:
    """Those that do it alone; all, if it takes more than one."""
    found = []
    for one in part:
        alone = Partition(0, book, limits)
        try:
            taken = take_in(alone, [one], _NAMES.events)
            _account([one], taken, limits, Tally())
            sheet_of(_NAMES, alone.settle(alone.log_time), taken).sends()
        except Exception:
            found.append(one)
    return found or part
