"""The whole simulation, from a hall and a seed to messages in the order they are sent.

Puts floor, desk, terminals, the offices behind them and the wire together. Invariant: pure; the
same arguments give the same bytes, however slowly the result is consumed.
"""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from schemas.frame import milliseconds
from streams.simulator.agenda import Agenda
from streams.simulator.casework import Casework
from streams.simulator.desk import AssistanceDesk
from streams.simulator.duty import DutyRoster
from streams.simulator.floor import Floor
from streams.simulator.hall import Hall
from streams.simulator.heartbeats import Heartbeats
from streams.simulator.hotline import Orders
from streams.simulator.lookups import Lookups
from streams.simulator.ratings import Ratings
from streams.simulator.rhythm import Rhythm
from streams.simulator.terminals import Terminals
from streams.simulator.voice import Stage
from streams.simulator.wire import Timed, send


def simulate(
    hall: Hall,
    seed: int,
    start: datetime,
    end: datetime,
    *,
    faults: float = 0.0,
    start_is: time | None = None,
    looping: bool = False,
    heartbeats: bool = False,
) -> Iterator[Timed]:
    """Messages of everything that happens from `start` to `end` (both with a zone).

    The hall is empty at `start`. `start_is` is the hour of the hall's day that `start` is
    taken for (None: its own hour in the hall's zone); `looping` keeps the day among its busy
    hours for ever. Messages delayed past `end` are still sent. With `heartbeats` the hall's own
    systems say that they are there; all other messages are the same without.
    """
    zone = ZoneInfo(hall.zone)
    local = start.astimezone(zone)
    stage = Stage(agenda=Agenda(), zone=zone, run=f"{local:%y%m%dT%H%M%S}", seed=seed)
    begins = milliseconds(start)
    rhythm = Rhythm(hall, begins, start_is or local.timetz().replace(tzinfo=None), looping=looping)
    floor = Floor(hall, stage, rhythm)
    floor.open(begins)
    AssistanceDesk(hall, stage, rhythm).open(begins)
    Terminals(stage, hall.habits).open(begins, floor.lines)
    # All below listen to the floor and the desk, and change nothing there.
    Casework(hall, stage, rhythm).open(begins)
    Ratings(hall, stage).open()
    DutyRoster(hall, stage, rhythm).open(begins, floor.lines)
    Orders(hall, stage, rhythm).open(begins)
    Lookups(hall, stage).open(begins)
    if heartbeats:
        Heartbeats(stage, hall).open(begins)
    return send(stage.agenda.run(milliseconds(end)), faults, seed)
