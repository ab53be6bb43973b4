"""Columns of a row by name, and times as ClickHouse prints them.

Called by the oracle and the comparison. Invariant: times are told in Shanghai's hours.
"""

from datetime import datetime, timedelta, timezone

_SHANGHAI = timezone(timedelta(hours=8))

Columns = dict[str, object]


def time_text(ms: int | None) -> str | None:
    """A time in ms since 1970 as a column with three decimals has it."""
    if ms is None:
        return None
    second = datetime.fromtimestamp(ms // 1000, _SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return f"{second}.{ms % 1000:03}"
