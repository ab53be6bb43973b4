"""`hallwatch deadletters list | show | resend`: what was refused, and a second chance for it.

Owns arguments and printing; which letters may go and what is sent is `streams.deadletters`.
Invariant: bytes of a producer reach a terminal as printable text only.
"""

import argparse
import asyncio
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import msgspec

from schemas.deadletters import DeadLetter
from schemas.topics import DEAD_LETTERS, topic_name
from streams.cli_resend import resend
from streams.deadletters import Entry, read_letters
from streams.letter_choice import (
    add_filters,
    addresses,
    choice_of,
    chosen,
    entries_of,
    log_of,
    safe,
)
from streams.running import reachable
from streams.settings import Settings, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True, metavar="list|show|resend")
    text = "which there are, newest last"
    listing = kinds.add_parser("list", help=text, description=text)
    add_filters(listing)
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="the newest N (50)")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    text = "one letter, whole"
    show = kinds.add_parser("show", help=text, description=text)
    show.add_argument("address", metavar="TOPIC/PARTITION/OFFSET", help="or PARTITION/OFFSET")
    show.add_argument(
        "--json", action="store_true", help="as it lies in the topic; bytes in base64"
    )
    show.add_argument("--raw", action="store_true", help="the bytes alone, as they are: to a file")
    text = "send letters again, as they came, after what refused them is mended"
    again = kinds.add_parser("resend", help=text, description=text)
    again.add_argument(
        "address", nargs="*", metavar="TOPIC/PARTITION/OFFSET", help="or PARTITION/OFFSET"
    )
    add_filters(again)
    again.add_argument("--all", action="store_true", help="all that were not sent again yet")
    again.add_argument(
        "--file", type=Path, metavar="FIXED.json", help="this event in place of the one letter's"
    )
    again.add_argument(
        "--anyway",
        action="store_true",
        help="also what was sent again before, and what this version would refuse again",
    )
    again.add_argument("--dry-run", action="store_true", help="say what would be sent")


def run_deadletters(arguments: argparse.Namespace) -> int:
    """0: done; 1: no such letter, or not all that were chosen were sent; 2: a wrong call."""
    settings = reachable(read_settings())
    return asyncio.run(_KINDS[arguments.what](settings, arguments))


async def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    entries = await entries_of(settings)
    picked = chosen(entries, choice_of(settings, arguments))
    shown = picked[-arguments.limit :] if arguments.limit > 0 else picked
    if arguments.json:
        for entry in shown:
            print(msgspec.json.encode(entry).decode())
        return 0
    rows = [("ADDRESS", "CAME", "REASON", "FIELD", "BYTES", "STATE", "DETAIL")]
    rows += [
        (
            entry.address,
            _local(entry.ingest_at),
            entry.reason,
            safe(entry.field),
            str(entry.size),
            _state(entry),
            safe(entry.detail),
        )
        for entry in shown
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        print("  ".join([*cells, row[-1]]).rstrip())
    by_reason = Counter(entry.reason for entry in picked)
    counts = ", ".join(f"{reason} {count}" for reason, count in by_reason.most_common())
    print(f"{len(shown)} of {len(picked)} shown{f': {counts}' if counts else ''}")
    return 0


async def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    entries = await entries_of(settings)
    (where,) = addresses(settings, [arguments.address])
    if where not in entries:
        print(f"no dead letter {where}", file=sys.stderr)
        return 1
    log, topic = log_of(settings), topic_name(settings.topic_prefix, DEAD_LETTERS)
    async for entry, letter in read_letters(log, topic, [entries[where]]):
        if arguments.raw:
            sys.stdout.buffer.write(letter.raw)
        elif arguments.json:
            print(msgspec.json.encode(letter).decode())
        else:
            _print_letter(entry, letter)
    return 0


def _print_letter(entry: Entry, letter: DeadLetter) -> None:
    print(f"address  {entry.address}")
    print(f"came     {_local(letter.ingest_at)}")
    print(f"reason   {letter.reason}{f' ({safe(letter.field)})' if letter.field else ''}")
    print(f"         {safe(letter.detail)}")
    print(f"state    {_state(entry) or 'not sent again'}{', cut' if letter.cut else ''}")
    if entry.resent:
        print(f"         to {entry.resent.topic}/{entry.resent.partition}/{entry.resent.offset}")
    print(f"key      {'none' if letter.key is None else _printable(letter.key)}")
    for name, content in letter.headers:
        print(f"header   {safe(name)}: {'null' if content is None else _printable(content)}")
    print(f"value    {entry.size} bytes\n{_printable(letter.raw)}")


def _state(entry: Entry) -> str:
    if entry.resent:
        return f"{'mended' if entry.resent.mended else 'resent'} {_local(entry.resent.at)}"
    return "masked" if entry.masked else ""


def _local(at: float) -> str:
    if not at:
        return ""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"


def _printable(raw: bytes) -> str:
    """Text where it is text; every other byte and every control character as an escape."""
    text = raw.decode("utf-8", errors="backslashreplace")
    return "".join(
        one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode()
        for one in text
    )


_KINDS = {"list": _list, "show": _show, "resend": resend}
