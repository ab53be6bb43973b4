"""What the panels must answer about a simulated hall, counted over its visits and chats.

Owns a reading of its own of semantics §3, in plain Python over what happened: no SQL, no rows of
the pipeline, none of its code. Called by `test_panels_oracle`. Times are seconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.dashboards.hall import Chat, Hall, Visit
from tests.dashboards.hall_office import STANDING, SYSTEMS

LIMIT_S = {
    "appointment-wait-general": 600.0,
    "appointment-wait-complex": 1800.0,
    "counter-filing": 1200.0,
    "online-first-response": 60.0,
}
WARN_S = {
    "appointment-wait-general": 420.0,
    "appointment-wait-complex": 1440.0,
    "counter-filing": 900.0,
    "online-first-response": 40.0,
}

#: Promise, journey, section, began, ended (infinity: not yet), given up or answered.
Clock = tuple[str, str, str, float, float, bool]


def clocks(hall: Hall, now: float) -> Iterator[Clock]:
    """Every promised or measured clock that had begun."""
    for v in hall.visits:
        if v.arrived <= now:
            yield (
                v.promise,
                v.journey,
                v.section,
                v.arrived,
                min(v.called, v.left),
                v.left < v.called,
            )
        if not v.at_terminal and v.served <= now:
            yield "counter-filing", v.journey, v.section, v.called, v.served, False
        if v.filed_from <= now:
            yield "counter-filing", v.journey, v.section, v.filed_from, v.filed_to, False
    for c in hall.chats:
        if c.requested <= now:
            yield "online-first-response", c.journey, c.section, c.requested, c.replied, False


def waiting(hall: Hall, now: float) -> list[Visit]:
    return [v for v in hall.visits if v.arrived <= now < min(v.called, v.left)]


def unanswered(hall: Hall, now: float) -> list[Chat]:
    return [c for c in hall.chats if c.requested <= now < c.replied]


def queue(hall: Hall, now: float) -> dict[str, tuple[int, int, float]]:
    """Section → who waits, how many of them past the limit, the longest wait."""
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for v in waiting(hall, now):
        waited = now - v.arrived
        found[v.section].append((waited, waited > LIMIT_S.get(v.promise, math.inf)))
    return {
        section: (len(all_), sum(late for _, late in all_), max(age for age, _ in all_))
        for section, all_ in found.items()
    }


def dots(hall: Hall, now: float) -> Counter[tuple[str, int, int]]:
    """(section, promised, twentieth of the limit) → people."""
    found: Counter[tuple[str, int, int]] = Counter()
    for v in waiting(hall, now):
        limit = LIMIT_S.get(v.promise)
        step = min(30, math.floor((now - v.arrived) * 20 / (limit or 600)))
        found[v.section, int(limit is not None), step] += 1
    for c in unanswered(hall, now):
        found[c.section, 1, min(30, math.floor((now - c.requested) * 20 / 60))] += 1
    return found


def chats(hall: Hall, now: float) -> dict[str, tuple[int, int, int, float]]:
    """Section → open, unanswered, past the limit, longest unanswered."""
    found: dict[str, tuple[int, int, int, float]] = {}
    for section in {c.section for c in hall.chats}:
        open_ = sum(c.section == section and c.requested <= now < c.closed for c in hall.chats)
        ages = [now - c.requested for c in unanswered(hall, now) if c.section == section]
        if open_ or ages:
            late = sum(age > 60 for age in ages)
            found[section] = (open_, len(ages), late, max(ages, default=0.0))
    return found


def kept(hall: Hall, now: float) -> dict[tuple[str, str], tuple[int, int]]:
    """(section, promise) → kept, and not kept in whatever way."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for promise, _, section, began, ended, gave_up in clocks(hall, now):
        limit = LIMIT_S.get(promise)
        if limit is None:
            continue
        over = min(ended, now) - began > limit
        if over:
            found[section, promise][1] += 1
        elif ended <= now and not gave_up:
            found[section, promise][0] += 1
    for c in hall.chats:
        if c.closed <= now:
            found[c.section, "online-resolution-rate"][not c.resolved] += 1
    return {key: (good, bad) for key, (good, bad) in found.items() if good + bad}


def open_alerts(hall: Hall, now: float) -> dict[str, tuple[str, str, bool, float]]:
    """Alert → section, state, standing, over by (of a warning: minus what is left)."""
    found = {}
    for promise, journey, section, began, ended, _ in clocks(hall, now):
        limit, age = LIMIT_S.get(promise), now - began
        if limit is None or ended <= now or age <= WARN_S[promise]:
            continue
        state = "breached" if age > limit else "warned"
        found[f"{promise}/{journey}/1"] = (section, state, False, age - limit)
    for number, (promise, section, ago, _) in enumerate(STANDING):
        found[f"{promise}/K{number}/1"] = (section, "breached", True, ago)
    return found


def standing() -> dict[tuple[str, str], tuple[int, int]]:
    """(promise, section) → open, looked after."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for promise, section, _, by in STANDING:
        found[promise, section][0] += 1
        found[promise, section][1] += bool(by)
    return {key: (open_, looked_after) for key, (open_, looked_after) in found.items()}


def systems(now: float) -> dict[str, tuple[int, float]]:
    """System → its sources, when it was last heard of."""
    found: dict[str, Any] = {}
    for system, _, _, ago in SYSTEMS:
        sources, newest = found.get(system, (0, 0.0))
        found[system] = (sources + 1, max(newest, now - ago))
    return found


def curve(hall: Hall, now: float) -> dict[float, tuple[int, int, int]]:
    """Quarter → arrived, served, and how many then waited."""
    arrived: Counter[float] = Counter()
    served: Counter[float] = Counter()
    left_queue: Counter[float] = Counter()
    for v in hall.visits:
        for tally, at in (
            (arrived, v.arrived),
            (served, v.served),
            (left_queue, min(v.called, v.left)),
        ):
            if v.arrived <= now and at <= now:
                tally[at // 900 * 900] += 1
    found, in_queue = {}, 0
    for slot in sorted(arrived.keys() | served.keys() | left_queue.keys()):
        in_queue += arrived[slot] - left_queue[slot]
        found[slot] = (arrived[slot], served[slot], in_queue)
    return found
