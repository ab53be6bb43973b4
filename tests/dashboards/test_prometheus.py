"""The rules Prometheus gets: they hold by promtool, and each has its page in the runbook."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.parts import absent

ROOT = Path(__file__).parents[2]
RULES = ROOT / "dashboards" / "prometheus"
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        absent(f"these files are checked with {name} (Debian: in the package {package})")
    return found


@pytest.fixture(scope="module")
def promtool() -> str:
    return tool("promtool", "prometheus")


def must_hold(*command: str) -> None:
    ran = subprocess.run(command, cwd=RULES, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def alerts() -> list[str]:
    text = (RULES / "hallwatch.rules.yml").read_text(encoding="utf-8")
    return re.findall(r"- alert: (\w+)", text)


@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "hallwatch.rules.yml"),
        ("test", "rules", "hallwatch.rules.test.yml"),
        ("check", "config", "prometheus.yml"),
    ],
)
def test_the_rules_hold(promtool: str, command: tuple[str, ...]) -> None:
    must_hold(promtool, *command)


def test_alertmanager_reads_its_file() -> None:
    must_hold(tool("amtool", "prometheus-alertmanager"), "check-config", "alertmanager.yml")


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    assert re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE) == alerts()


def test_each_alert_is_tried_where_it_fires_and_where_it_does_not() -> None:
    text = (RULES / "hallwatch.rules.test.yml").read_text(encoding="utf-8")
    tried = re.findall(r"- name: (\w+) (fires|does not fire)$", text, re.MULTILINE)
    assert tried == [(name, how) for name in alerts() for how in ("fires", "does not fire")]
