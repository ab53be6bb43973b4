"""`hallwatch alerts`, `ack`, `excuse`, `silence`: what people do about alerts, on the command line.

Wiring only: what is decided is `streams.acts`. Which ClickHouse and broker: the settings, else a
demo that is running here. Invariant: 0 means that Kafka has it.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from dashboards.stories.store_rows import StoreAwayError
from schemas.acting import ActKind, Asked, Entered, Refused, SilenceAsked
from schemas.outcomes import AlertRow
from sinks.alert_body import alert_body, untagged
from sinks.alert_facts import SPECIAL, Facts
from sinks.clickhouse import open_client
from sinks.names import Language, Names
from sinks.notice import NoticeKind
from sinks.special_body import special_body
from streams.core.rules import Rulebook
from streams.org_chart import Row, aligned
from streams.rules.load import load_rulebook
from streams.running import dsn_in_use, reachable
from streams.settings import Settings, read_settings
from streams.worker_acts import ActDesk
from streams.worker_names import site_names
from streams.worker_stories import reading_of

_ALERT = "promise/journey/cycle, as `hallwatch alerts` lists it"
_BY = "who does it: a code of people.toml"


def add_alerts_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--open", action="store_true", help="only those not over")
    parser.add_argument("--section", default="", metavar="S", help="only of this section")


def add_ack_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("alert", metavar="ALERT", help=_ALERT)
    parser.add_argument("--by", required=True, metavar="P", help=_BY)


def add_excuse_arguments(parser: argparse.ArgumentParser) -> None:
    add_ack_arguments(parser)
    parser.add_argument("--reason", required=True, help="why; no citizen's name or number")


def add_silence_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("section", metavar="SECTION")
    parser.add_argument("--promise", default="", metavar="P", help="only alerts of this promise")
    until = 'until when: "18:00", "2026-11-25 12:00", or with an offset; at most 7 days ahead'
    parser.add_argument("--until", required=True, metavar="T", help=until)
    parser.add_argument("--by", required=True, metavar="P", help=_BY)
    parser.add_argument("--reason", required=True, help="why; no citizen's name or number")


def run_alerts(arguments: argparse.Namespace) -> int:
    """0: listed; 1: no such section, or ClickHouse does not answer."""

    async def listing(desk: ActDesk, settings: Settings, book: Rulebook) -> int:
        section: str = arguments.section
        known = (book.elsewhere, *book.sections.values())
        if section and section not in [one.code for one in known]:
            return _failed(arguments, f"no section {section!r}; `hallwatch sections` lists them")
        rows = await desk.listed(arguments.open, section)
        for line in _table(rows, site_names(book, Language(settings.language)), settings):
            print(line)
        return 0

    return _with_desk(arguments, listing)


def run_ack(arguments: argparse.Namespace) -> int:
    """0: entered; 1: it does not hold, or could not be entered."""
    asked = Asked(kind=ActKind.ACKNOWLEDGE, alert=arguments.alert, by=arguments.by)
    return _entering(arguments, lambda desk: desk.enter(asked), "acknowledged")


def run_excuse(arguments: argparse.Namespace) -> int:
    """0: entered; 1: it does not hold, or could not be entered."""
    asked = Asked(
        kind=ActKind.EXCUSE,
        alert=arguments.alert,
        by=arguments.by,
        reason=arguments.reason,
    )
    return _entering(arguments, lambda desk: desk.enter(asked), "excused")


def run_silence(arguments: argparse.Namespace) -> int:
    """0: entered; 1: it does not hold, or could not be entered."""

    async def silencing(desk: ActDesk, settings: Settings, book: Rulebook) -> int:
        zone = book.section(arguments.section).calendar.versions[-1].zone
        try:
            until = _moment(arguments.until, ZoneInfo(zone))
        except ValueError:
            return _failed(
                arguments,
                f'--until {arguments.until!r} is no time; write "18:00" or "2026-11-25 12:00"',
            )
        asked = SilenceAsked(
            section=arguments.section,
            promise=arguments.promise,
            until=until,
            by=arguments.by,
            reason=arguments.reason,
        )
        return _told(arguments, await desk.silence(asked), f"silenced until {until:%m-%d %H:%M}")

    return _with_desk(arguments, silencing)


_Enter = Callable[[ActDesk], Coroutine[Any, Any, Entered | Refused]]
_Work = Callable[[ActDesk, Settings, Rulebook], Coroutine[Any, Any, int]]


def _entering(arguments: argparse.Namespace, enter: _Enter, done: str) -> int:
    async def entering(desk: ActDesk, settings: Settings, book: Rulebook) -> int:
        return _told(arguments, await enter(desk), done)

    return _with_desk(arguments, entering)


def _with_desk(arguments: argparse.Namespace, work: _Work) -> int:
    settings = reachable(read_settings())
    dsn = dsn_in_use(settings)
    settings = replace(settings, clickhouse=dsn)
    book = load_rulebook(settings.rules)

    async def working() -> int:
        client = open_client(dsn)
        desk = ActDesk(settings, book, reading_of(lambda: client))
        desk.start()
        try:
            return await work(desk, settings, book)
        except StoreAwayError as error:
            return _failed(arguments, f"ClickHouse: {error}")
        finally:
            await desk.stop()
            client.close()

    return asyncio.run(working())


def _told(arguments: argparse.Namespace, outcome: Entered | Refused, done: str) -> int:
    if isinstance(outcome, Entered):
        print(f"{done} by {outcome.by}")
        return 0
    if outcome.near:
        return _failed(arguments, f"{outcome.detail}; is it {' or '.join(outcome.near)}?")
    return _failed(arguments, outcome.detail)


def _failed(arguments: argparse.Namespace, why: str) -> int:
    print(f"hallwatch {arguments.command}: {why}", file=sys.stderr)
    return 1


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """`18:00` is today's; without an offset it is the section's time. Raises ValueError."""
    if len(text) <= 5:
        text = f"{datetime.now(zone):%Y-%m-%d} {text}"
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _table(rows: Sequence[AlertRow], names: Names, settings: Settings) -> list[str]:
    language = Language(settings.language)
    heads: dict[Language, Row] = {
        Language.CHINESE: ("时间", "科室", "告警", "认领", "编号"),
        Language.ENGLISH: ("since", "section", "what", "taken up by", "alert"),
    }
    now = datetime.now().timestamp()
    table = [heads[language]]
    for row in rows:
        facts = Facts(row, names, language, row.closed_at or now)
        special = row.promise in SPECIAL
        body = special_body(facts) if special else alert_body(facts, NoticeKind(row.state.value))
        by = names.people.get(row.acknowledged_by, row.acknowledged_by)
        since = datetime.fromtimestamp(row.started_at, ZoneInfo(names.zone(row.section)))
        table.append((f"{since:%m-%d %H:%M}", facts.section, untagged(body.title), by, row.alert))
    return list(aligned(table))
