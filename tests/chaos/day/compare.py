"""The day as it was recorded against the day as it was: tables and topics.

Owns the four figures. Called by the run. Invariant: every column but `version` (and the
words of a dead letter) is held against the oracle; a column nobody knows is an error.
"""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from aiokafka import ConsumerRecord

from tests.chaos.day.book import Book
from tests.chaos.day.columns import Columns, time_text
from tests.chaos.day.lives import Life, lives
from tests.chaos.day.log import Reading
from tests.chaos.day.oracle import Truth
from tests.chaos.verdict import Verdict
from tests.pipeline.database import Database

_IDENTITY = {
    "events": ("source", "id"),
    "dead_letters": ("topic", "partition", "offset"),
    "journeys": ("journey",),
    "verdicts": ("promise", "journey"),
    "windows": (
        *("promise", "minute_at", "section", "service", "complexity", "channel", "off_hours"),
        "partition",
    ),
    "alerts": ("alert",),
}

#: What is said of a dead letter in words, and how often something was settled.
_NOT_HELD = {"dead_letters": {"field", "detail"}, "events": set[str]()}
_VERSION = {"version"}

Key = tuple[str, ...]


class Day:
    """What was found, beside what it is held against."""

    def __init__(self, truth: Truth, book: Book, slice_: int, database: Database) -> None:
        self.verdict = Verdict()
        self.open_cases = 0  #: alerts of which the log leaves open what has to be there
        self._truth = truth
        self._book = book
        self._database = database
        self._readings = {number: Reading(log, slice_) for number, log in book.log.items()}

    def hold_tables(self) -> None:
        truth = self._truth
        for table, rows in (
            ("events", truth.events),
            ("dead_letters", truth.dead_letters),
            ("journeys", truth.journeys),
            ("verdicts", truth.verdicts),
            ("windows", truth.windows),
        ):
            self._hold(table, rows)

    def hold_letters(self, records: Iterable[ConsumerRecord]) -> None:
        """The dead-letter topic: the bytes of each, once."""
        found: Counter[tuple[object, ...]] = Counter()
        for record in records:
            letter = msgspec.json.decode(record.value or b"")
            raw, key = base64.b64decode(letter["raw"]), base64.b64decode(letter["key"])
            found[letter["partition"], letter["offset"], raw, key, letter["reason"]] += 1
        true = {
            (bad.place.partition, bad.place.offset, bad.value, bad.key, bad.reason)
            for bad in self._book.bad
        }
        self.verdict.lost += [f"dead letter {one}" for one in true - set(found)]
        self.verdict.wrong += [f"dead letter {one} is of nothing" for one in set(found) - true]
        self.verdict.doubled += [f"dead letter {one}" for one, n in found.items() if n > 1]

    def hold_alerts(self, records: Iterable[ConsumerRecord]) -> None:
        """Rows and messages: each alert has one of the lives it can have had."""
        verdict = self.verdict
        messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        ids: Counter[str] = Counter()
        for record in records:
            message = msgspec.json.decode(record.value or b"")
            ids[message["id"]] += 1
            messages[message["subject"]].append(message)
        verdict.doubled += [f"message {name} {n} times" for name, n in ids.items() if n > 1]
        rows = {key: row for (key,), row in self._rows("alerts").items()}
        for clock in self._truth.clocks:
            name = f"{clock.promise}/{clock.journey}/1"
            possible = lives(clock, self._readings[clock.partition])
            self.open_cases += len(possible) > 1
            self._hold_life(name, possible, rows.pop(name, None), messages.pop(name, []))
        verdict.wrong += [f"alerts {name} stands for nothing" for name in rows]
        verdict.false_pages += [f"message about {name}, which is none" for name in messages]

    def _hold_life(
        self,
        name: str,
        possible: list[Life],
        row: Columns | None,
        messages: list[dict[str, Any]],
    ) -> None:
        verdict = self.verdict
        said = Counter(message["type"].removeprefix("hall.alert.") for message in messages)
        best = min(possible, key=lambda life: len(_differing(life.row, row or {})))
        if row is None and best.state:
            verdict.lost.append(f"alerts {name}")
        elif row is not None and (differ := _differing(best.row, row)):
            verdict.wrong.append(f"alerts {name}: {'; '.join(differ)}")
        for kind in {*said, *best.said}:
            fewest, most = best.said.get(kind, (0, 0))
            if fewest <= said[kind] <= most:
                continue
            sentence = f"{name}: {kind} said {said[kind]} times, not {fewest} to {most}"
            if said[kind] < fewest:
                verdict.lost.append(sentence)
            elif not most and kind != "closed":
                verdict.false_pages.append(sentence)
            else:
                verdict.doubled.append(sentence)
        order = [message["type"].removeprefix("hall.alert.") for message in messages]
        if order != sorted(order, key=("warned", "breached", "closed", "retracted").index):
            verdict.wrong.append(f"{name}: said in the order {order}")
        verdict.wrong += [
            f"message {message['id']}: {'; '.join(differ)}"
            for message in messages
            if (differ := _told_wrong(message, best))
        ]

    def _rows(self, table: str) -> dict[Key, Columns]:
        found: dict[Key, Columns] = {}
        # The view of windows adds up what the partitions say; here each is held by itself.
        place = f"{table} FINAL" if table == "windows" else f"{table}_now"
        for row in self._database.ask(f"SELECT * FROM {place}"):
            key = tuple(_plain_key(row[name]) for name in _IDENTITY[table])
            if key in found:
                self.verdict.doubled.append(f"{table} {key}")
            for name in _NOT_HELD.get(table, _VERSION):
                del row[name]
            found[key] = row
        return found

    def _hold(self, table: str, true: Mapping[Key, Columns]) -> None:
        verdict, rows = self.verdict, self._rows(table)
        for key, expected in true.items():
            row = rows.pop(key, None)
            if row is None:
                verdict.lost.append(f"{table} {key}")
                continue
            if table == "events":
                row = {**row, "data": _as_sent(str(row["data"]), expected["data"])}
            if differ := _differing(expected, row):
                verdict.wrong.append(f"{table} {key}: {'; '.join(differ)}")
                if table == "windows" and int(str(row["started"])) > int(str(expected["started"])):
                    verdict.doubled.append(f"{table} {key}: counts more than there were")
        # A window that nobody is in may stand with zeros: somebody was thought to be in it.
        for key, row in rows.items():
            if table == "windows" and int(str(row["started"])) == 0:
                continue
            (verdict.doubled if table == "windows" else verdict.wrong).append(
                f"{table} {key} stands for nothing"
            )


