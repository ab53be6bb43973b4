"""Explanations and traces inside a worker, and what the two commands share.

Wiring only: names, rules and service hours of the rulebook as plain values, questions to
ClickHouse, the clock. Called by `streams.worker_wall`, `cli_trace` and `cli_explain`.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from dashboards.stories.pages import StoryPages
from dashboards.stories.site import Hours, Site, SitePromise, SiteRule, SiteSection
from dashboards.stories.store_rows import Read, StoreAwayError
from dashboards.wall import replayed_now
from dashboards.words import Words
from sinks.clickhouse import ClickHouseAwayError
from sinks.faults import outage_text
from sinks.migrate import SchemaConflictError, connector
from streams.core.calendar import Calendar
from streams.core.judge import IN_HOURS
from streams.core.rules import Rulebook, Section
from streams.settings import Settings
from streams.worker_tables import tables_of


def story_pages(settings: Settings, book: Rulebook) -> StoryPages:
    """What the wall's application is given beside its own."""
    read = reading_of(connector(settings.clickhouse_dsn, tables_of(settings)))
    return StoryPages(site=site_of(settings, book), read=read, now=now_of(settings, read))


def now_of(settings: Settings, read: Read) -> Callable[[], float]:
    """The newest event under the event clock, as for the wall."""
    if settings.clock == "event":
        return replayed_now(lambda sql: read(sql, {}))
    return time.time


def reading_of(connect: Callable[[], Client]) -> Read:
    """Questions over one client a thread, opened at the first question.

    Whatever keeps ClickHouse from answering is a StoreAwayError.
    """
    held = threading.local()

    def read(sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            if not hasattr(held, "client"):
                held.client = connect()
            return list(held.client.query(sql, parameters=dict(parameters)).named_results())
        except (ClickHouseError, ClickHouseAwayError, SchemaConflictError, OSError) as error:
            raise StoreAwayError(outage_text(error)) from error

    return read


def site_of(settings: Settings, book: Rulebook) -> Site:
    """What the rulebook calls things, and the hours it keeps."""
    return Site(
        elsewhere=_section(book.elsewhere),
        sections={code: _section(section) for code, section in book.sections.items()},
        promises={
            promise.value: SitePromise(
                title=Words(rules.title_zh, rules.title_en),
                clause=rules.clause,
                in_hours=promise in IN_HOURS
                or any(rule.limit_days is not None for rule in rules.rules),
                rules=tuple(
                    SiteRule(
                        version=rule.version,
                        since=rule.since_ms / 1000,
                        limit_ms=rule.limit_ms,
                        warn_ms=rule.warn_ms,
                        limit_days=rule.limit_days,
                        warn_days=rule.warn_days,
                        target=rule.target,
                    )
                    for rule in rules.rules
                ),
            )
            for promise, rules in book.promises.items()
        },
        people={
            code: Words(person.name_zh, person.name_en) for code, person in book.people.items()
        },
        materials={
            code: Words(material.name_zh, material.name_en)
            for code, material in book.materials.items()
        },
        language=settings.language,
    )


def _section(section: Section) -> SiteSection:
    calendar = section.calendar
    return SiteSection(
        name=Words(section.name_zh, section.name_en),
        zone=calendar.versions[-1].zone,
        calendar=calendar.name,
        calendar_version=lambda at: calendar.version_at(round(at * 1000)),
        hours=_hours(calendar),
        counters=section.counters,
    )


def _hours(calendar: Calendar) -> Hours:
    def hours(start: float, end: float) -> list[tuple[float, float]]:
        """In seconds; the core counts in milliseconds."""
        spans = calendar.open_between(round(start * 1000), round(end * 1000))
        return [(opens / 1000, closes / 1000) for opens, closes in spans]

    return hours
