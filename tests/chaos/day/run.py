"""The other half of a run: days in event time, faults, then the reckoning of every column.

Owns what the reckoning waits for. Called by the command and the test. Invariant: it begins
when the night of the last day has been decided and recorded.
"""

import asyncio
import random
import time
from contextlib import suppress
from pathlib import Path

from schemas.topics import ALERTS, DEAD_LETTERS
from streams.rules.load import SHIPPED
from tests.chaos.day.compare import Day
from tests.chaos.day.oracle import truth_of
from tests.chaos.day.plan import SECTIONS
from tests.chaos.day.source import DaySource
from tests.chaos.faults import Faults, Say, disturb
from tests.chaos.run import Report
from tests.chaos.stage import PARTITIONS, stage
from tests.pipeline.database import Database
from tests.pipeline.group import watching
from tests.pipeline.hall import rules_with
from tests.pipeline.waiting import eventually

#: Records decided as one unit. Few, so that it is known when the worker looked at the time.
SLICE = 40

_SECTION = """
[[section]]
code = "S{number:02d}"
name-zh = "{number}"
name-en = "{number}"
calendar = "hall"
"""


async def run_day(
    seed: int, faults: Faults, per_second: float, folder: Path, say: Say, least_s: float = 0
) -> Report:
    """`least_s`: how long the load goes on at least.

    Raises AssertionError when something does not come back at all.
    """
    started = time.monotonic()
    settings = {"clock": "event", "slice": SLICE}
    async with stage(folder, _rules(folder / "rules"), **settings) as here:
        crew = here.crew
        source = DaySource(here.bootstrap, here.hall.events, PARTITIONS, seed, per_second)
        await crew.start()
        flowing = asyncio.create_task(source.run())
        await eventually(lambda: len(crew.decided()) == PARTITIONS, "all partitions are decided")
        felt = await disturb(crew, source.book.ends, faults, random.Random(seed), say)
        await asyncio.sleep(max(0, started + least_s - time.monotonic()))
        source.stop()
        await flowing
        async with watching(here.hall) as group:
            await group.finished(source.book.ends)
            # The night is decided in several steps, of which the first is committed alone.
            with suppress(AssertionError):  # the reckoning says who is not
                await eventually(lambda: not still_open(here.database), "the night is recorded")
            await group.finished(source.book.ends)
        day = Day(truth_of(source.book, here.hall.events), source.book, SLICE, here.database)
        messages = await here.read(ALERTS)
        letters = await here.read(DEAD_LETTERS)
        await crew.stop()
        day.hold_tables()
        day.hold_letters(letters)
        day.hold_alerts(messages)
    return Report(
        "day",
        seed,
        faults,
        source.book.records,
        len({one.event.subject for one in source.book.told.values()}),
        len(messages),
        time.monotonic() - started,
        felt,
        crew.died,
        day.verdict,
        open_cases=day.open_cases,
    )


def still_open(database: Database) -> int:
    """Journeys and alerts that the night has not ended."""
    found = database.one(
        "SELECT toInt32((SELECT count() FROM journeys_now WHERE end = 'open')"
        " + (SELECT count() FROM alerts_now WHERE state != 'closed')) AS open"
    )
    return int(found["open"])


def _rules(folder: Path) -> Path:
    """The shipped ones of the clocks the oracle knows; every section keeps the hall's hours."""
    rules_with(folder)
    elsewhere = (SHIPPED / "sections.toml").read_text(encoding="utf-8")
    sections = "".join(_SECTION.format(number=number) for number in range(1, SECTIONS + 1))
    (folder / "sections.toml").write_text(elsewhere + sections, encoding="utf-8")
    return folder
