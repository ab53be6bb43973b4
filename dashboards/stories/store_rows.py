"""Rows as the ClickHouse client gives them → the structs of the contract.

Owns the translation: times to seconds, enums, stored events back to events. Called by `reading`.
Invariant: columns this program does not know are left out, and those a database does not have yet
take the struct's default, so that either may be the newer one.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from dashboards.stories.found import Heard
from schemas.decode import Event

#: Asks ClickHouse one question with bound parameters; blocks.
Read = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]

_Row = TypeVar("_Row")

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class StoreAwayError(Exception):
    """ClickHouse did not answer; the message says why, and quotes no row."""


def rows_of(row: type[_Row], found: Iterable[Mapping[str, Any]]) -> list[_Row]:
    return [
        msgspec.convert(
            # What is not set was left out when the row was written: its default stands for it.
            {name: _plain(value) for name, value in each.items() if value is not None},
            row,
        )
        for each in found
    ]


def heard(found: Iterable[Mapping[str, Any]]) -> list[Heard]:
    return [
        Heard(
            source=str(row["source"]),
            id=str(row["id"]),
            type=str(row["type"]),
            subject=str(row["subject"]),
            at=seconds(row["time"]),
            ingest_at=seconds(row["ingest_at"]),
            event=_event(row),
        )
        for row in found
    ]


def seconds(moment: datetime) -> float:
    """Without a zone it is UTC: so the client gives the columns of a database kept in UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return round(aware.timestamp(), 6)


def _plain(value: Any) -> Any:
    return round(seconds(value), 3) if isinstance(value, datetime) else value


def _event(row: Mapping[str, Any]) -> Event | None:
    """The stored event. That it keeps the contract was asked when it came in; None: a later or
    an earlier contract's."""
    told = {
        "specversion": "1.0",
        "id": row["id"],
        "source": row["source"],
        "subject": row["subject"],
        "type": row["type"],
        "time": datetime.fromtimestamp(seconds(row["time"]), UTC),
        "data": msgspec.Raw(str(row["data"]).encode()),
    }
    try:
        return _decoder.decode(msgspec.json.encode(told))
    except msgspec.MsgspecError:
        return None
