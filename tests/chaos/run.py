"""The live half of a run: a hall under load, faults, then the reckoning.

Owns what the reckoning waits for. Called by the command and the test. Invariant: it waits
until all is recorded and every limit has passed.
"""

import asyncio
import random
import time
from contextlib import suppress
from pathlib import Path

import msgspec
from aiokafka import ConsumerRecord
from msgspec import Struct

from schemas.topics import ALERTS
from streams.publish import DECIDED_HEADER
from tests.chaos.alerts import Message, hold_pages
from tests.chaos.compare import compare
from tests.chaos.faults import Faults, Felt, Say, disturb
from tests.chaos.oracle import Truth, truth_of
from tests.chaos.plan import LIMIT_S, WARN_S
from tests.chaos.source import Source
from tests.chaos.stage import PARTITIONS, Stage, stage
from tests.chaos.verdict import Verdict
from tests.pipeline.group import watching
from tests.pipeline.hall import rules_with
from tests.pipeline.waiting import eventually, eventually_async

#: Long enough for people to become late in it and be told.
_CALM_S = 14.0


class Report(Struct, frozen=True):
    """What came of it. Seconds on the wall clock."""

    half: str  #: live, or a day in event time
    seed: int
    faults: Faults
    events: int
    journeys: int
    messages: int  #: on the alerts topic
    seconds: float
    felt: Felt
    died: int  #: workers that ended by themselves
    verdict: Verdict
    told_in_calms: int = 0  #: alerts that had to be told, since nothing was wrong
    open_cases: int = 0  #: alerts of which the log leaves open what they come to


async def run(
    seed: int, faults: Faults, per_second: float, folder: Path, say: Say, least_s: float = 0
) -> Report:
    """`least_s`: how long the load goes on at least.

    Raises AssertionError when something does not come back at all.
    """
    started = time.monotonic()
    async with stage(folder, _rules(folder / "rules")) as here:
        crew = here.crew
        source = Source(here.bootstrap, here.hall.events, seed, per_second)
        await crew.start()
        flowing = asyncio.create_task(source.run())
        await eventually(lambda: len(crew.decided()) == PARTITIONS, "all partitions are decided")
        chance = random.Random(seed)
        felt = await disturb(crew, source.ends, faults, chance, say, _CALM_S)
        await asyncio.sleep(max(0, started + least_s - time.monotonic()))
        source.stop()
        await flowing
        truth = truth_of(source.sent)
        await _all_recorded(here, source, truth)
        messages = [_message(record) for record in await here.read(ALERTS)]
        await crew.stop()
        verdict = compare(truth, source.bad, here.database, messages)
        asked = hold_pages(truth, messages, felt.calms, verdict)
        return Report(
            "live",
            seed,
            faults,
            len(source.sent) + source.copies + len(source.bad),
            len(truth.journeys),
            len(messages),
            time.monotonic() - started,
            felt,
            crew.died,
            verdict,
            asked,
        )


def _rules(folder: Path) -> Path:
    """The shipped ones, with limits of seconds."""
    limit, warn = f"{LIMIT_S:.0f} s", f"{WARN_S:.0f} s"
    # Sections nobody describes are open round the clock, whenever the bench runs.
    return rules_with(
        folder,
        online_first_response=(limit, warn),
        appointment_wait_general=(limit, warn),
        counter_filing=(limit, warn),
    )


async def _all_recorded(here: Stage, source: Source, truth: Truth) -> None:
    async with watching(here.hall) as group:
        await group.finished(source.ends)
        # Whoever was never answered is in breach when the limit has passed.
        overdue = sum(clock.status == "waiting-late" for clock in truth.clocks.values())
        await asyncio.sleep(LIMIT_S)

        async def all_overdue() -> bool:
            counted = await asyncio.to_thread(
                here.database.one,
                "SELECT toInt32(count()) AS late FROM verdicts_now WHERE status = 'waiting-late'",
            )
            return bool(counted["late"] == overdue)

        with suppress(AssertionError):  # the reckoning says who is not
            await eventually_async(all_overdue, "everybody overdue is recorded as such")
        await group.finished(source.ends)


def _message(record: ConsumerRecord) -> Message:
    told = msgspec.json.decode(record.value or b"")
    alert = told["data"]
    return Message(
        told["id"],
        str(told["type"]).removeprefix("hall.alert."),
        str(told["subject"]),
        str(alert["promise"]),
        str(alert["journey"]),
        int(dict(record.headers)[DECIDED_HEADER]),
    )
