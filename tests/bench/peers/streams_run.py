"""One measured run of the same job in Kafka Streams.

Owns compiling and starting it, and what counts as finished. Called by the command. Invariant:
it is finished when a transaction of its has committed the last event's offset.
"""

import asyncio
import signal
import subprocess
import time
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.bench.load import Truth
from tests.bench.peers.needs import compiler, jars
from tests.bench.peers.run import answered
from tests.bench.peers.streamed import streamed
from tests.bench.pinned import Cores, Pinned
from tests.bench.place import Place, make_topics
from tests.bench.recorded import must_equal
from tests.bench.watch import Measured, Progress, watch
from tests.kafka.jars import java

_HERE = Path(__file__).parent
_LOGGER = _HERE.parent.parent / "kafka" / "log4j2.xml"

#: One processor, so the collector that the JVM itself takes where it sees one.
_JVM = ("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={_LOGGER}")

_STOP_WITHIN_S = 60


def run_streams(place: Place, cores: Cores, folder: Path, truth: Truth, warm_up: int) -> Measured:
    """Measures from the event after the `warm_up` on: the JVM compiles what it runs often.
    Then checks all of it. Raises WrongResultError."""
    classes = _compile(folder / "classes")
    make_topics(place, ["decided", "minutes"], {})
    group = f"{place.prefix}-streams"
    started = time.monotonic()
    program = Pinned(
        cores,
        [
            *(java(), *_JVM, "-cp", f"{classes}:{jars()}/*", "KafkaStreams"),
            *(group, place.bootstrap, place.events),
            *(f"{place.prefix}-decided", f"{place.prefix}-minutes", str(folder / "state")),
        ],
        folder / "kafka-streams.log",
        {},
    )
    admin = KafkaAdminClient(bootstrap_servers=place.bootstrap)
    try:
        measured = watch(
            program, started, truth["events"], lambda: _progress(admin, group, place), warm_up
        )
        program.child.signal(signal.SIGTERM)
        program.child.wait(_STOP_WITHIN_S)
    finally:
        admin.close()
        program.child.kill()
    topics = f"{place.prefix}-decided", f"{place.prefix}-minutes"
    must_equal(asyncio.run(streamed(place.bootstrap, *topics, truth)), answered(truth))
    return measured


def _compile(classes: Path) -> Path:
    sources = [str(source) for source in sorted(_HERE.glob("*.java"))]
    argv = [compiler(), "-cp", f"{jars()}/*", "-d", str(classes), *sources]
    subprocess.run(argv, check=True)
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
