"""The operator's dashboard asks for metrics that a worker has, in PromQL that Prometheus reads."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from msgspec import Struct, yaml
from prometheus_client.metrics_core import Metric

from dashboards.grafana.measures import MEASURES
from sinks.outbox import Outbox
from sinks.writer import Writer
from streams import worker_metrics
from streams.core.rules import Rulebook
from streams.lane import Lane
from streams.rules.load import load_rulebook
from tests.parts import absent

EXPRESSIONS = [expression for measure in MEASURES for expression, _ in measure.asks]
_METRIC = re.compile(r"\bhallwatch_\w+")
_STORED_AS = {"counter": "_total", "histogram": "_bucket"}


class _Channels(Struct, frozen=True):
    outboxes: Mapping[str, Outbox] = {}


class _Idle(Struct):
    """A worker with nothing in hand: what it could tell is told all the same."""

    book: Rulebook
    writer: Writer
    notices: _Channels = _Channels()

    def lanes(self) -> Mapping[int, Lane]:
        return {}


def _never() -> Client:
    raise AssertionError("nothing is asked of ClickHouse")


@pytest.fixture(scope="module")
def told() -> dict[str, Metric]:
    """By the name Prometheus stores it under."""
    idle = _Idle(load_rulebook(), Writer(_never, lambda *_: None))
    families = worker_metrics._Collector(idle, lambda: True).collect()  # type: ignore[arg-type]
    return {f.name + _STORED_AS.get(f.type, ""): f for f in families}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_worker_has_what_is_asked_for(told: dict[str, Metric], expression: str) -> None:
    asked = _METRIC.findall(expression)
    assert asked or 'up{job="hallwatch"}' in expression
    assert set(asked) <= told.keys()
    for labels in re.findall(r"by \(([\w, ]+)\)", expression):
        for name in asked:
            known = getattr(told[name], "_labelnames")  # noqa: B009 - Metric does not declare it
            bucket = {"le"} if told[name].type == "histogram" else set()
            assert set(labels.split(", ")) <= {*known, *bucket}


def test_whatever_a_worker_tells_is_on_the_dashboard(told: dict[str, Metric]) -> None:
    asked = {name for expression in EXPRESSIONS for name in _METRIC.findall(expression)}
    assert told.keys() - asked == set()


def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    promtool = shutil.which("promtool") or absent("PromQL is checked with promtool of Prometheus")
    rules = [
        {"record": f"checked:{number}", "expr": expression}
        for number, expression in enumerate(EXPRESSIONS)
    ]
    path = tmp_path / "rules.yml"
    path.write_bytes(yaml.encode({"groups": [{"name": "checked", "rules": rules}]}))
    checked = subprocess.run(
        [promtool, "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(EXPRESSIONS)} rules found" in checked.stdout
