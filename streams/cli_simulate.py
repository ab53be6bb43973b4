"""`hallwatch simulate`: the simulated hall, live into a topic or as a file of events.

The shell around `streams.simulator`: arguments, the producer, signals. Invariant: a stop by
SIGINT or SIGTERM still delivers what was sent.
"""

import argparse
import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from msgspec.structs import replace

from schemas.topics import EVENTS, topic_name
from streams.broker.brokers import Brokers, brokers_of
from streams.broker.refusal import refusal_of
from streams.settings import read_settings
from streams.simulator import Hall, HallError, Timed, read_hall, run_live, simulate

#: A day whose hall has trouble in a few sections.
SEED = 20221014


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `hallwatch simulate`."""
    parser.description = (
        "Simulate a hall of 24 sections: live into Kafka (with the last 80 minutes sent at"
        " once, at whatever hour), or with -o as fast as possible into a file for `replay`."
    )
    parser.add_argument("--broker", metavar="HOST:PORT", help="default: HALLWATCH_BROKER")
    parser.add_argument("--topic", help="default: <HALLWATCH_TOPIC_PREFIX>.events")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument(
        "--speed",
        type=_positive,
        default=1.0,
        help="for load tests: above 1, event times run ahead of the wall clock",
    )
    parser.add_argument("--hours", type=_positive, help="default: until stopped; with -o: 9.5")
    parser.add_argument(
        "--faults",
        type=_share,
        default=0.01,
        help="share of events that come late, out of order, twice, or with a broken copy",
    )
    parser.add_argument("--hall", type=Path, metavar="HALL.toml", help="another hall")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.ndjson")
    parser.add_argument(
        "--start",
        type=_moment,
        default=datetime.fromisoformat("2022-10-14T08:30:00+08:00"),
        help="of the file's events, with its offset; default %(default)s",
    )


def run_simulate(arguments: argparse.Namespace) -> int:
    """0 done or stopped; 2 the hall, the output or the broker cannot be used."""
    try:
        hall = read_hall(arguments.hall)
        if arguments.output:
            return _write(hall, arguments)
    except (HallError, OSError) as error:
        print(f"hallwatch simulate: {error}", file=sys.stderr)
        return 2
    settings = read_settings()
    brokers = brokers_of(replace(settings, broker=arguments.broker or settings.broker))
    topic = arguments.topic or topic_name(settings.topic_prefix, EVENTS)
    try:
        return asyncio.run(_produce(hall, arguments, brokers, topic))
    except (KafkaError, OSError) as error:
        why = refusal_of(brokers) or f"broker {brokers}: {error}"
        print(f"hallwatch simulate: {why}", file=sys.stderr)
        return 2


def _write(hall: Hall, arguments: argparse.Namespace) -> int:
    end = arguments.start + timedelta(hours=arguments.hours or 9.5)
    messages = simulate(hall, arguments.seed, arguments.start, end, faults=arguments.faults)
    count = 0
    with arguments.output.open("wb") as out:
        for count, timed in enumerate(messages, start=1):  # noqa: B007 - the last one counts
            out.write(timed.value + b"\n")
    print(f"{arguments.output}: {count} messages", file=sys.stderr)
    return 0


async def _produce(hall: Hall, arguments: argparse.Namespace, brokers: Brokers, topic: str) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    producer = AIOKafkaProducer(**brokers.client(), linger_ms=5, request_timeout_ms=10_000)
    try:
        await producer.start()

        async def send(timed: Timed) -> None:
            everywhere = timed.everywhere
            partitions = await producer.partitions_for(topic) if everywhere else (None,)
            for partition in partitions:
                await producer.send(
                    topic,
                    timed.value,
                    key=timed.key,
                    partition=partition,
                    headers=list(timed.headers),
                )

        began = datetime.now(UTC)
        sent = await run_live(
            send,
            hall,
            arguments.seed,
            arguments.speed,
            faults=arguments.faults,
            hours=arguments.hours,
            stop=stop,
        )
    finally:
        await producer.stop()  # flushes
    seconds = (datetime.now(UTC) - began).total_seconds()
    print(f"{topic}: {sent} messages in {seconds:.0f} s", file=sys.stderr)
    return 0


def _positive(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("needs an offset, such as +08:00")
    return moment