def _differing(expected: Columns, row: Columns) -> list[str]:
    if not expected:
        return ["an alert that should not be"] if row else []
    found = [
        f"{name} is {row.get(name)!r}, not {value!r}"
        for name, value in expected.items()
        if name not in row or _plain(row[name]) != _plain(value)
    ]
    return found + [f"column {name} is not known to the oracle" for name in row.keys() - expected]


def _told_wrong(message: dict[str, Any], life: Life) -> list[str]:
    """What a message says of the alert, in which all but its state stands from the start."""
    if not life.state:
        return []
    told, kind = message["data"], message["type"].removeprefix("hall.alert.")
    names = ("alert", "promise", "journey", "section", "service", "complexity", "channel")
    found = [
        f"{name} is {told.get(name)!r}, not {life.row[name]!r}"
        for name in (*names, "clause", "rule_version", "limit_ms")
        if told.get(name) != life.row[name]
    ]
    found += [
        f"{name} is {told[name]}, not {life.row[name]}"
        for name in ("started_at", "warned_at")
        if time_text(round(told[name] * 1000)) != life.row[name]
    ]
    # The log had reached a time at which it was so.
    since = life.row[{"warned": "warned_at", "breached": "breached_at"}.get(kind, "started_at")]
    when = time_text(int(datetime.fromisoformat(message["time"]).timestamp() * 1000 + 0.5))
    if since is not None and str(when) <= str(since):
        found.append(f"said at {when}")
    if kind == "closed" and told["closed_as"] != life.row["closed_as"]:
        found.append(f"closed as {told['closed_as']}, not {life.row['closed_as']}")
    return found


def _as_sent(json: str, sent: object) -> object:
    """The event's data without the defaults that the contract put in."""
    names = sent if isinstance(sent, dict) else {}
    return {name: value for name, value in msgspec.json.decode(json).items() if name in names}


def _plain(value: object) -> object:
    """Numbers may come as text, since JSON has no 64 bits."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return str(value)
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return repr(value)


def _plain_key(value: object) -> str:
    return str(value)
