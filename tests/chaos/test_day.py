"""The half in event time: a short run of it, and its judgement on days that were tampered with."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import Struct

from tests.chaos.day.book import Bad, Book, Place
from tests.chaos.day.compare import Day
from tests.chaos.day.lives import lives
from tests.chaos.day.log import Reading
from tests.chaos.day.oracle import Truth, truth_of
from tests.chaos.day.run import run_day
from tests.chaos.day.source import BAD, journeys
from tests.chaos.faults import Faults
from tests.chaos.verdict import Verdict
from tests.pipeline.database import Database

FEW = Faults(kills=1, rebalances=1, pauses=1, broker_restarts=1, clickhouse_cuts=1)
TOPIC = "hall.events"
SLICE = 10


@pytest.mark.kafka
async def test_a_day_is_recorded_to_the_last_column_whatever_dies(tmp_path: Path) -> None:
    report = await run_day(20221014, FEW, 40.0, tmp_path, print)
    assert report.verdict == Verdict()
    assert report.events > 5_000
    assert report.messages > 500
    # The log may leave open what a few alerts come to, or the oracle would hold nothing.
    assert report.open_cases < report.messages / 100


class Record(Struct):
    value: bytes


class Recorded(Database):
    """What a pipeline without a fault would have left behind."""

    def __init__(self, truth: Truth, book: Book) -> None:
        self.messages: list[dict[str, Any]] = []
        self.letters: list[dict[str, Any]] = []
        self.tables: dict[str, list[dict[str, Any]]] = {
            "events": [
                {**row, "data": json.dumps(row["data"])} for row in deepcopy(truth.events).values()
            ],
            "dead_letters": [
                {**row, "field": "", "detail": "?"} for row in truth.dead_letters.values()
            ],
            **{
                name: [{**row, "version": 7} for row in deepcopy(getattr(truth, name)).values()]
                for name in ("journeys", "verdicts", "windows")
            },
            "alerts": [],
        }
        readings = {number: Reading(log, SLICE) for number, log in book.log.items()}
        for clock in truth.clocks:
            life = lives(clock, readings[clock.partition])[0]
            if life.state:
                self.tables["alerts"].append({**life.row, "version": 7})
            for kind in ("warned", "breached", "closed"):
                fewest = life.said.get(kind, (0, 0))[0]
                self.messages += [self.message(life.row, kind) for _ in range(fewest)]
        for bad in book.bad:
            self.letters.append(
                {
                    "partition": bad.place.partition,
                    "offset": bad.place.offset,
                    "raw": base64.b64encode(bad.value).decode(),
                    "key": base64.b64encode(bad.key).decode(),
                    "reason": bad.reason,
                }
            )

    @staticmethod
    def message(row: dict[str, Any], kind: str) -> dict[str, Any]:
        times = {name: seconds(row[name]) for name in ("started_at", "warned_at")}
        return {
            "id": f"{row['alert']}/{kind}",
            "type": f"hall.alert.{kind}",
            "subject": row["alert"],
            "time": "2022-10-19T00:00:00.000+00:00",
            "data": {**row, **times},
        }

    def ask(self, sql: str) -> list[dict[str, Any]]:
        table = sql.split("FROM ")[1].split()[0].removesuffix("_now")
        return deepcopy(self.tables[table])


def seconds(text: str) -> float:
    return datetime.fromisoformat(f"{text}+08:00").timestamp()


def a_day() -> Book:
    """Some of the planned day, in a log of one partition."""
    events = [event for journey in islice(journeys(Random(7), 60.0), 400) for event in journey]
    due = [
        (event.at + event.held_ms + again, event.id, event)
        for event in events
        for again in (0, *event.copies_ms)
    ]
    book = Book()
    for offset, (_, _, event) in enumerate(sorted(due, key=lambda one: one[:2])):
        book.put(event, Place(offset, 0, 1_700_000_000_000 + offset))
    for number, (key, value, reason) in enumerate(BAD):
        book.bad.append(Bad(Place(1_000_000 + number, 0, 1_700_000_000_000), key, value, reason))
    return book


BOOK = a_day()
TRUTH = truth_of(BOOK, TOPIC)


def judged(tamper: Callable[[Recorded], object]) -> Verdict:
    recorded = Recorded(TRUTH, BOOK)
    tamper(recorded)
    day = Day(TRUTH, BOOK, SLICE, recorded)
    day.hold_tables()
    day.hold_letters([Record(json.dumps(one).encode()) for one in recorded.letters])
    day.hold_alerts([Record(json.dumps(one).encode()) for one in recorded.messages])
    return day.verdict


def test_a_day_as_it_was_has_nothing_wrong_with_it() -> None:
    assert judged(lambda _: None) == Verdict()
    assert len(TRUTH.clocks) > 400
    statuses = {clock.status for clock in TRUTH.clocks}
    assert statuses >= {"kept", "late", "measured", "left-late", "left-in-time", "expired"}


def change(table: str, column: str, value: object) -> Callable[[Recorded], object]:
    return lambda day: day.tables[table][3].update({column: value})


def lose(table: str) -> Callable[[Recorded], object]:
    return lambda day: day.tables[table].pop(3)


def twice(table: str) -> Callable[[Recorded], object]:
    return lambda day: day.tables[table].append({**day.tables[table][3]})


def one_more(table: str, column: str) -> Callable[[Recorded], object]:
    """A row of somebody else's."""
    return lambda day: day.tables[table].append({**day.tables[table][3], column: "nobody"})


