"""Every service of docker-compose.yml that is ours, started by its own command with its own
environment on a Kafka with the file's own settings; without containers. What that cannot show
(images, volumes, names on a network, ClickHouse's users) docs/install.md lists."""

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from sinks.dsn import Server, parse_dsn
from streams.broker.child import Child
from streams.broker.embedded import free_port
from tests.deploy.compose import (
    ROOT,
    STATUS_PORT,
    Here,
    command_of,
    composed,
    environment_of,
    hallwatch_services,
    healthcheck_of,
    properties_of,
)
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import done, environment, hallwatch
from tests.pipeline.waiting import eventually
from tests.sinks.served import Served

pytestmark = pytest.mark.kafka

SUBJECT = "20221014-A0001"
JOURNEYS = "SELECT journey FROM journeys_now"

#: With a hall that has sections, as docs/install.md tries it.
COMPOSE = composed(given={"HALLWATCH_RULES_FOLDER": "./streams/simulator/rules"})
OURS = hallwatch_services(COMPOSE["services"])


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    command = COMPOSE["services"]["secrets"]["command"]
    done(hallwatch(*(str(folder) if part == "/secrets" else part for part in command)))
    return folder


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """The file's KAFKA_… settings, with this machine's ports and folder."""
    folder, controller, outside = tmp_path_factory.mktemp("kafka"), free_port(), free_port()
    told = properties_of(COMPOSE["services"]["kafka"]["environment"])
    kafka = ApacheKafka(folder)
    places = {
        "kafka:9092": kafka.bootstrap,
        "kafka:9093": f"127.0.0.1:{controller}",
        "://:9092": f"://{kafka.bootstrap}",
        "://:9093": f"://127.0.0.1:{controller}",
        "://:9094": f"://127.0.0.1:{outside}",
        "127.0.0.1:9094": f"127.0.0.1:{outside}",
        "/var/lib/kafka/data": str(folder / "data"),
    }
    for name, value in told.items():
        for theirs, here in places.items():
            value = value.replace(theirs, here)
        told[name] = value
    kafka.settings.write_text("".join(f"{name}={value}\n" for name, value in told.items()))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


@pytest.fixture(scope="module")
def clickhouse(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Lets in who has the writer's password; the address in its file is this machine's after."""
    path = secrets / "hallwatch" / "clickhouse"
    dsn = path.read_text(encoding="utf-8")
    place = parse_dsn(dsn)
    assert isinstance(place, Server)
    served = Served(tmp_path_factory.mktemp("clickhouse"), "--password", place.password)
    try:
        served.start()
        path.unlink()
        path.write_text(dsn.replace("clickhouse:8123", f"127.0.0.1:{served.port}"))
        yield served
    finally:
        served.kill()


class Service:
    """One process of a service."""

    def __init__(self, name: str, here: Here, log: Path) -> None:
        self.name = name
        self.here = here
        self.service = OURS[name]
        self.environment = environment({})
        self.environment.update(environment_of(self.service, here))
        command = [sys.executable, "-m", "streams.cli", *command_of(self.service, here)]
        self.log = log
        self.child = Child(command, log, self.environment)

    def healthy(self) -> bool:
        assert self.child.exit_code is None, self.child.log_tail(30)
        check = [sys.executable, *healthcheck_of(self.service, self.here)]
        return subprocess.run(check, capture_output=True, check=False).returncode == 0

    def ask(self, *arguments: str) -> str:
        """As `docker compose exec SERVICE hallwatch …`."""
        command = [sys.executable, "-m", "streams.cli", *arguments]
        ran = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        return done(ran)


def posted(gateway: Service, key: str) -> int:
    """One ticket that is issued; the answer's status."""
    told = {
        "specversion": "1.0",
        "id": "q-1",
        "source": "urn:hall:queue-1",
        "type": "ticket.issued",
        "subject": SUBJECT,
        "time": datetime.now(UTC).isoformat(),
        "data": {"section": "S01", "service": "passport", "channel": "walk-in"},
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{gateway.here.ports['8480']}/events",
        msgspec.json.encode(told),
        {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        if error.code != 503:  # that one says: not yet
            raise
        return error.code


def has_healthcheck(name: str) -> bool:
    return "test" in OURS[name]["healthcheck"]


async def test_the_services_start_work_together_and_stop(
    kafka: ApacheKafka, clickhouse: Served, secrets: Path, tmp_path: Path
) -> None:
    hosts = {"kafka:9092": kafka.bootstrap}
    started: list[Service] = []
    assert clickhouse.port
    try:
        for name in [*OURS, "worker"]:  # --scale worker=2
            ports = {STATUS_PORT: free_port(), "8000": free_port(), "8480": free_port()}
            here = Here(secrets=secrets, volumes=tmp_path, hosts=hosts, ports=ports)
            started.append(Service(name, here, tmp_path / f"{len(started)}-{name}.log"))
        for service in started:
            if has_healthcheck(service.name):
                await eventually(service.healthy, f"{service.name} is healthy")
        by_name = {service.name: service for service in started}

        # A key is made where the gateway looks for it, and what it opens comes all the way.
        gateway = by_name["gateway"]
        key = gateway.ask("gateway-keys", "new", "queue-1", "--source", "urn:*", "--type", "*")
        await eventually(lambda: posted(gateway, key.strip()) == 202, "the gateway takes an event")

        def recorded() -> bool:
            return SUBJECT in by_name["wall"].ask("query", "--format", "TSV", JOURNEYS)

        await eventually(recorded, "what was posted is in ClickHouse")

        # A dropped file is put away.
        inbox = tmp_path / "inbox"
        sample = ROOT / "schemas" / "examples" / "generic-ticket.csv"
        (inbox / "day.csv").write_bytes(sample.read_bytes())
        await eventually((inbox / "done" / "day.csv").exists, "the file is put away")

        for service in started:
            assert service.child.exit_code is None, service.child.log_tail(30)
            service.child.signal(signal.SIGTERM)
        for service in started:
            assert service.child.wait(120), service.child.log_tail(30)
            if service.name not in ("simulator", "wall"):
                assert service.child.exit_code == 0, service.child.log_tail(30)
    finally:
        for service in started:
            service.child.kill()
