"""Three ways of the same events at the same rate: the broker's own, a relay's, the worker's.

Owns what is started and what has to come out of it. Called by the command. Invariant: all three
get the same events from the same sender, and the same consumer hears what comes of them.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from msgspec import Struct

from schemas.topics import ALERTS, OUTCOMES, topic_name
from tests.bench.latency.hearing import Alerts, Ranges, Verdicts, after_due, hearing, until
from tests.bench.latency.live import Line, probes, visits
from tests.bench.latency.parts import producing, working
from tests.bench.latency.relay import END, READY
from tests.bench.latency.seeing import frames_seen, rows_seen
from tests.bench.latency.sending import Sent, send_at
from tests.bench.latency.spread import Spread, spread_of
from tests.bench.pinned import Cores, Pinned, python
from tests.bench.place import Place
from tests.bench.recorded import WrongResultError

_START_WITHIN_S, _REST_WITHIN_S = 120.0, 120.0

#: Events that are not counted: connections are made, code is read.
_WARM_S = 3.0

_PROBES_PER_S = 5
_BEGIN_IN_S = 0.5


class Load(Struct, frozen=True):
    """Of one phase."""

    seed: int
    rate: float  #: events a second
    seconds: float  #: counted ones, after those that warm it up

    def lines(self) -> list[Line]:
        return visits(self.seed, int(self.rate * (_WARM_S + self.seconds)))

    @property
    def probes(self) -> int:
        return int(_PROBES_PER_S * (_WARM_S + self.seconds))


async def broker_alone(where: Place, load: Load) -> Spread:
    """Event → a consumer of the events topic, plain."""
    ranges = Ranges()
    async with (
        producing(where) as producer,
        hearing(where.bootstrap, where.events, ranges.take),
    ):
        sent, since = await _send(producer, where, load)
        await _must(ranges.whole, sent, "events were read back")
    return spread_of(ranges.latencies(sent, since))


async def relayed(where: Place, load: Load, cores: Cores, folder: Path) -> Spread:
    """Event → a program that copies each batch in a transaction → a consumer of what is
    committed."""
    argv = python("-m", "tests.bench.latency.relay", where.bootstrap, where.prefix)
    relay = Pinned(cores, argv, folder / "relay.log", {})
    ranges = Ranges()

    def take(partition: int, records: list[Any], now: float) -> None:
        ranges.note(partition, int(dict(records[-1].headers)[END]), now)

    try:
        if not await until(lambda: READY in relay.child.log_tail(1), _START_WITHIN_S):
            raise relay.trouble("does not start")
        outcomes = topic_name(where.prefix, OUTCOMES)
        async with producing(where) as producer, hearing(where.bootstrap, outcomes, take):
            sent, since = await _send(producer, where, load)
            await _must(ranges.whole, sent, "events were copied")
    finally:
        relay.child.kill()
    return spread_of(ranges.latencies(sent, since))


class Through(Struct, frozen=True):
    """Event → … through the worker."""

    beside: Spread  #: the same events → a plain consumer of theirs, meanwhile
    verdict: Spread
    alert: Spread
    row: Spread
    wall: Spread
    sender_late_ms: float  #: of which the sender itself was late at most
    cpu_share: float  #: of its core, of the worker


async def through_worker(where: Place, load: Load, cores: Cores, folder: Path, dsn: str) -> Through:
    """Raises WrongResultError when a verdict or an alert is missing or came twice."""
    lines, probed = load.lines(), probes(load.probes)
    settled = [line.verdict for line in lines if line.verdict]
    raised = [line.alert for line in lines if line.alert]
    verdicts, alerts, ranges = Verdicts(), Alerts(), Ranges()
    async with (
        working(where, cores, folder, dsn) as (worker, url),
        producing(where) as producer,
        hearing(where.bootstrap, where.events, ranges.take),
        hearing(where.bootstrap, topic_name(where.prefix, OUTCOMES), verdicts.take),
        hearing(where.bootstrap, topic_name(where.prefix, ALERTS), alerts.take),
        rows_seen(dsn) as rows,
        frames_seen(url) as frames,
    ):
        began, cpu = time.time(), worker.cpu_seconds
        begin = began + _BEGIN_IN_S
        sent, sent_probes = await asyncio.gather(
            send_at(producer, where.events, lines, load.rate, begin),
            send_at(producer, where.events, probed, _PROBES_PER_S, begin),
        )
        share = (worker.cpu_seconds - cpu) / (time.time() - began)
        await until(
            lambda: (
                len(verdicts.at) >= len(settled)
                and len(alerts.times) >= len(raised)
                and min(rows.count, frames.count) >= len(probed)
                and ranges.whole(sent)
            ),
            _REST_WITHIN_S,
        )
    _must_be_all(settled, verdicts)
    alerts.must_be((_BREACHED, journey) for journey in raised)
    if min(rows.count, frames.count) != len(probed):
        raise WrongResultError(
            f"of {len(probed)} probes ClickHouse has {rows.count}, the wall shows {frames.count}"
        )
    since = begin + _WARM_S
    breached = {journey: at for (kind, journey), at in alerts.at.items() if kind == _BREACHED}
    return Through(
        spread_of(ranges.latencies(sent, since)),
        spread_of(after_due([line.verdict for line in lines], sent.due, verdicts.at, since)),
        spread_of(after_due([line.alert for line in lines], sent.due, breached, since)),
        spread_of(rows.latencies(sent_probes.due, since)),
        spread_of(frames.latencies(sent_probes.due, since)),
        1000 * sent.late,
        share,
    )


_BREACHED = "hall.alert.breached"


def _must_be_all(settled: Sequence[str], verdicts: Verdicts) -> None:
    if missing := set(settled) - set(verdicts.at):
        raise WrongResultError(f"{len(missing)} verdicts are missing, such as {min(missing)}")
    if more := set(verdicts.at) - set(settled):
        raise WrongResultError(f"{len(more)} verdicts nobody expected, such as {min(more)}")


async def _send(producer: AIOKafkaProducer, where: Place, load: Load) -> tuple[Sent, float]:
    """What was sent, and since when it counts."""
    lines = load.lines()
    begin = time.time() + _BEGIN_IN_S
    sent = await send_at(producer, where.events, lines, load.rate, begin)
    return sent, begin + _WARM_S


async def _must(whole: Callable[[Sent], bool], sent: Sent, what: str) -> None:
    if not await until(lambda: whole(sent), _REST_WITHIN_S):
        raise WrongResultError(f"not all {what}")
