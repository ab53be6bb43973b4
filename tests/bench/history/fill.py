"""Thirteen months of a large hall, made inside ClickHouse: what panels and views are asked over.

Owns the size of it and the order of the inserts; the SQL is `rows_sql`. Verdicts are derived
from journeys, windows and alerts from verdicts, so that the tables stand in the proportion the
core gives them; a week at a time, in the order of time, so that parts are as they are in life.
Called by the command and its test. Invariant: the same size and seed give the same rows.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.client import Client
from msgspec import Struct

from tests.bench.history import rows_sql

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_MONDAY = date(2021, 9, 20)
WEEKS, DAYS_A_WEEK, WEEKS_AN_INSERT = 57, 5, 3


class Size(Struct, frozen=True, kw_only=True):
    journeys: int = 10_000_000
    event_weeks: int = 26  #: raw events are kept for 180 days
    seed: int = 20221014

    @property
    def a_day(self) -> int:
        return max(1, self.journeys // (WEEKS * DAYS_A_WEEK))


#: The moment the questions are asked: late in the morning of the last Friday, 2022-10-21, the
#: week whose first days the worked queries ask about.
NOW = datetime.combine(
    FIRST_MONDAY + timedelta(days=7 * (WEEKS - 1) + 4), datetime.min.time(), ZONE
) + timedelta(hours=11, minutes=20)


def fill(client: Client, size: Size, say: Callable[[str], None]) -> None:
    """Into empty tables; a week is one insert a table, the last day comes twice (corrected)."""
    count = WEEKS_AN_INSERT * DAYS_A_WEEK * size.a_day
    for week in range(0, WEEKS, WEEKS_AN_INSERT):
        first = week * DAYS_A_WEEK * size.a_day
        places = {
            "seed": size.seed,
            "a_day": size.a_day,
            "monday": FIRST_MONDAY.isoformat(),
            "now": round(NOW.timestamp() * 1000),
            "first": first,
            "count": count,
            "since": f"toDate('{FIRST_MONDAY}') + {7 * week}",
            "days": 7 * WEEKS_AN_INSERT,
            "version": 1,
        }
        inserts = [
            rows_sql.JOURNEYS,
            rows_sql.VERDICTS,
            rows_sql.WINDOWS,
            rows_sql.ALERTS,
        ]
        if week >= WEEKS - size.event_weeks:
            inserts += [rows_sql.EVENTS, rows_sql.ACTS, rows_sql.SURVEYS]
        if week % 9 == 0:
            inserts.append(rows_sql.ORDERS)
        for insert in inserts:
            client.command(insert.format(**places))
        say(f"week {week + WEEKS_AN_INSERT} of {WEEKS}: {first + count:,} journeys")
    places = {**places, "first": (WEEKS * DAYS_A_WEEK - 1) * size.a_day, "count": size.a_day}
    places = {**places, "version": 2, "since": f"toDate('{NOW:%Y-%m-%d}')"}
    for insert in (rows_sql.JOURNEYS, rows_sql.VERDICTS, rows_sql.WINDOWS, rows_sql.ALERTS):
        client.command(insert.format(**places))
    _put_together(client)


def _put_together(client: Client) -> None:
    """Months that are over are one part each: as the server has it within a day of the last row
    (`sinks.ddl.put_together`), and these rows are minutes old."""
    months = client.query(
        "SELECT partition FROM system.parts WHERE active AND table = 'windows' "
        "AND database = currentDatabase() GROUP BY partition ORDER BY partition"
    ).result_rows
    for (month,) in months[:-1]:
        client.command(f"OPTIMIZE TABLE windows PARTITION {month} FINAL")
