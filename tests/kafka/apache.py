"""Apache Kafka as a child process: one node, both roles, a folder and ports of its own.

Owns its life, sudden death included, for the tests of faults. Called by fixtures.
Invariant: through kill and restart, port and data stay the same.
"""

import os
import random
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from streams.broker.brokers import Brokers
from streams.broker.child import Child
from streams.broker.reach import connected
from tests.kafka.jars import jars, java

HOST = "127.0.0.1"
_PORTS = (10_240, 32_768)
_CLUSTER_ID = "hallwatchTestClusterAA"  # 16 bytes in base64
# Two seconds on an idle machine; half a minute has been seen on a busy one.
_START_WITHIN_S = 120.0
_STOP_WITHIN_S = 15.0

# `auto.create`: a topic that nobody declared is a mistake the tests should see.
# `initial.rebalance`: a group of tests need not wait 3 s for members yet to come.
# `broker.session`: after a kill the node is let in again when its own old lease has run out.
# `min.session`: lets a test see a dead member leave after one second instead of six.
_SERVER = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=250
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=2
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.backoff.ms=1000
"""


class ApacheKafka:
    """`start()` first; afterwards any of the others, in any order a fault needs."""

    def __init__(self, folder: Path, more: str = "") -> None:
        """`more`: further lines of its settings."""
        self.folder = folder
        self.log = folder / "server.log"
        self.port, self.controller_port = free_ports(2)
        self._java = [
            java(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            f"-Dlog4j2.configurationFile={Path(__file__).parent / 'log4j2.xml'}",
            "-cp",
            f"{jars()}/*",
        ]
        self.settings = folder / "server.properties"
        self._child: Child | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.settings.write_text(
            _SERVER.format(
                host=HOST,
                port=self.port,
                controller_port=self.controller_port,
                folder=folder,
            )
            + more
        )

    @property
    def kind(self) -> str:
        return "apache"

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Of a broker that runs."""
        if self._child is None:
            raise RuntimeError("Apache Kafka does not run")
        return self._child.pid

    def start(self) -> None:
        """Returns when the broker has answered a metadata request."""
        if not (self.folder / "data").exists():
            self._format()
        self._child = Child([*self._java, "kafka.Kafka", str(self.settings)], self.log)
        give_up_at = time.monotonic() + _START_WITHIN_S
        while not self._listens():
            if self._child.exit_code is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"Apache Kafka did not start:\n{self._child.log_tail(30)}")
            time.sleep(0.02)
        with connected(Brokers(self.bootstrap), patience=timedelta(seconds=_START_WITHIN_S)):
            pass

    def stop(self) -> None:
        """An orderly end, as a service manager would ask for; harmless twice."""
        if self._child is not None:
            self._child.signal(signal.SIGTERM)
            self._child.wait(_STOP_WITHIN_S)
            self.kill()

    def kill(self) -> None:
        """Power cut."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        """Connections stay open, nothing answers."""
        if self._child is None:
            return
        self._child.signal(signal.SIGSTOP)
        give_up_at = time.monotonic() + _STOP_WITHIN_S
        # Its threads stop one after the other; until the last has, it may still answer.
        while os.waitid(os.P_PID, self._child.pid, os.WSTOPPED | os.WNOHANG) is None:
            if time.monotonic() > give_up_at:
                raise RuntimeError("Apache Kafka could not be paused")
            time.sleep(0.01)

    def resume(self) -> None:
        if self._child is not None:
            self._child.signal(signal.SIGCONT)

    def _format(self) -> None:
        tool = [*self._java, "kafka.tools.StorageTool", "format"]
        done = subprocess.run(
            [*tool, "--cluster-id", _CLUSTER_ID, "--config", str(self.settings)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"Apache Kafka's storage: {done.stdout}{done.stderr}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0


def free_ports(count: int) -> tuple[int, ...]:
    """Below those that systems give to clients (32768 here, 49152 by IANA): while a broker is away
    somebody's connection, in the end one that calls the broker itself, would be given its port."""
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < count:
            bound = held.enter_context(socket.socket())
            try:
                bound.bind((HOST, random.randrange(*_PORTS)))
            except OSError:
                continue
            found.append(bound.getsockname()[1])
        return tuple(found)
