"""What every subcommand of `hallwatch orders` works with: settings, names, ClickHouse, now.

Wiring. Called by `streams.cli_orders` and the two beside it. Invariant: orders are read anew
whenever they are asked for, so an act is judged by what is recorded.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from clickhouse_connect.driver.client import Client
from msgspec import Struct

from sinks import order_reads
from streams.audit import ledger
from streams.audit.acts import Known, Refused
from streams.audit.orders import Order, orders_of
from streams.audit.rules import AuditRules
from streams.cli_saying import asking
from streams.core.rules import Rulebook
from streams.rules.audit import load_audit_rules
from streams.rules.load import load_rulebook
from streams.running import reachable
from streams.settings import Settings, SettingsError, read_settings


class Desk(Struct, frozen=True):
    """What a command works with."""

    settings: Settings
    arguments: argparse.Namespace
    client: Client
    rules: AuditRules
    known: Known
    names: ledger.Names
    now: datetime

    def orders(self) -> dict[str, Order]:
        return orders_of(order_reads.read_rectifications(self.client))

    def moment(self) -> datetime:
        """Of --at; without an offset it is the hall's."""
        if not self.arguments.at:
            return self.now
        return moment_of(self.arguments.at, "--at", self.rules)


@contextmanager
def at_desk(arguments: argparse.Namespace) -> Iterator[Desk]:
    settings = reachable(read_settings())
    rules, book = load_audit_rules(settings.rules), load_rulebook(settings.rules)
    chinese = settings.language == "zh"
    with asking(settings) as client:
        yield Desk(
            settings,
            arguments,
            client,
            rules,
            _known(book, rules, chinese),
            _names(book, rules, chinese),
            datetime.now(UTC),
        )


def refuse(desk: Desk, refused: Refused) -> int:
    print(refused.zh if desk.settings.language == "zh" else refused.en, file=sys.stderr)
    return 1


def moment_of(text: str, option: str, rules: AuditRules) -> datetime:
    """A date is the end of that day in the hall."""
    try:
        if len(text) == len("YYYY-MM-DD"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), rules.zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"{option} {text!r}: no moment such as 2022-10-31 or 2022-10-31T16:30"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=rules.zone)


def _known(book: Rulebook, rules: AuditRules, chinese: bool) -> Known:
    return Known(
        promises={str(one): found.clause for one, found in book.promises.items()},
        sections={
            code: one.name_zh if chinese else one.name_en for code, one in book.sections.items()
        },
        people={code: one.name_zh if chinese else one.name_en for code, one in book.people.items()},
        zone=rules.zone,
    )


def _names(book: Rulebook, rules: AuditRules, chinese: bool) -> ledger.Names:
    return ledger.Names(
        promises={
            str(one): found.title_zh if chinese else found.title_en
            for one, found in book.promises.items()
        },
        sections={
            code: one.name_zh if chinese else one.name_en for code, one in book.sections.items()
        },
        counters={
            code: name for one in book.sections.values() for code, name in one.counters.items()
        },
        people={code: one.name_zh if chinese else one.name_en for code, one in book.people.items()},
        zone=rules.zone,
    )
