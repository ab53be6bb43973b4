"""A day at the hall for the stories' tests: run through the real core, put into the real engine.

Monday 2022-10-17. A1 waited too long and filed too long, with a recording; C1 asked online just
before the noon break; B1 is the case that came of both; Z1 the rectification order. Invariant: the
rows are what the core says of these events, heard one by one.
"""

from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Any, Literal

import msgspec

from dashboards.stories.ask import tell
from dashboards.stories.store_rows import Read
from dashboards.stories.story import Page, Story
from schemas.decode import Event
from schemas.frame import milliseconds
from schemas.outcomes import AlertRow, AlertState, EventRow, Row
from streams.settings import Settings
from streams.worker_stories import reading_of, site_of
from tests.core.hall import BOOK, Hall
from tests.core.story import SOURCE, chat, event, ms, visit
from tests.core.story import Story as Tale
from tests.dashboards.rows import alert
from tests.dashboards.stores import Store

SITE = site_of(Settings(), BOOK)

EVENING = ms("18:00") / 1000

WAIT, FILING, REPLY = "appointment-wait-general", "counter-filing", "online-first-response"
WAIT_ALERT = f"{WAIT}/A1/1"

#: Heard of half an hour after it happened: the queue's line was down.
CAME_LATE = {"A1 checked-in 09:20": "09:50"}

_AT = {"terminal": "T1", "counter": "W1"}

VISIT = (
    visit()
    .booked("09:30")
    .checked_in("09:20")
    .called("09:42:10")
    .session_started("09:43")
    .tell("terminal.recording-started", "09:43:05", recording="rec-7", **_AT)
    .identity_check("09:44")
    .identity_passed("09:46")
    .tell("terminal.material-requested", "09:50", item="item-1", material="household", **_AT)
    .submitted("10:09:30")
    .tell("terminal.recording-stopped", "10:10", recording="rec-7", seconds=1615, **_AT)
    .session_ended("10:10:30")
    .served("10:11")
    .tell("rating.invited", "10:11:05", about="visit", source="urn:rating")
    .tell("rating.rated", "10:11:40", about="visit", stars=2, source="urn:rating")
    .tell("survey.answered", "15:00", about="visit", survey="autumn", answers={"wait-minutes": 20})
    .tell("alert.acknowledged", "09:41", alert=WAIT_ALERT, by="chief-1")
)
CHAT = chat().requested("11:29:30").assigned("11:29:40").greeted("11:29:41").replied("13:31")
CASE = (
    Tale("B1", "counters")
    .tell("case.accepted", "10:05", item="item-1", ticket="A1", clerk="clerk-1")
    .tell("case.returned", "14:00", item="item-1", reason="photo-missing", clerk="clerk-9")
    .tell("case.linked", "14:05", chat="C1")
)
ORDER = Tale("Z1", "counters").tell(
    "rectification.opened",
    "17:00",
    by="hallwatch",
    promise=WAIT,
    clause="4-2-1",
    cause="repeated waits at W1",
    due="2022-10-24T17:00:00+08:00",
    alerts=[WAIT_ALERT],
)
SILENCE = event(
    "alert.silenced",
    "09:00",
    "quiet-1",
    "silence 09:00",
    SOURCE,
    section="counters",
    until="2022-10-17T12:00:00+08:00",
    by="chief-1",
    reason="fire drill",
)
DAY = (VISIT, CHAT, CASE, ORDER, (SILENCE,))


def heard_at(told: Event) -> int:
    late = CAME_LATE.get(told.id)
    return milliseconds(told.time) if late is None else ms(late)


@cache
def whole_day() -> tuple[Row, ...]:
    return tuple(rows_of_day(*DAY))


def rows_of_day(*tales: Iterable[Event], until: str = "18:00") -> list[Row]:
    """What the pipeline would have stored by then, having looked every minute."""
    hall = Hall(book=BOOK)
    rows: list[Row] = []
    last = ms("08:00")
    for told in sorted(chain(*tales), key=heard_at):
        at = heard_at(told)
        if at > ms(until):
            break
        for moment in range(last, at, 60_000):
            hall.settle(moment)
        assert hall.hear([told], ingest=at) == []
        hall.settle(at)
        rows.append(event_row(told, at, offset=len(rows)))
        last = at
    for moment in (*range(last, ms(until), 60_000), ms(until)):
        hall.settle(moment)
    return rows + [row for table in hall.rows.values() for row in table.values()]


def event_row(told: Event, ingest: int, offset: int) -> EventRow:
    return EventRow(
        source=told.source,
        id=told.id,
        type=str(type(told).__struct_config__.tag),
        subject=told.subject,
        time=told.time.isoformat(),
        ingest_at=ingest / 1000,
        partition=3,
        offset=offset,
        data=msgspec.json.encode(told.data).decode(),
    )


def reading(store: Store) -> Read:
    return reading_of(lambda: store.client)


def told(
    store: Store,
    page: Page,
    key: str,
    language: Literal["zh", "en"] = "zh",
    now: float = EVENING,
) -> Story:
    return tell(reading(store), SITE, page, key, now, language)


def at(clock: str) -> float:
    """Seconds since the epoch of a reading of the hall's clock on the day."""
    return ms(clock) / 1000


def alert_of(name: str, state: AlertState, **said: Any) -> AlertRow:
    """An alert of the day, written by hand: its journey may hold slashes."""
    promise, _, rest = name.partition("/")
    journey, _, cycle = rest.rpartition("/")
    plain = alert("p/j/1", "counters", state, started_at=0.0)
    moments = {
        column: at(value) if column.endswith("_at") and isinstance(value, str) else value
        for column, value in said.items()
    }
    own = {"alert": name, "promise": promise, "journey": journey, "cycle": int(cycle)}
    return msgspec.structs.replace(plain, **own, **moments)
