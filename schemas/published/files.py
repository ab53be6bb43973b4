"""The files under docs/: which there are, and what stands in them.

Owns names and layout. `released/<version>/` holds what producers were once given; it is written by
`release` and never again by `write`. Invariant: the same bytes wherever they are made.
"""

from pathlib import Path

import msgspec

from schemas.outcomes import AlertMessage
from schemas.published import asyncapi
from schemas.published.shape import (
    DRAFT,
    EXAMPLES,
    FRAMES,
    VERSION,
    Json,
    event_schema,
    struct_schema,
)

#: What hallwatch sends to others' systems: webhooks and readers of the alerts topic.
ALERT = "hall.alert"

#: In a released folder: an event a line, as producers of then may send them.
SAMPLES = "samples.ndjson"


def schemas() -> dict[str, Json]:
    """Event type → its schema; and that of an alert message."""
    alert = {
        "$schema": DRAFT,
        "$id": f"urn:hallwatch:schema:{ALERT}",
        **struct_schema(AlertMessage),
    }
    return {kind: event_schema(kind) for kind in FRAMES} | {ALERT: alert}


def files() -> dict[str, bytes]:
    """Path below docs/ → content."""
    made = {f"schemas/{name}.json": _pretty(schema) for name, schema in schemas().items()}
    return made | {"asyncapi.json": asyncapi.document()}


def write(docs: Path) -> None:
    """All of them; what no type makes any more goes."""
    made = files()
    folder = docs / "schemas"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if f"schemas/{path.name}" not in made:
            path.unlink()
    for name, content in made.items():
        (docs / name).write_bytes(content)


def release(docs: Path) -> Path:
    """Freezes what there is as VERSION. Raises FileExistsError: a release does not change."""
    folder = docs / "schemas" / "released" / VERSION
    folder.mkdir(parents=True)
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_bytes(_pretty(schema))
    samples = [msgspec.json.decode(path.read_bytes()) for path in sorted(EXAMPLES.glob("*.json"))]
    (folder / SAMPLES).write_bytes(msgspec.json.Encoder().encode_lines(samples))
    return folder


def _pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
