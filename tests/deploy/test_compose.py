"""docker-compose.yml: Compose's own schema takes it, and it keeps what docs/install.md promises."""

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from streams.settings import SECRETS, unknown_variables
from tests.deploy.compose import FILE, ROOT, composed, hallwatch_services
from tests.kafka.jars import kafka_version

COMPOSE = composed()
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = hallwatch_services(SERVICES)

#: Of github.com/compose-spec/compose-go 2.16.2, the library Docker Compose reads its files with.
SCHEMA = msgspec.json.decode((Path(__file__).parent / "compose-spec.json").read_bytes())


def faults(compose: dict[str, Any]) -> list[str]:
    validator = jsonschema_rs.validator_for(SCHEMA)
    return [error.message for error in validator.iter_errors(compose)]


def test_the_specification_s_schema_takes_it() -> None:
    assert faults(COMPOSE) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("restart: unless-stopped", "restrat: unless-stopped"),
        ("condition: service_healthy", "condition: service_well"),
        ("memory: 8G", "memroy: 8G"),
        ("configs:\n  clickhouse:\n    content", "configs:\n  clickhouse:\n    contents"),
    ],
)
def test_the_schema_refuses_what_is_wrong(right: str, wrong: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert right in text
    assert faults(composed(text.replace(right, wrong))) != []


def test_all_that_has_to_run_is_in_it() -> None:
    assert SERVICES.keys() - OURS.keys() == {
        "secrets", "kafka", "clickhouse", "prometheus", "alertmanager", "grafana"
    }  # fmt: skip
    assert {name for name, service in OURS.items() if "profiles" not in service} == {
        "worker", "wall", "gateway", "audit"
    }  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_limited_and_can_be_more_than_one(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[a-z/-]+:v?\d+(\.\d+)+", service["image"])
    limits = service["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert re.fullmatch(r"\d+[MG]", limits["memory"])
    assert "container_name" not in service
    assert service.get("restart") == ("unless-stopped" if name != "secrets" else None)


def test_workers_scale() -> None:
    assert "ports" not in SERVICES["worker"]


@pytest.mark.parametrize("name", ["kafka", "clickhouse", "prometheus", "alertmanager", "grafana"])
def test_what_a_server_writes_outlives_its_container(name: str) -> None:
    named = [volume for volume in SERVICES[name]["volumes"] if not volume.startswith("./")]
    assert {volume.split(":")[0] for volume in named} & COMPOSE["volumes"].keys()


def test_every_volume_is_used_and_declared() -> None:
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service["volumes"]
        if not volume.startswith(".")
    }
    assert used == COMPOSE["volumes"].keys()


def test_every_mounted_file_is_there() -> None:
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service["volumes"]
        if volume.startswith("./")
    }
    assert {path for path in mounted if not (ROOT / path).exists()} == {"./inbox"}


def test_every_port_is_this_machine_s_until_a_site_says_otherwise() -> None:
    def published(given: dict[str, str]) -> list[str]:
        services = composed(given=given)["services"].values()
        return [port for service in services for port in service.get("ports", [])]

    assert all(port.startswith("127.0.0.1:") for port in published({}))
    opened = published({"HALLWATCH_PUBLISH": "10.0.0.5"})
    assert all(port.startswith("10.0.0.5:") for port in opened)


@pytest.mark.parametrize("name", OURS)
def test_our_variables_are_settings(name: str) -> None:
    environment = OURS[name]["environment"]
    assert unknown_variables(environment) == []


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_in_a_variable_or_on_a_command_line(name: str) -> None:
    """Whoever may look at a container, or at the list of processes, sees both."""
    service = SERVICES[name]
    variables = service.get("environment", {})
    secret = {f"HALLWATCH_{secret.upper()}" for secret in SECRETS}
    assert not secret & variables.keys()
    told = [name for name in variables if re.search("PASSWORD|TOKEN|SECRET", name)]
    assert all(name.endswith("__FILE") for name in told)


def test_kafka_is_the_version_that_is_tested() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{kafka_version()}"
    padded = SERVICES["kafka"]["environment"]["CLUSTER_ID"] + "=="
    assert len(base64.urlsafe_b64decode(padded)) == 16


def test_prometheus_asks_every_service_that_has_figures() -> None:
    text = (ROOT / "dashboards/prometheus/prometheus.yml").read_text(encoding="utf-8")
    for name in ("worker", "gateway", "watch-folder"):
        assert re.search(rf"\[{name}(:9464)?\]", text)
        assert OURS[name]["environment"]["HALLWATCH_STATUS_PORT"] == "9464"
    assert "alertmanager:9093" in text


def test_the_dockerfile_passes_hadolint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    ran = subprocess.run(
        [hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_hadolint_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:latest\nRUN cd /tmp\nUSER root\n")
    ran = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), "Dockerfile"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert {"DL3007", "DL3002"} <= set(re.findall(r"DL\d+", ran.stdout))


def test_the_image_s_user_is_the_one_secrets_are_made_for() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    program = (ROOT / "streams/cli_secrets.py").read_text(encoding="utf-8")
    (user,) = re.findall(r"^USER (\d+)$", text, re.MULTILINE)
    assert f"--uid {user} " in text
    assert f" = {user}, " in program


def test_the_page_s_override_is_one() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    override = composed(text)
    assert faults(override) == []
    assert override["services"].keys() <= OURS.keys()
    for service in override["services"].values():
        assert unknown_variables(service["environment"]) == []
        assert service["secrets"] == [*override["secrets"]]


def test_the_page_lists_every_variable_a_site_can_set() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", FILE.read_text(encoding="utf-8")))
    unlisted = {"HALLWATCH_LOG_FORMAT"}  # the settings file's business, too
    assert {name for name in asked - unlisted if f"`{name}`" not in page} == set()
