"""A queue as it stands → who in it will be late, and how many counters it takes.

Pure: the parts of all partitions and `now` in, an `Outlook` out. Called by `outlooks`, and by
`make bench ARGS=--forecast`, which holds it against what happened. The model is `erlang`'s; what
feeds it is measured in this very queue (section x service) over the look-back, and nothing else.
Invariants: the order of parts and of people in them changes nothing; more counters never make
more people late, and one more in the queue never fewer.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from schemas.queue import How, QueueData
from streams.core.erlang import still_waiting
from streams.core.forecasting import Forecasting

#: A counter that called nobody for so long, while people waited, is not open any more.
IDLE_MS = 300_000

#: Of leaving, before anything is measured: one who left in 400 s of waiting together. It weighs
#: like one more person, so that a queue nobody has left yet is no queue nobody ever leaves.
_LEFT, _LEFT_IN_S = 1.0, 400.0


class Known(StrEnum):
    """Whether there is a forecast, and if not, why."""

    KNOWN = "known"
    TOO_FEW_CALLS = "too-few-calls"
    SOURCE_SILENT = "source-silent"  #: whom it called meanwhile nobody knows
    PART_MISSING = "part-missing"  #: a worker has not said for a while what it knows


class Queue(Struct, frozen=True):
    """All partitions' parts together. Moments in milliseconds since the epoch."""

    waiting: tuple[tuple[int, int | None], ...]  #: since, deadline; in the order of the queue
    gone: tuple[tuple[int, int, How], ...]  #: since, until
    counters: dict[str, tuple[int, int | None]]  #: last called; freed, None: serving
    whole: int  #: from then on nobody who went is missing
    more: int  #: who wait behind those


class Pace(Struct, frozen=True):
    """What was measured, per second."""

    calls: float
    leaving: float  #: of each who waits
    counted: int  #: calls made while somebody else waited, too


class Outlook(Struct, frozen=True, array_like=True):
    """What is to be expected of a queue. But for `waiting` 0 unless it is known."""

    known: Known
    waiting: int
    promised: int = 0  #: of them under a promise, and still in time
    will_miss: int = 0  #: of those, how many will be late: the expected number, rounded
    above: bool = False  #: more than the settings allow
    clear: bool = False  #: so few that a warning may end
    counters_open: int = 0
    counters_needed: int = 0  #: at least as many as are open


def together(parts: Iterable[tuple[int, QueueData]], now: int) -> Queue:
    """The queue of those who wait by now, from each part and the moment it is of, ms."""
    waiting: list[tuple[int, int | None]] = []
    gone: list[tuple[int, int, How]] = []
    counters: dict[str, tuple[int, int | None]] = {}
    whole = more = 0
    for at, part in parts:
        for one in part.waiting:
            if at - one.since <= now:
                due = None if one.deadline is None else at - one.deadline
                waiting.append((at - one.since, due))
        gone += [(at - one.since, at - one.until, one.how) for one in part.gone]
        for counter in part.counters:
            freed = None if counter.freed is None else at - counter.freed
            seen = (at - counter.called, freed)
            counters[counter.counter] = max(
                seen, counters.get(counter.counter, seen), key=_latest_call
            )
        whole = max(whole, at - part.whole)
        more += part.more
    # Without a promise last among those of one moment; they are equals.
    waiting.sort(key=lambda one: (one[0], one[1] is None, one[1] or 0))
    return Queue(tuple(waiting), tuple(gone), counters, whole, more)


def _latest_call(seen: tuple[int, int | None]) -> tuple[int, int]:
    called, freed = seen
    return called, -1 if freed is None else freed


