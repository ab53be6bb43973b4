"""What a log line looks like: words for people, or a JSON object for those who collect logs.

Owns the form; levels and what is said how often are `streams.cli_worker`'s, which calls this.
Invariant: with `json` a record is one line, whatever stands in it.
"""

import logging
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import Struct

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Line(Struct, frozen=True, omit_defaults=True):
    """`time` is UTC, in ISO 8601; `exception` the traceback."""

    time: datetime
    level: str
    logger: str
    message: str
    process: int
    exception: str = ""


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = _Line(
            datetime.fromtimestamp(record.created, UTC),
            record.levelname,
            record.name,
            record.getMessage(),
            record.process or 0,
            self.formatException(record.exc_info) if record.exc_info else "",
        )
        return msgspec.json.encode(line).decode()


def formatter(log_format: Literal["text", "json"]) -> logging.Formatter:
    match log_format:
        case "text":
            return logging.Formatter(_TEXT)
        case "json":
            return JsonLines()
