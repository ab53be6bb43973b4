"""Which dead letters a command is about: arguments, and what they choose.

Owns the arguments that `list` and `resend` share, and where the letters are read. Called by
`streams.cli_deadletters` and `streams.cli_resend`. Invariant: an address that cannot be one
is told with how one looks.
"""

import argparse
import re
import time
from datetime import datetime

from schemas.decode import Reason
from schemas.topics import DEAD_LETTERS, EVENTS, topic_name
from streams.broker.brokers import brokers_of
from streams.deadletters import Choice, Entry, read_entries
from streams.read_log import Log
from streams.settings import Settings, SettingsError


def add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reason", default="", choices=[one.value for one in Reason], metavar="REASON"
    )
    parser.add_argument("--since", default="", metavar="WHEN", help="2h, 3d or 2022-10-14T09:00")
    parser.add_argument("--partition", type=int, default=None, metavar="P")


def choice_of(settings: Settings, arguments: argparse.Namespace) -> Choice:
    return Choice(
        addresses=frozenset(addresses(settings, getattr(arguments, "address", []))),
        reason=arguments.reason,
        since=_since(arguments.since),
        partition=arguments.partition,
    )


def addresses(settings: Settings, texts: list[str]) -> list[str]:
    """`3/1842` is of the events topic."""
    for text in texts:
        if not re.fullmatch(r"(?:[^/]+/)?\d+/\d+", text):
            raise SettingsError(f"{text!r} is no address such as hall.events/3/1842 or 3/1842")
    events = topic_name(settings.topic_prefix, EVENTS)
    return [text if text.count("/") == 2 else f"{events}/{text}" for text in texts]


def _since(text: str) -> float:
    if not text:
        return 0.0
    span = re.fullmatch(r"(\d+)\s*(min|h|d)", text)
    if span:
        return time.time() - int(span[1]) * {"min": 60, "h": 3600, "d": 86_400}[span[2]]
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        raise SettingsError(
            f"--since {text!r}: 30min, 2h, 3d, or a time such as 2022-10-14T09:00"
        ) from None


async def entries_of(settings: Settings) -> dict[str, Entry]:
    return await read_entries(log_of(settings), topic_name(settings.topic_prefix, DEAD_LETTERS))


def chosen(entries: dict[str, Entry], choice: Choice) -> list[Entry]:
    chosen = [entry for entry in entries.values() if choice.takes(entry)]
    return sorted(chosen, key=lambda entry: (entry.ingest_at, entry.stands))


def log_of(settings: Settings) -> Log:
    return Log(brokers_of(settings), settings.transactions)


def safe(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
