"""The day as a whole: all tales, in the order the log has them, told in chapters.

Owns the order and the heartbeats that move every partition's time on; who plays it is
`play` or a test. Invariant: at the end of a chapter every partition knows what time it is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from schemas.decode import Event
from tests.core.story import clock_advanced, heartbeat, ms
from tests.scripted_day import duty, filing, hotline, materials, office, online, upsets, waits
from tests.scripted_day.tale import Alert, Tale, Verdict

RULES = Path(__file__).parent / "rules"

TALES: list[Tale] = [
    *online.TALES,
    *waits.TALES,
    *filing.TALES,
    *materials.TALES,
    *duty.TALES,
    *office.TALES,
    *hotline.TALES,
    *upsets.TALES,
]

#: How many verdicts there are of each promise, by status; counted by hand.
VERDICTS: dict[str, dict[str, int]] = {
    "online-first-response": {"kept": 35, "late": 4, "left-late": 1},
    "online-resolution-rate": {"kept": 22, "missed": 9},
    "appointment-wait-general": {
        "kept": 3,
        "late": 4,
        "left-late": 1,
        "left-in-time": 1,
        "left-mistaken": 1,
        "cancelled": 1,
        "expired": 1,
    },
    "appointment-wait-complex": {"kept": 2, "late": 1},
    "walk-in-wait": {"kept": 2, "late": 1, "measured": 1},
    "counter-filing": {"kept": 6, "late": 2, "left-late": 1},
    "session-recorded": {"kept": 5, "missed": 2},
    "exempt-materials": {"missed": 5},
    "counter-staffed": {"late": 2, "left-late": 1},
    "rating-invited": {"kept": 19, "missed": 1},
    "one-visit": {"provisional": 17, "missed": 3},
    "counter-not-department": {"kept": 2, "missed": 2},
    "hotline-contact": {"kept": 5, "late": 1},
    "hotline-close-general": {"kept": 3, "late": 1},
    "hotline-close-complex": {"kept": 1, "waiting-late": 1},
}

#: Whose heartbeats go on all the time; of it silence would be no fault.
OFFICE = "urn:hall:office"


class Chapter(Struct, frozen=True):
    """What the log gets up to a moment, and then what tells every partition that it is."""

    events: tuple[Event, ...]
    beats: tuple[Event, ...]


def _every_ten_minutes(first: str, last: str) -> Iterator[str]:
    at, end = (datetime.fromisoformat(f"2022-10-17T{text}") for text in (first, last))
    while at <= end:
        yield f"{at:%H:%M}"
        at += timedelta(minutes=10)


#: The working day.
DAYTIME = ("08:20", *_every_ten_minutes("08:40", "18:40"))

#: The evening in which days of ratios end, and the day after: whoever replays them vouches for
#: every source.
AFTERWARDS = (
    "20:10",
    *(f"2022-10-18 {at}" for at in ("08:40", "10:00", "11:30", "13:30", "16:10", "18:30")),
    "2022-10-19 09:00",
)


def chapters() -> Iterator[Chapter]:
    told = sorted((one for tale in TALES for one in tale.arrivals), key=lambda one: one.at)
    since = 0
    for end in (*DAYTIME, *AFTERWARDS):
        at = ms(end)
        events = tuple(one.event for one in told if since < one.at <= at)
        yield Chapter(events, _beats(end) if end in DAYTIME else (clock_advanced(end),))
        since = at
    assert not [one for one in told if one.at > since]


def _beats(end: str) -> tuple[Event, ...]:
    mine = heartbeat(end, OFFICE)
    if ms(upsets.LAST_BEAT) < ms(end) < ms(upsets.BACK):
        return (mine,)
    return (mine, heartbeat(end, upsets.QUEUE))


def alerts() -> list[Alert]:
    """Every alert there may be, and no other."""
    return sorted(alert for tale in TALES for alert in tale.alerts)


def verdicts() -> list[Verdict]:
    return sorted(verdict for tale in TALES for verdict in tale.verdicts)


def said() -> dict[str, tuple[str, ...]]:
    """By alert, its messages; an alert nobody is told of is not there."""
    return {alert: ids for tale in TALES for alert, ids in tale.said.items()}
