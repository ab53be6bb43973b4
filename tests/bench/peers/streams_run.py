"""One measured run of the same job in Kafka Streams.

Owns compiling and starting it, and reading what it wrote. Called by the command. Invariant:
it is finished when its transactions have committed the last event's offset, and its results
are read as committed, from the two topics it writes; then they are held against the truth.
"""

import asyncio
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer
from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from msgspec import Struct

from tests.bench.load import Truth
from tests.bench.peer_run import without_alerts
from tests.bench.peers.run import NoPeerError, must_have_transactions
from tests.bench.pinned import Cores, Pinned
from tests.bench.place import Place, make_topics
from tests.bench.recorded import WrongResultError, must_equal
from tests.bench.watch import Measured, Progress, watch
from tests.bench.worker_run import windows_of
from tests.kafka.jars import fetched, java, kafka_version

_HERE = Path(__file__).parent
_LOGGER = _HERE.parent.parent / "kafka" / "log4j2.xml"

#: One processor, so the collector that the JVM itself takes where it sees one.
_JVM = ("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={_LOGGER}")

_STOP_WITHIN_S = 60
#: No more records for so long: there are no more.
_SILENT_S = 15


class _Visit(Struct):
    wait_promise: str
    wait_status: str
    wait_ms: int
    filing_status: str
    filing_ms: int


class _Outcome(Struct):
    event: str
    type: str
    journey: str
    visit: _Visit


def run_streams(place: Place, cores: Cores, folder: Path, truth: Truth) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    must_have_transactions(place, "kafka-streams")
    jars = fetched(
        _HERE / "pom.xml",
        f"kafka-streams-{kafka_version()}",
        f"Kafka Streams {kafka_version()} (about 95 MB, once)",
    )
    classes = _compile(jars, folder / "classes")
    make_topics(place, ["decided", "minutes"], {})
    group = f"{place.prefix}-streams"
    started = time.monotonic()
    program = Pinned(
        cores,
        [
            *(java(), *_JVM, "-cp", f"{classes}:{jars}/*", "KafkaStreams"),
            *(group, place.bootstrap, place.events),
            *(f"{place.prefix}-decided", f"{place.prefix}-minutes", str(folder / "state")),
        ],
        folder / "kafka-streams.log",
        {},
    )
    admin = KafkaAdminClient(bootstrap_servers=place.bootstrap)
    try:
        measured = watch(program, started, truth["events"], lambda: _progress(admin, group, place))
        program.child.signal(signal.SIGTERM)
        program.child.wait(_STOP_WITHIN_S)
    finally:
        admin.close()
        program.child.kill()
    must_equal(asyncio.run(_results(place, truth)), {**without_alerts(truth), **windows_of(truth)})
    return measured


def _compile(jars: Path, classes: Path) -> Path:
    compiler = shutil.which("javac")
    if compiler is None:
        raise NoPeerError(
            "kafka-streams is compiled with javac (Debian: openjdk-17-jdk-headless);"
            " --without kafka-streams goes on without"
        )
    subprocess.run(
        [compiler, "-cp", f"{jars}/*", "-d", str(classes), str(_HERE / "KafkaStreams.java")],
        check=True,
    )
    return classes


def _progress(admin: KafkaAdminClient, group: str, place: Place) -> Progress | None:
    try:
        found = admin.list_group_offsets(group)[group]
    except KafkaError:  # the group is not there yet
        return None
    committed = {
        at.partition: offset.offset for at, offset in found.items() if at.topic == place.events
    }
    return Progress(sum(committed.values()), committed == place.ends, tuple(committed.values()))


async def _results(place: Place, truth: Truth) -> Truth:
    """What its topics come to: of an event the one outcome, of a minute the last count."""
    events: set[str] = set()
    visits: dict[str, _Visit] = {}
    minutes: dict[bytes, int] = {}
    decoder = msgspec.json.Decoder(_Outcome)
    decided, counts = f"{place.prefix}-decided", f"{place.prefix}-minutes"
    consumer = AIOKafkaConsumer(
        decided,
        counts,
        bootstrap_servers=place.bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
    )
    left = truth["events"] + sum(windows_of(truth).values())
    await consumer.start()
    try:
        while left:
            found = await consumer.getmany(timeout_ms=_SILENT_S * 1_000)
            if not found:
                raise WrongResultError(f"{left} records of its topics are missing")
            for at, records in found.items():
                left -= len(records)
                for record in records:
                    if at.topic == counts:
                        minutes[record.key] = int.from_bytes(record.value, "big")
                        continue
                    outcome = decoder.decode(record.value)
                    events.add(outcome.event)
                    visits[outcome.journey] = outcome.visit
    finally:
        await consumer.stop()
    return _added_up(events, visits, minutes)


def _added_up(events: set[str], visits: dict[str, _Visit], minutes: dict[bytes, int]) -> Truth:
    found: Counter[str] = Counter(events=len(events), journeys=len(visits))
    for visit in visits.values():
        if visit.wait_status:
            found[f"verdict {visit.wait_promise} {visit.wait_status}"] += 1
            found[f"ms {visit.wait_promise}"] += visit.wait_ms
        if visit.filing_status:
            found[f"verdict counter-filing {visit.filing_status}"] += 1
            found["ms counter-filing"] += visit.filing_ms
    for key, count in minutes.items():
        found[f"window {key.split()[3].decode()}"] += count
    return dict(found)
