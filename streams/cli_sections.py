"""`hallwatch sections`: the org chart in words; `hallwatch sections test S`: a trial message to
everybody of a section.

Wiring only. Invariants: what it shows is the rulebook a worker would start with; a trial goes
once over each channel, however many people share it, and is to a machine what an alert is.
"""

import argparse
import asyncio
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

import aiohttp

from schemas.outcomes import AlertMessage, AlertRow, AlertState
from sinks.channel_kinds import check_options, open_channel
from sinks.channels import UndeliverableError
from sinks.courier import Patience
from sinks.names import Language
from sinks.trial_text import trial_notice
from streams.cli_worker import start_logging
from streams.core.alerts import Said
from streams.core.chain import everybody
from streams.core.rows import alert_message
from streams.core.rules import ChannelRule, Person, Rulebook, Section
from streams.org_chart import CHINESE, ENGLISH, aligned, people_table, sections_table
from streams.rules.load import load_rulebook
from streams.settings import Settings, read_settings

#: Somebody sits and waits for the answer.
_PATIENCE = Patience(give_up_after=timedelta(seconds=15))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    rules = "a folder of rules; default HALLWATCH_RULES"
    parser.add_argument("--rules", type=Path, metavar="DIR", help=rules)
    kinds = parser.add_subparsers(dest="what", metavar="test")
    text = "send a trial message to everybody of a section, quiet hours or not"
    test = kinds.add_parser("test", help=text, description=text)
    test.add_argument("section", metavar="S", help="its code")
    # Suppressed: else it would undo a --rules before the word `test`.
    test.add_argument("--rules", type=Path, metavar="DIR", help=rules, default=argparse.SUPPRESS)


def run_sections(arguments: argparse.Namespace) -> int:
    """0: listed, or everything delivered; 1: no such section, nobody in it, or not delivered."""
    settings = read_settings()
    book = load_rulebook(arguments.rules or settings.rules, check_options)
    if arguments.what == "test":
        start_logging(settings)
        return asyncio.run(_test(settings, book, arguments.section))
    words = CHINESE if settings.language == "zh" else ENGLISH
    for line in aligned(sections_table(book, words)):
        print(line)
    if book.people:
        print()
        for line in aligned(people_table(book, words)):
            print(line)
    return 0


async def _test(settings: Settings, book: Rulebook, code: str) -> int:
    section = book.elsewhere if code == book.elsewhere.code else book.sections.get(code)
    if section is None:
        return _nothing_sent(f"no section {code!r}; `hallwatch sections` lists them")
    people = everybody(book, code)
    if not people:
        return _nothing_sent(f"nobody is told of anything in {code!r}; sections.toml says who is")
    reached: dict[str, list[Person]] = {}
    for person in people:
        for name in person.channels:
            reached.setdefault(name, []).append(person)
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        delivered = await asyncio.gather(
            *(
                _send(settings, book, section, book.channels[name], whom, session)
                for name, whom in reached.items()
            )
        )
    return 0 if all(delivered) else 1


async def _send(
    settings: Settings,
    book: Rulebook,
    section: Section,
    rule: ChannelRule,
    whom: list[Person],
    session: aiohttp.ClientSession,
) -> bool:
    chinese = settings.language == "zh"
    names = [person.name_zh if chinese else person.name_en for person in whom]
    notice = trial_notice(
        _trial_alert(book, section),
        section.name_zh if chinese else section.name_en,
        names,
        Language.CHINESE if chinese else Language.ENGLISH,
    )
    channel = open_channel(rule.name, rule.kind, rule.options, session, patience=_PATIENCE)
    to = (CHINESE if chinese else ENGLISH).comma.join(names)
    try:
        await channel.send(notice)
    except UndeliverableError as error:
        print(f"NOT delivered to {to}: {error}", flush=True)
        return False
    print(f"delivered to {to}: {channel.name}", flush=True)
    return True


def _trial_alert(book: Rulebook, section: Section) -> AlertMessage:
    """A breach of one of the site's promises, found at this moment, with every field of one."""
    now = time.time_ns() // 1_000_000
    promise = next(iter(book.promises.values()))
    rule = promise.rules[-1]
    row = AlertRow(
        alert=f"test/{section.code}/{uuid.uuid4()}",
        promise=promise.promise.value,
        journey="test",
        cycle=1,
        section=section.code,
        service="",
        complexity="",
        channel="",
        state=AlertState.BREACHED,
        clause=promise.clause,
        rule_version=rule.version,
        limit_ms=rule.limit_ms or 0,
        started_at=(now - (rule.limit_ms or 0)) / 1000,
        breached_at=now / 1000,
        partition=0,
        version=1,
    )
    return alert_message(row, Said.BREACHED, now)


def _nothing_sent(why: str) -> int:
    print(f"hallwatch sections: {why}", file=sys.stderr)
    return 1
