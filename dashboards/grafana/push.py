"""A running Grafana is brought to what is declared: folder, data sources, dashboards and more.

Owns the order, what is compared, and what is left alone. Called by `hallwatch dashboards push`.
Invariants: pushed again, nothing changes; what a file provisions is left as it is; nothing is
ever deleted.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from dashboards.grafana.door import Door, GrafanaError, MissingError
from dashboards.grafana.generate import BOARDS, as_json
from dashboards.grafana.provisioning import (
    ClickHouseAddress,
    clickhouse_source,
    contact_point,
    playlist,
    prometheus_source,
)
from dashboards.grafana.settings import (
    CLICKHOUSE_PLUGIN,
    FOLDER_TITLE,
    FOLDER_UID,
    GrafanaSettings,
)

#: Older ones have an older dashboard schema, and are looked after by nobody.
OLDEST = (12, 0)

#: People may change in Grafana what is sent so; else its alerting pages would be locked.
_EDITABLE = {"X-Disable-Provenance": "true"}


class Change(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT = "left alone"


class Pushed(Struct, frozen=True):
    """What became of one thing; `note` says why it was left alone, or what cannot be known."""

    what: str
    change: Change
    note: str = ""


class Wanted(Struct, frozen=True, kw_only=True):
    """What Grafana shall have."""

    settings: GrafanaSettings
    clickhouse: ClickHouseAddress
    prometheus: str = ""  #: its address; "": no such source, and no dashboard over it
    contact: str = ""  #: a mail address; "": no contact point


_BY_FILE = "a file provisions it"


def push(door: Door, wanted: Wanted) -> Iterator[Pushed]:
    """Each thing, as soon as it is there. Raises GrafanaError at the first that cannot be."""
    check(door)
    yield _folder(door, wanted.settings)
    yield _source(door, clickhouse_source(wanted.clickhouse))
    if wanted.prometheus:
        yield _source(door, prometheus_source(wanted.prometheus))
    for name, board in BOARDS.items():
        if name == "pipeline" and not wanted.prometheus:
            note = "HALLWATCH_GRAFANA_PROMETHEUS is not set"
            yield Pushed(f"dashboard {name}", Change.LEFT, note)
            continue
        yield _dashboard(door, name, as_json(board(wanted.settings).build()))
    if wanted.contact:
        yield _contact(door, contact_point(wanted.contact))
    yield _playlist(door, playlist(wanted.settings))


def check(door: Door) -> None:
    """Raises GrafanaError: not reachable, too old, token not known, plugin missing."""
    health = door.get("/health", "say how it is")
    if not isinstance(health, dict):
        raise GrafanaError(f"{door.address} does not answer like Grafana")
    version = str(health.get("version", ""))
    found = re.match(r"(\d+)\.(\d+)", version)
    # One that hides its version is judged by what it takes.
    if found and (int(found[1]), int(found[2])) < OLDEST:
        raise GrafanaError(
            f"Grafana at {door.address} is {version}; these dashboards need"
            f" {OLDEST[0]}.{OLDEST[1]} or later"
        )
    door.get("/org", "read its organisation")
    try:
        door.get(f"/plugins/{CLICKHOUSE_PLUGIN}/settings", "look for the ClickHouse plugin")
    except MissingError:
        raise GrafanaError(
            f"Grafana at {door.address} has no plugin {CLICKHOUSE_PLUGIN}; install it:"
            f" `grafana cli plugins install {CLICKHOUSE_PLUGIN}`, then restart Grafana"
        ) from None


def _folder(door: Door, settings: GrafanaSettings) -> Pushed:
    title = settings.say(FOLDER_TITLE)
    what = f"folder {title}"
    found = _found(door, f"/folders/{FOLDER_UID}", "read the folder")
    if found is None:
        door.post("/folders", {"uid": FOLDER_UID, "title": title}, "make the folder")
        return Pushed(what, Change.CREATED)
    if found.get("title") == title:
        return Pushed(what, Change.UNCHANGED)
    named = {"title": title, "overwrite": True}
    door.put(f"/folders/{FOLDER_UID}", named, "rename the folder")
    return Pushed(what, Change.UPDATED)


def _source(door: Door, source: dict[str, Any]) -> Pushed:
    what = f"data source {source['name']}"
    path = f"/datasources/uid/{source['uid']}"
    found = _found(door, path, "read the data source")
    if found is None:
        door.post("/datasources", source, f"make the {what}")
        return Pushed(what, Change.CREATED)
    if found.get("readOnly"):
        return Pushed(what, Change.LEFT, _BY_FILE)
    if not source.get("secureJsonData") and _has(found, source):
        return Pushed(what, Change.UNCHANGED)
    door.put(path, source, f"change the {what}")
    if _has(found, {**source, "secureJsonData": None}):
        return Pushed(what, Change.UNCHANGED, "its password was sent again: it cannot be read")
    return Pushed(what, Change.UPDATED)


def _dashboard(door: Door, name: str, board: dict[str, Any]) -> Pushed:
    what = f"dashboard {name}"
    found = _found(door, f"/dashboards/uid/{board['uid']}", f"read the {what}")
    said = f"hallwatch {_digest(board)}"
    if found is not None:
        meta = found.get("meta", {})
        if meta.get("provisioned"):
            return Pushed(what, Change.LEFT, _BY_FILE)
        if meta.get("folderUid") == FOLDER_UID and _newest_message(door, board["uid"]) == said:
            return Pushed(what, Change.UNCHANGED)
    body = {"dashboard": board, "folderUid": FOLDER_UID, "overwrite": True, "message": said}
    door.post("/dashboards/db", body, f"take the {what}")
    return Pushed(what, Change.CREATED if found is None else Change.UPDATED)


def _newest_message(door: Door, uid: str) -> str:
    """What its newest version was saved with. Grafana rewrites dashboards as it likes, so that
    their text cannot be compared; and whoever changed one by hand left another message."""
    found = _found(door, f"/dashboards/uid/{uid}/versions?limit=1", "read its versions")
    # A list in older versions.
    versions = found.get("versions", []) if isinstance(found, dict) else found or []
    return str(versions[0].get("message", "")) if versions else ""


def _contact(door: Door, contact: dict[str, Any]) -> Pushed:
    what = f"contact point {contact['name']}"
    path = "/v1/provisioning/contact-points"
    points = door.get(path, "read the contact points")
    found = next((point for point in points if point.get("uid") == contact["uid"]), None)
    if found is None:
        door.post(path, contact, f"make the {what}", _EDITABLE)
        return Pushed(what, Change.CREATED)
    if found.get("provenance") == "file":
        return Pushed(what, Change.LEFT, _BY_FILE)
    if _has(found, contact):
        return Pushed(what, Change.UNCHANGED)
    door.put(f"{path}/{contact['uid']}", contact, f"change the {what}", _EDITABLE)
    return Pushed(what, Change.UPDATED)


def _playlist(door: Door, wanted: dict[str, Any]) -> Pushed:
    """Found by its name: Grafana gives a playlist a uid of its own."""
    what = f"playlist {wanted['name']}"
    listed = _found(door, "/playlists", "read the playlists")
    if listed is None:
        return Pushed(what, Change.LEFT, "this Grafana has no such API any more: make it by hand")
    uid = next((one["uid"] for one in listed if one.get("name") == wanted["name"]), None)
    if uid is None:
        door.post("/playlists", wanted, f"make the {what}")
        return Pushed(what, Change.CREATED)
    if _has(door.get(f"/playlists/{uid}", f"read the {what}"), wanted):
        return Pushed(what, Change.UNCHANGED)
    door.put(f"/playlists/{uid}", wanted, f"change the {what}")
    return Pushed(what, Change.UPDATED)


def _found(door: Door, path: str, doing: str) -> Any:
    """None where there is none."""
    try:
        return door.get(path, doing)
    except MissingError:
        return None


def _has(theirs: Any, ours: Any) -> bool:
    """Whether Grafana has what we say; what it adds by itself is its own."""
    match ours:
        case None:
            return True
        case Mapping():
            return isinstance(theirs, Mapping) and all(
                _has(theirs.get(key), value) for key, value in ours.items()
            )
        case list():
            return (
                isinstance(theirs, list)
                and len(theirs) == len(ours)
                and all(map(_has, theirs, ours))
            )
        case _:
            return bool(theirs == ours)


def _digest(board: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(board, sort_keys=True).encode()).hexdigest()[:16]
