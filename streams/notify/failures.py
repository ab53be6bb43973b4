"""A channel that gave a message up, as an alert about itself.

Pure translation. Called by `streams.notify.notifier`. Invariant: an alert of a channel is
identified as any other: `channel-failed / channel / cycle`.

Each worker has its own channels. Where two of them find the same channel failing, they tell
of it each; the alerts table has it once, since its identity is the same.
"""

from datetime import UTC, datetime

from msgspec.structs import replace

from schemas.channel import CHANNEL_FAILED
from schemas.outcomes import AlertMessage, AlertRow, AlertState, ClosedAs
from streams.core.alerts import Said

#: Every promise with a deadline stands there; of none people would hear.
_CLAUSE = "四（二）1"


def failed_alert(
    channel: str, cycle: int, section: str, why: str, missed: list[str], partition: int, now: int
) -> AlertMessage:
    """`why`: in words without secrets; `section`: whose people look after the hall;
    `missed`: ids of what did not arrive."""
    row = AlertRow(
        alert=f"{CHANNEL_FAILED}/{channel}/{cycle}",
        promise=CHANNEL_FAILED,
        journey=channel,
        cycle=cycle,
        section=section,
        service="",
        complexity="",
        channel="",
        state=AlertState.BREACHED,
        clause=_CLAUSE,
        rule_version="",
        limit_ms=0,
        started_at=now / 1000,
        breached_at=now / 1000,
        cause=why,
        evidence=missed,
        partition=partition,
        version=now,
    )
    return _message(row, Said.BREACHED, now)


def mended_alert(row: AlertRow, missed: list[str], now: int) -> AlertMessage:
    """It has delivered something again."""
    over = replace(
        row,
        state=AlertState.CLOSED,
        closed_as=ClosedAs.MET_LATE,
        closed_at=now / 1000,
        over_ms=max(0, now - round(row.started_at * 1000)),
        evidence=missed,
        version=max(now, row.version + 1),
    )
    return _message(over, Said.CLOSED, now)


def _message(row: AlertRow, said: Said, now: int) -> AlertMessage:
    return AlertMessage(
        id=f"{row.alert}/{said.value}",
        type="hall.alert.closed" if said is Said.CLOSED else "hall.alert.breached",
        subject=row.alert,
        partitionkey=row.section,
        time=datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds"),
        data=row,
    )
