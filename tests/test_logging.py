"""What a log line looks like; and that what libraries repeat ten times a second is said once a
minute, what we say always."""

import logging
from datetime import datetime
from typing import Any

import msgspec

from streams.cli_worker import OnceAMinute
from streams.log_lines import formatter


def told(log_format: Any, message: str, *values: object, error: Exception | None = None) -> str:
    failed = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("streams.lane", logging.ERROR, "", 0, message, values, failed)
    return formatter(log_format).format(record)


def test_a_line_of_json_says_when_how_bad_who_and_what() -> None:
    line = msgspec.json.decode(told("json", "partition %d\nis 锁", 3))
    assert datetime.fromisoformat(line.pop("time")).utcoffset() is not None
    assert line.pop("process") > 0
    assert line == {"level": "ERROR", "logger": "streams.lane", "message": "partition 3\nis 锁"}


def test_a_traceback_stays_in_its_line() -> None:
    line = told("json", "it failed", error=ValueError("no\nway"))
    assert "\n" not in line
    assert msgspec.json.decode(line)["exception"] == "ValueError: no\nway"


def test_text_is_for_people() -> None:
    assert told("text", "partition %d", 3).endswith(" ERROR streams.lane: partition 3")


def test_the_same_sentence_is_said_once_a_minute_with_how_often_it_was_held_back() -> None:
    now = 0.0
    sieve = OnceAMinute(("aiokafka",), lambda: now)

    def passes(name: str, message: str, *values: object) -> str:
        record = logging.LogRecord(name, logging.ERROR, "", 0, message, values, None)
        return record.getMessage() if sieve.filter(record) else ""

    assert passes("aiokafka.client", "no way to %s", 1) == "no way to 1"
    assert passes("aiokafka", "no way to %s", 1) == "no way to 1", "another logger"
    for second in range(59):
        now = float(second)
        assert passes("aiokafka.client", "no way to %s", second) == ""
    assert passes("aiokafka.client", "another sentence") == "another sentence"
    now = 60.0
    again = "no way to 7 (and 59 times since it was last said)"
    assert passes("aiokafka.client", "no way to %s", 7) == again
    assert passes("streams.lane", "ours") == passes("streams.lane", "ours") == "ours"
