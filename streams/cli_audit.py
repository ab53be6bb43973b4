"""`hallwatch audit`: the daily look for cases without a trace, and orders by themselves.

Wiring and printing: what is read is `sinks`', what is decided `streams.audit`'s. Invariant:
run again on the same state, it sends nothing; and it ends its orders only when looking at
what is recorded opens, reopens and checks nothing more.
"""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from clickhouse_connect.driver.client import Client
from msgspec import Struct

from schemas.rectification import (
    RectificationEvent,
    RectificationOpened,
    RectificationRechecked,
)
from sinks import audit_reads, order_reads
from sinks.clickhouse import ClickHouseAwayError
from sinks.query import QueryRefusedError
from streams.audit import recheck
from streams.audit.case_list import as_csv, as_json, as_table, item_sentence, listed
from streams.audit.causes import decide
from streams.audit.day import DayFacts, DayFindings, events_of, look_at_day
from streams.audit.items import days_needed
from streams.audit.orders import Order, orders_of
from streams.audit.rules import AuditRules
from streams.audit.source import NOBODY, SOURCE
from streams.broker.reach import BrokerUnreachableError
from streams.cli_saying import asking, count_around, say
from streams.cli_worker import start_logging
from streams.rules.audit import load_audit_rules
from streams.rules.load import load_rulebook
from streams.running import reachable
from streams.settings import Settings, SettingsError, read_settings

log = logging.getLogger(__name__)

#: Whatever is away is asked again after this long, so that a night is not lost.
_AGAIN_S = 300.0

#: A cause opened by somebody at the same moment is seen in the next round.
_MOST_ROUNDS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Look for cases taken on site without a ticket or terminal session (以科室代窗口), for"
        " items the counter no longer handles, and for breaches that call for a rectification"
        " order (整改单). Without a day: every day at the time set in audit.toml."
    )
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="this day")
    parser.add_argument(
        "--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD", help="and later days"
    )
    parser.add_argument(
        "--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the last of them"
    )
    parser.add_argument("--once", action="store_true", help="the run of the last set time, now")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.add_argument("--dry-run", action="store_true", help="show, and send nothing")
    parser.add_argument(
        "--wait", type=float, default=60, metavar="S", help="for a worker to record it (60)"
    )


class _Audit(Struct, frozen=True):
    """What a run needs."""

    settings: Settings
    rules: AuditRules
    sections: dict[str, str]
    arguments: argparse.Namespace


def run_audit(arguments: argparse.Namespace) -> int:
    """0: done; 1: sent, and no worker has recorded it in time."""
    settings = reachable(read_settings())
    chinese = settings.language == "zh"
    book = load_rulebook(settings.rules)
    sections = {
        code: one.name_zh if chinese else one.name_en for code, one in book.sections.items()
    }
    audit = _Audit(settings, load_audit_rules(settings.rules), sections, arguments)
    days = _days_asked(arguments)
    if not days and arguments.once:
        days = _days_of_run(_last_run(datetime.now(UTC), audit.rules), audit.rules)
    return _run(audit, days) if days else _daily(audit)


def _days_asked(arguments: argparse.Namespace) -> list[date]:
    first, last = arguments.first, arguments.last
    if arguments.day is not None:
        if first is not None or last is not None:
            raise SettingsError("--day is one day: leave out --from and --to")
        return [arguments.day]
    if (first is None) != (last is None):
        raise SettingsError("--from and --to go together: the first and the last day")
    if first is None:
        return []
    if last < first:
        raise SettingsError(f"--to {last} is before --from {first}")
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]


def next_run(now: datetime, rules: AuditRules) -> datetime:
    """The next moment of the daily run after `now`."""
    return _last_run(now + timedelta(days=1), rules)


def _last_run(now: datetime, rules: AuditRules) -> datetime:
    local = now.astimezone(rules.zone)
    at = datetime.combine(local.date(), time(*divmod(rules.run_at, 60)), rules.zone)
    return at if at <= local else at - timedelta(days=1)


def _days_of_run(run: datetime, rules: AuditRules) -> list[date]:
    return [run.date() - timedelta(days=before) for before in range(rules.again_days, -1, -1)]


