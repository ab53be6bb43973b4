"""The generated files: dashboards in both languages, provisioning, playlist.

Owns their places and their spelling. Called by the command line (`hallwatch dashboards
write`). Invariant: the same declarations give the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from msgspec.structs import replace

from dashboards.grafana import boards
from dashboards.grafana.pipeline import pipeline
from dashboards.grafana.provisioning import playlist, provisioning_files
from dashboards.grafana.settings import GrafanaSettings

#: Below the folder `dashboards`; docker-compose.yml mounts it.
FOLDER = Path(__file__).parents[1] / "generated"

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")

BOARDS: dict[str, Callable[[GrafanaSettings], build.Dashboard]] = {
    "hall-wall": boards.hall_wall,
    "section": boards.section,
    "promises": boards.promises,
    "quality": boards.quality,
    "pipeline": pipeline,
}


def dashboards_of(settings: GrafanaSettings) -> dict[str, dict[str, Any]]:
    """Each dashboard as Grafana's classic JSON, by its name."""
    return {name: as_json(board(settings).build()) for name, board in BOARDS.items()}


def as_json(model: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(model, cls=JSONEncoder))
    return found


def generated(settings: GrafanaSettings) -> Iterator[tuple[str, str]]:
    """Every file: its path below the folder, its text."""
    for language in LANGUAGES:
        spoken = replace(settings, language=language)
        for name, board in dashboards_of(spoken).items():
            yield f"{language}/{name}.json", _json(board)
        yield f"playlist/{language}.json", _json(playlist(spoken))
    for path, content in provisioning_files(settings).items():
        yield f"provisioning/{path}", _yaml(content)


def write(settings: GrafanaSettings, folder: Path) -> list[Path]:
    """Writes them all. Raises OSError where it cannot."""
    written = []
    for path, text in generated(settings):
        to = folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text, encoding="utf-8")
        written.append(to)
    return written


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _yaml(content: object) -> str:
    head = "# Written by `hallwatch dashboards write`; change dashboards/grafana/provisioning.py.\n"
    return head + msgspec.yaml.encode(content).decode()