def closing(day: Recorded) -> int:
    """Where the first closing stands."""
    return [message["type"] for message in day.messages].index("hall.alert.closed")


def close_first(day: Recorded) -> None:
    day.messages.insert(0, day.messages.pop(closing(day)))


def page_of_nobody(day: Recorded) -> None:
    kept = next(clock for clock in TRUTH.clocks if clock.status == "kept" and clock.over == 0)
    quiet = f"{kept.promise}/{kept.journey}/1"
    day.messages.append({**day.messages[0], "id": f"{quiet}/breached", "subject": quiet})


TOO_SOON = "2022-10-17T00:30:00.000+00:00"
LOST, DOUBLED, WRONG, PAGES = "lost", "doubled", "wrong", "false_pages"


@pytest.mark.parametrize(
    ("tamper", "figures"),
    [
        pytest.param(tamper, figures, id=sentence)
        for sentence, tamper, figures in (
            ("an event is not there", lose("events"), LOST),
            ("a dead letter is not there", lose("dead_letters"), LOST),
            ("a journey is not there", lose("journeys"), LOST),
            ("a verdict is not there", lose("verdicts"), LOST),
            ("a window is not there", lose("windows"), LOST),
            ("an alert is not there", lose("alerts"), LOST),
            ("an event is there twice", twice("events"), DOUBLED),
            ("a dead letter is there twice", twice("dead_letters"), DOUBLED),
            ("a journey is there twice", twice("journeys"), DOUBLED),
            ("a journey nobody made", one_more("journeys", "journey"), WRONG),
            ("an alert about nobody", one_more("alerts", "alert"), WRONG),
            ("a window nobody is in", one_more("windows", "service"), DOUBLED),
            ("a window counts too many", change("windows", "started", 99), f"{DOUBLED} {WRONG}"),
            ("a bucket is wrong", change("windows", "answered_histogram", {"1": 1}), WRONG),
            ("a window of elsewhere", change("windows", "partition", 3), f"{LOST} {DOUBLED}"),
            ("a duration is wrong", change("journeys", "queue_ms", 1), WRONG),
            ("a column is unknown", change("journeys", "invented", 1), WRONG),
            ("other evidence", change("verdicts", "evidence", ["another"]), WRONG),
            ("decided elsewhere", change("verdicts", "partition", 3), WRONG),
            ("not the first copy", change("events", "offset", 5), WRONG),
            ("not as it was sent", change("events", "data", '{"section": "S99"}'), WRONG),
            ("refused for another reason", change("dead_letters", "reason", "whim"), WRONG),
            ("closed otherwise", change("alerts", "closed_as", "excused"), WRONG),
            ("called history", change("alerts", "historical", True), WRONG),
            ("no closing", lambda day: day.messages.pop(closing(day)), LOST),
            ("two closings", lambda day: day.messages.append(day.messages[closing(day)]), DOUBLED),
            ("closed before it was said", close_first, WRONG),
            ("said otherwise", lambda day: day.messages[0]["data"].update(limit_ms=1), WRONG),
            ("said too soon", lambda day: day.messages[0].update(time=TOO_SOON), WRONG),
            ("a page about somebody served in time", page_of_nobody, PAGES),
            ("a letter is lost", lambda day: day.letters.pop(), LOST),
            ("a letter twice", lambda day: day.letters.append(day.letters[0]), DOUBLED),
            ("other bytes", lambda day: day.letters[0].update(raw="AAAA"), f"{LOST} {WRONG}"),
        )
    ],
)
def test_what_was_tampered_with_is_found(
    tamper: Callable[[Recorded], object], figures: str
) -> None:
    found = judged(tamper)
    assert [name for name in found.__struct_fields__ if getattr(found, name)] == figures.split()
