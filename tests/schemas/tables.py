"""Small mappings and CSVs for the import's tests, and where the real data stand."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.decode import Event, Rejected, decode
from schemas.mapping import (
    Dropped,
    Imported,
    MadeEvent,
    Mapping,
    Refused,
    Result,
    events_from_csv,
    read_mapping,
)

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"

#: A mapping's start for a file with columns ticket, at, ...
TOP = """
source = "test"
subject = "{ticket}"
[times]
zone = "Asia/Shanghai"
[data]
section = "S01"
"""

ISSUED = """
[[event]]
type = "ticket.issued"
time = "at"
data.service = "general"
"""


def shared_file(name: str) -> Path:
    """Where a file of the real data is, if it is."""
    beside = Path(__file__).parents[2].parent / "shared"
    return Path(os.environ.get("HALLWATCH_SHARED", beside)) / "data" / name


def shared(name: str) -> Path:
    """A file of the real data, or a skip that says where it was looked for."""
    path = shared_file(name)
    if not path.exists():
        pytest.skip(f"{name} is not in {path.parent} (set HALLWATCH_SHARED to the folder above)")
    return path


def facts(name: str) -> Any:
    return msgspec.json.decode(shared(name).read_bytes())


class Bench:
    """Writes a mapping and a CSV into a folder and imports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mapping(self, text: str) -> Mapping:
        path = self.folder / "m.toml"
        path.write_text(text, encoding="utf-8")
        return read_mapping(path)

    def csv(self, content: str | bytes) -> Path:
        path = self.folder / "rows.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, mapping: str, rows: str | bytes, key: bytes = b"") -> list[Result]:
        return list(events_from_csv(self.mapping(mapping), self.csv(rows), pseudonym_key=key))


def made(results: list[Result]) -> list[MadeEvent]:
    return [event for result in results if isinstance(result, Imported) for event in result.events]


def decoded(results: list[Result]) -> list[Event]:
    """The events of all results, through the decoder that the worker uses."""
    events = [decode(event.value) for event in made(results)]
    assert not any(isinstance(event, Rejected) for event in events)
    return [event for event in events if not isinstance(event, Rejected)]


def refused(results: list[Result]) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.reason) for one in results if isinstance(one, Refused)]


def dropped(results: list[Result]) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in results if isinstance(one, Dropped)]
