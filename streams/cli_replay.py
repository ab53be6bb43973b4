"""`hallwatch replay`: recorded events through the same Kafka, Faust and ClickHouse path.

Owns feeding a file, waiting until all of it is recorded, and the summary. The worker is
the ordinary one, with its clock on event time and topics of its own. Invariant: exit
code 0 means that every line came out as an accepted event or a dead letter, and that
every row of them is in ClickHouse.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from kafka import KafkaAdminClient
from msgspec.structs import replace

from schemas.topics import ALL, topic_name
from sinks.clickhouse import open_client
from streams.broker.brokers import Brokers, brokers_of, with_own_broker
from streams.broker.embedded import EmbeddedBroker
from streams.feed import Feed, FeedResult, read_lines
from streams.settings import Settings, SettingsError, read_settings
from streams.worker import Worker

_BY_PROMISE = """
SELECT promise, count() AS judged,
    countIf(status = 'kept') AS kept, countIf(status = 'late') AS late,
    countIf(status = 'measured') AS measured,
    countIf(startsWith(status, 'left')) AS left,
    countIf(status IN ('waiting', 'waiting-late')) AS waiting,
    countIf(status IN ('cancelled', 'expired', 'withdrawn')) AS other
FROM verdicts_now GROUP BY promise ORDER BY promise
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="events, one JSON a line (.gz is unpacked)")
    parser.add_argument(
        "--speed", type=float, default=None, help="times real time; left out: as fast as it can"
    )
    parser.add_argument("--shuffle", type=int, default=None, metavar="SEED", help="in any order")
    parser.add_argument("--twice", action="store_true", help="send every event twice")
    parser.add_argument("--keep-topics", action="store_true", help="leave the replay's topics")
    parser.add_argument(
        "--wall", type=int, default=-1, metavar="PORT", help="show the wall while it replays"
    )


def run_replay(arguments: argparse.Namespace) -> int:
    """0: all recorded; 1: something was lost."""
    settings = read_settings()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if not arguments.file.exists():
        raise SettingsError(f"{arguments.file}: no such file")
    return asyncio.run(_replay(settings, arguments))


async def _replay(settings: Settings, arguments: argparse.Namespace) -> int:
    async with _broker(settings) as here:
        prefix = f"{settings.topic_prefix}.replay-{time.strftime('%Y%m%dT%H%M%S')}"
        own = replace(
            here,
            session_seconds=settings.session_seconds if settings.broker_given else 6,
            topic_prefix=prefix,
            group=prefix,
            clock="event",
            wall_port=arguments.wall,
        )
        lines = read_lines(arguments.file, arguments.shuffle, arguments.twice)
        async with Worker(own, mute=True) as worker:
            if worker.wall_url:
                print(f"wall: {worker.wall_url}", flush=True)
            feed = Feed(brokers_of(own), topic_name(prefix, ALL[0]), own.partitions)
            feeding = asyncio.create_task(feed.send(lines, arguments.speed, _progress))
            done, _ = await asyncio.wait(
                {feeding, asyncio.ensure_future(worker.stopped())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                task.result()
            sent = feeding.result()
            await worker.hall.recorded(sent.ends)
            await worker.writer.flush()
            lanes = list(worker.hall.lanes.values())
            accepted = sum(lane.counts.events for lane in lanes)
            dead = sum(lane.counts.dead_letters for lane in lanes)
            refused = sum(counts.refused for counts in worker.writer.counts.values())
        code = await asyncio.to_thread(_summary, own, sent, accepted, dead, refused)
        if not arguments.keep_topics and settings.broker_given:
            _delete_topics(brokers_of(own), prefix)
        return code


@asynccontextmanager
async def _broker(settings: Settings) -> AsyncIterator[Settings]:
    """With the configured broker, or an embedded one for as long as it is needed."""
    if settings.broker_given:
        yield settings
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    async with EmbeddedBroker(log=settings.data.absolute() / "broker.log") as broker:
        yield with_own_broker(settings, broker.bootstrap)


def _summary(settings: Settings, sent: FeedResult, accepted: int, dead: int, refused: int) -> int:
    client = open_client(settings.clickhouse_dsn)
    try:
        in_table = int(client.query("SELECT count() FROM events_now").result_rows[0][0])
        journeys = int(client.query("SELECT count() FROM journeys_now").result_rows[0][0])
        verdicts = client.query(_BY_PROMISE)
        reasons = client.query(
            "SELECT reason, count() FROM dead_letters_now WHERE topic = {topic:String} "
            "GROUP BY reason ORDER BY reason",
            parameters={"topic": f"{settings.topic_prefix}.events"},
        ).result_rows
    finally:
        client.close()
    lost = sent.sent - accepted - dead
    print(f"events sent      {sent.sent:>10}   in {sent.seconds:.1f} s")
    print(f"  accepted       {accepted:>10}   ({sent.distinct} different ones)")
    print(f"  dead letters   {dead:>10}   {', '.join(f'{why} {n}' for why, n in reasons)}")
    print(f"events recorded  {in_table:>10}   (all in ClickHouse)")
    print(f"journeys         {journeys:>10}")
    print("verdicts by promise:")
    header = verdicts.column_names
    rows = [[str(value) for value in row] for row in verdicts.result_rows]
    widths = [max(len(line[at]) for line in [list(header), *rows]) for at in range(len(header))]
    for line in [list(header), *rows]:
        cells = [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  " + "  ".join(cells))
    problems = []
    if lost:
        problems.append(f"{lost} of the lines sent came out as nothing")
    if refused:
        problems.append(f"ClickHouse refused {refused} rows (see hall.deadletters)")
    if in_table < sent.distinct - dead:
        problems.append(f"only {in_table} events are in ClickHouse")
    for problem in problems:
        print(f"LOST: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _delete_topics(brokers: Brokers, prefix: str) -> None:
    admin = KafkaAdminClient(**brokers.client())
    try:
        admin.delete_topics([topic_name(prefix, topic) for topic in ALL])
    finally:
        admin.close()


def _progress(sent: int, at: datetime | None) -> None:
    print(f"… {sent} sent{f', at {at:%Y-%m-%d %H:%M}' if at else ''}", file=sys.stderr, flush=True)
