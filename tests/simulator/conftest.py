"""One simulated day for all tests of this folder, with its faults and without.

Invariant: nobody changes it.
"""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from schemas.decode import Event, Rejected, decode
from streams.simulator import Timed, read_hall, simulate

START = datetime.fromisoformat("2022-10-14T08:30:00+08:00")
END = START + timedelta(hours=9.5)
FAULTS = 0.05
SEED = 21


def kind(event: Event) -> str:
    tag = event.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


@pytest.fixture(scope="package")
def day() -> list[Timed]:
    return list(simulate(read_hall(), SEED, START, END, faults=FAULTS))


@pytest.fixture(scope="package")
def events(day: list[Timed]) -> list[Event]:
    """The day's truth: every good event once, in the order of event time."""
    good: dict[str, Event] = {}
    for timed in day:
        event = decode(timed.value, timed.headers, timed.key)
        if not isinstance(event, Rejected):
            good[event.id] = event
    return sorted(good.values(), key=lambda event: (event.time, event.id))


@pytest.fixture(scope="package")
def journeys(events: list[Event]) -> dict[str, list[Event]]:
    journeys: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        journeys[event.subject].append(event)
    return journeys
