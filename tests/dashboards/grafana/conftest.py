"""A Grafana in small for each test, and the command pushing to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams import cli
from tests.dashboards.grafana.stub import TOKEN, Grafana, serving

CLICKHOUSE = "https://reader:s3cret-p%40ss@ch.example.org:8443/hall"


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with serving(Grafana()) as stub:
        yield stub


Push = Callable[[], tuple[int, str, str]]


@pytest.fixture
def push(
    grafana: Grafana,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Push:
    """Runs the command; exit code, output, errors. Neither may hold a secret."""
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    for name in ("RULES", "LANGUAGE", "GRAFANA_TOKEN"):
        monkeypatch.delenv(f"HALLWATCH_{name}", raising=False)
    monkeypatch.setenv("HALLWATCH_GRAFANA", grafana.url)
    monkeypatch.setenv("HALLWATCH_GRAFANA_TOKEN_FILE", str(token))
    monkeypatch.setenv("HALLWATCH_GRAFANA_CLICKHOUSE", CLICKHOUSE)
    monkeypatch.setenv("HALLWATCH_GRAFANA_PROMETHEUS", "http://prometheus:9090")
    monkeypatch.setenv("HALLWATCH_GRAFANA_CONTACT", "ops@example.org")

    def run() -> tuple[int, str, str]:
        code = cli.main(["dashboards", "push"])
        printed = capsys.readouterr()
        for secret in (TOKEN, "s3cret", "glsa_wrong"):
            assert secret not in printed.out + printed.err
        return code, printed.out, printed.err

    return run