def _daily(audit: _Audit) -> int:
    start_logging(audit.settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run = next_run(datetime.now(UTC), audit.rules)
    while True:
        log.info(f"next audit: {run:%Y-%m-%d %H:%M %Z}")
        while not stop.is_set() and (early := (run - datetime.now(UTC)).total_seconds()) > 0:
            stop.wait(min(early, 60))  # the machine may sleep, or its clock be set
        while not stop.is_set():
            try:
                _run(audit, _days_of_run(run, audit.rules))
                break
            except (ClickHouseAwayError, QueryRefusedError, BrokerUnreachableError) as error:
                log.warning(f"{error}; trying again in {_AGAIN_S:.0f} s")
                stop.wait(_AGAIN_S)
        if stop.is_set():
            return 0
        run = next_run(datetime.now(UTC), audit.rules)


def _run(audit: _Audit, days: Sequence[date]) -> int:
    with asking(audit.settings) as client:
        found = []
        recorded = True
        for day in days:
            facts = _read_day(client, day, audit.rules)
            found.append(look_at_day(facts, audit.rules))
            events = events_of(found[-1], facts.statements, _now(audit, day))
            recorded &= audit.arguments.dry_run or say(
                audit.settings, client, events, audit.arguments.wait
            )
        _print(audit, found)
        recorded &= _look_at_orders(audit, client, days[-1])
    if not recorded:
        _tell("sent, but not recorded in time: is a worker running?")
    return 0 if recorded else 1


def _now(audit: _Audit, day: date) -> datetime:
    """The wall clock; with the clock on event time the end of the day that is looked at."""
    if audit.settings.clock == "event":
        return _midnight(day + timedelta(days=1), audit.rules)
    return datetime.now(UTC)


def _midnight(day: date, rules: AuditRules) -> datetime:
    return datetime.combine(day, time(), rules.zone)


def _read_day(client: Client, day: date, rules: AuditRules) -> DayFacts:
    since, until = _midnight(day, rules), _midnight(day + timedelta(days=1), rules)
    around = timedelta(days=rules.trace.window_days)
    before = _midnight(day - timedelta(days=days_needed(rules) - 1), rules)
    return DayFacts(
        day=day,
        cases=audit_reads.read_cases(client, since, until),
        visits=audit_reads.read_visits(client, since, until, since - around, until + around),
        items=audit_reads.read_item_days(client, before, until, rules.zone),
        statements=audit_reads.read_statements(client, since, until, SOURCE),
    )


def _look_at_orders(audit: _Audit, client: Client, day: date) -> bool:
    """Sends what there is to say about orders, until there is nothing more."""
    now = _now(audit, day)
    for _ in range(_MOST_ROUNDS):
        events = _about_orders(client, day, now, audit.rules)
        for event in events:
            _tell(_order_sentence(event, audit))
        if not events or audit.arguments.dry_run:
            return True
        if not say(audit.settings, client, events, audit.arguments.wait):
            return False
    return True


def _about_orders(
    client: Client, day: date, now: datetime, rules: AuditRules
) -> list[RectificationEvent]:
    orders = orders_of(order_reads.read_rectifications(client))
    until = _midnight(day + timedelta(days=1), rules)
    breaches = order_reads.read_breaches(client, until - timedelta(days=rules.repeat.days), until)
    return [*_rechecks(client, orders, now, rules), *decide(orders, breaches, day, now, rules)]


def _rechecks(
    client: Client, orders: dict[str, Order], now: datetime, rules: AuditRules
) -> list[RectificationEvent]:
    events: list[RectificationEvent] = []
    for span in recheck.due_spans(orders, now, rules.recheck):
        before, after = count_around(client, span)
        if recheck.enough(span, before, after, rules.recheck):
            id = f"rechecked/{span.order.number}/{span.order.reopened + 1}"
            checked = recheck.rechecked(
                span, before, after, now, rules.recheck, by=NOBODY, source=SOURCE, id=id
            )
            events.append(checked)
    return events


def _print(audit: _Audit, found: Sequence[DayFindings]) -> None:
    language = audit.settings.language
    rows = [row for day in found for row in listed(day, audit.rules, audit.sections, language)]
    match audit.arguments.format:
        case "csv":
            print(as_csv(rows, language), end="")
        case "json":
            print(as_json(rows), end="")
        case _ if rows:
            print(as_table(rows, language), end="")
    for day in found:
        for item in day.items:
            _tell(f"{day.day} {item_sentence(item, audit.rules, language)}")
        if day.silent:
            _tell(_SILENT[language].format(day=day.day))
    looked = sum(len(day.traces) for day in found)
    _tell(_LOOKED[language].format(days=len(found), cases=looked, rows=len(rows)))


_SILENT = {
    "zh": "{day} 全大厅没有任何取号记录，无法判断办件有无现场痕迹",
    "en": "{day}: no ticket of the whole hall is known, so nothing is said about its cases",
}
_LOOKED = {
    "zh": "核对 {days} 天、现场办件 {cases} 件，列出 {rows} 件",
    "en": "{days} days, {cases} cases taken on site, {rows} listed",
}


def _order_sentence(event: RectificationEvent, audit: _Audit) -> str:
    chinese = audit.settings.language == "zh"
    where = audit.sections.get(event.data.section, event.data.section)
    match event:
        case RectificationOpened():
            return f"{event.subject} {'开单' if chinese else 'opened'}: {where}: {event.data.cause}"
        case RectificationRechecked(data=data):
            moved = ("有效" if data.moved else "未见效") if chinese else f"moved={data.moved}"
            said = "复查" if chinese else "checked"
            return f"{event.subject} {said}: {data.before:.1%} → {data.after:.1%} {moved}"
        case _:
            return f"{event.subject} {'重开' if chinese else 'reopened'}: {where}"


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
