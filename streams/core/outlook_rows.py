"""A queue's forecast → its row, and the alert row of its warning.

Pure translation. Called by `telling`. Invariant: the alert says what the forecast's row says, or
said when it last was above what is allowed.
"""

from schemas.outcomes import AlertRow, AlertState, ClosedAs
from schemas.queue import WAIT_FORECAST, ForecastRow
from streams.core.forecasting import Forecasting
from streams.core.outlook import Known, Outlook
from streams.core.outlooks import Line, OutlookNews


def forecast_row(
    line: Line, outlook: Outlook, rule: Forecasting, now: int, partition: int, version: int
) -> ForecastRow:
    known = outlook.known is Known.KNOWN
    return ForecastRow(
        section=line.section,
        service=line.service,
        looked_at=now / 1000,
        known=outlook.known.value,
        waiting=outlook.waiting,
        promised=outlook.promised if known else None,
        will_miss=outlook.will_miss if known else None,
        counters_open=outlook.counters_open if known else None,
        counters_needed=outlook.counters_needed if known else None,
        warned=line.warned is not None,
        rule_version=rule.version,
        partition=partition,
        version=version,
    )


def warning_row(
    news: OutlookNews, rule: Forecasting, now: int, partition: int, version: int
) -> AlertRow | None:
    """None: nobody was ever warned of it."""
    line, warned = news.line, news.warned
    if warned is None:
        return None
    is_open = line.warned is not None
    journey = f"{line.section}/{line.service}"
    return AlertRow(
        alert=f"{WAIT_FORECAST}/{journey}/{line.cycle}",
        promise=WAIT_FORECAST,
        journey=journey,
        cycle=line.cycle,
        section=line.section,
        service=line.service,
        complexity="",
        channel="",
        state=AlertState.WARNED if is_open else AlertState.CLOSED,
        closed_as=ClosedAs.NOT_YET if is_open else ClosedAs.MET,
        clause=rule.clause,
        rule_version=rule.version,
        limit_ms=0,
        started_at=warned.since / 1000,
        warned_at=warned.at / 1000,
        closed_at=None if is_open else now / 1000,
        waiting=warned.outlook.waiting,
        will_miss=warned.outlook.will_miss,
        counters_open=warned.outlook.counters_open,
        counters_needed=warned.outlook.counters_needed,
        partition=partition,
        version=version,
    )