def pace_of(queue: Queue, now: int, look_back_ms: int) -> Pace:
    """The pace as those waiting saw it: each call weighs as much as people were waiting then.

    A plain mean over the time somebody waited is too slow where it matters: counters that serve
    several queues, and people who hurry, call faster where the line is long (docs/forecast.md).
    """
    start = max(queue.whole, now - look_back_ms)
    steps: dict[int, list[int]] = {}  # by moment: who came, was called, left, was removed
    for since, until, how in queue.gone:
        if until > max(since, start) and since < now:
            steps.setdefault(max(since, start), [0, 0, 0, 0])[0] += 1
            steps.setdefault(until, [0, 0, 0, 0])[1 + how] += 1
    for since, _ in queue.waiting:
        steps.setdefault(max(since, start), [0, 0, 0, 0])[0] += 1
    people = counted = left = 0
    weight = waited_ms = 0
    before = start
    for at in sorted(steps):
        came, called, gave_up, removed = steps[at]
        waited_ms += people * (at - before)
        weight += people * called
        counted += called if people > 1 else 0
        left += gave_up
        people += came - called - gave_up - removed
        before = at
    waited_s = (waited_ms + people * max(0, now - before)) / 1000
    return Pace(
        weight / waited_s if waited_s > 0 else 0.0,
        (left + _LEFT) / (waited_s + _LEFT_IN_S),
        counted,
    )


def chances(
    waiting: Sequence[tuple[int, int | None]], calls: float, leaving: float, now: int
) -> list[float]:
    """Of each with a deadline to come: that he is still waiting then."""
    return [
        still_waiting(ahead, calls, leaving, (deadline - now) / 1000)
        for ahead, (_, deadline) in enumerate(waiting)
        if deadline is not None and deadline >= now
    ]


def open_counters(queue: Queue, now: int, look_back_ms: int) -> int:
    """Those that serve somebody of this queue, or did and had no reason yet to call the next."""
    queued_since = min((since for since, _ in queue.waiting), default=now)
    return sum(
        called > now - look_back_ms and (freed is None or now - max(freed, queued_since) <= IDLE_MS)
        for called, freed in queue.counters.values()
    )


def counters_for(
    waiting: Sequence[tuple[int, int | None]],
    each: float,
    leaving: float,
    now: int,
    serving: int,
    allowed: float,
) -> int:
    """The least number of counters, each calling `each` a second, with which no more people are
    late than `allowed`; at least those serving.

    Whom even twice as many could not call in time is left out of it: for somebody with ten
    seconds left a hall could open fifty counters.
    """

    def late(counters: int) -> float:
        return sum(chances(waiting, each * counters, leaving, now))

    most = 2 * serving + 2
    enough = allowed + late(most)
    # It falls with every counter: the first that is enough.
    return serving + bisect_left(
        range(serving, most), -enough, key=lambda counters: -late(counters)
    )


def look_ahead(queue: Queue, rule: Forecasting, now: int) -> Outlook:
    """What is to be expected at the pace of now."""
    waiting = len(queue.waiting) + queue.more
    serving = open_counters(queue, now, rule.look_back_ms)
    pace = pace_of(queue, now, rule.look_back_ms)
    if not waiting:
        return Outlook(Known.KNOWN, 0, clear=True, counters_open=serving, counters_needed=serving)
    if pace.counted < rule.minimum:
        return Outlook(Known.TOO_FEW_CALLS, waiting)
    # Where nobody serves any more it is known what one counter did.
    each = pace.calls / max(1, serving or len(queue.counters))
    promised = sum(due is not None and due >= now for _, due in queue.waiting)
    allowed = rule.allowed * promised
    misses = sum(chances(queue.waiting, each * serving, pace.leaving, now))
    needed = counters_for(queue.waiting, each, pace.leaving, now, serving, allowed)
    above = misses > allowed and misses >= rule.warn_from
    return Outlook(
        Known.KNOWN,
        waiting,
        promised,
        round(misses),
        # Nobody is warned of what no counter can help.
        above=above and needed > serving,
        clear=misses <= allowed or misses < rule.warn_from / 2,
        counters_open=serving,
        counters_needed=needed,
    )
