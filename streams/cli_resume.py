"""`hallwatch resume`: the word that a partition stopped by a storm of dead letters may go on.

Wiring only: what stopped it is in the saved state, the word is kept by `streams.agreements`.
Invariant: the word covers what is in the topic now, so that going on does not stop again at
records somebody has decided about; what comes afterwards is watched anew.
"""

import argparse
import asyncio
import sys
from datetime import datetime

from schemas.topics import EVENTS, STATE, topic_name
from streams.agreements import Agreements
from streams.broker.brokers import brokers_of
from streams.checkpoint import StateLog
from streams.core.storm import Storm
from streams.read_log import Log
from streams.running import reachable
from streams.settings import Settings, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Let a partition go on whose intake a storm of dead letters stopped. What is in the"
        " events topic now no longer stops it: bad records of it become dead letters, to be"
        " sent again once mended (`hallwatch deadletters resend`). Without PARTITION: show"
        " which are stopped, and why."
    )
    parser.add_argument("partition", type=int, nargs="?", metavar="PARTITION")
    parser.add_argument(
        "--watched",
        action="store_true",
        help="watch from the very next record on: a storm that still stands stops it again",
    )


def run_resume(arguments: argparse.Namespace) -> int:
    """0: told, or nothing is stopped; 1: that partition is not stopped, or, without a
    partition, some are."""
    return asyncio.run(_resume(reachable(read_settings()), arguments))


async def _resume(settings: Settings, arguments: argparse.Namespace) -> int:
    brokers = brokers_of(settings)
    log = Log(brokers, settings.transactions)
    events = topic_name(settings.topic_prefix, EVENTS)
    count = await asyncio.to_thread(log.partitions, events)
    states = StateLog(topic_name(settings.topic_prefix, STATE), log)
    if arguments.partition is None:
        return await _show(states, events, count)
    number: int = arguments.partition
    if not 0 <= number < count:
        print(f"hallwatch resume: {events} has partitions 0 to {count - 1}", file=sys.stderr)
        return 1
    storm = await _stopped(states, number)
    if storm is None:
        print(f"partition {number} is not stopped", file=sys.stderr)
        return 1
    print(_told(events, number, storm))
    agreements = Agreements(brokers, settings.group, events)
    try:
        end = storm.offset + 1
        if not arguments.watched:
            end = max(end, await log.end(events, number, storm.offset))
        await agreements.agree(number, end)
    finally:
        await agreements.close()
    print(
        f"partition {number} goes on at offset {storm.offset}, within seconds if a worker has it;"
        f" what is refused from offset {end} on is watched anew"
    )
    return 0


async def _show(states: StateLog, events: str, count: int) -> int:
    found = [(number, await _stopped(states, number)) for number in range(count)]
    stopped = [(number, storm) for number, storm in found if storm is not None]
    for number, storm in stopped:
        print(_told(events, number, storm))
    if not stopped:
        print(f"none of the {count} partitions of {events} is stopped")
    return 1 if stopped else 0


async def _stopped(states: StateLog, number: int) -> Storm | None:
    position = (await states.read(number)).position
    return position.stopped if position else None


def _told(events: str, number: int, storm: Storm) -> str:
    at = datetime.fromtimestamp(storm.at / 1000).astimezone()
    return (
        f"{events} partition {number}: stopped since {at:%Y-%m-%d %H:%M:%S} at offset"
        f" {storm.offset}: {storm.refused} of {storm.records} records refused ({storm.counts})"
    )
