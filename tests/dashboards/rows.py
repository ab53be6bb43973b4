"""Rows for small cases, written by hand: only what a case is about has to be said.

Times are given as the hall's clock reads them, "09:48" or "09:48:30", of one day.
"""

from datetime import datetime, timedelta
from typing import Any

from schemas.outcomes import (
    AlertRow,
    AlertState,
    End,
    JourneyRow,
    Kind,
    Status,
    VerdictRow,
    WindowRow,
)
from tests.dashboards.hall import ZONE

DAY = datetime(2026, 11, 24, tzinfo=ZONE)


def at(clock: str, days: int = 0) -> float:
    """Seconds since the epoch of a reading of the hall's clock."""
    parts = [int(part) for part in clock.split(":")] + [0]
    return (
        DAY + timedelta(days=days, hours=parts[0], minutes=parts[1], seconds=parts[2])
    ).timestamp()


def _said(defaults: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Clock readings become times; what the case says wins."""
    moments = {
        name: at(value) if isinstance(value, str) and name.endswith("_at") else value
        for name, value in said.items()
    }
    return defaults | moments


def journey(name: str, section: str, kind: Kind = Kind.VISIT, **said: Any) -> JourneyRow:
    defaults = {
        "journey": name,
        "kind": kind,
        "section": section,
        "service": "general",
        "complexity": "general",
        "channel": "appointment" if kind is Kind.VISIT else "online",
        "end": End.OPEN,
        "partition": 0,
        "version": 1,
    }
    return JourneyRow(**_said(defaults, said))


def verdict(promise: str, name: str, section: str, status: Status, **said: Any) -> VerdictRow:
    limit = {"appointment-wait-general": 600_000, "online-first-response": 60_000}
    defaults = {
        "promise": promise,
        "journey": name,
        "section": section,
        "service": "general",
        "complexity": "general",
        "channel": "appointment",
        "status": status,
        "clause": "四（二）1",
        "rule_version": "1",
        "limit_ms": limit.get(promise),
        "partition": 0,
        "version": 1,
    }
    return VerdictRow(**_said(defaults, said))


def window(promise: str, minute: str, section: str, **said: Any) -> WindowRow:
    defaults = {
        "promise": promise,
        "minute_at": at(minute),
        "section": section,
        "service": "general",
        "complexity": "general",
        "channel": "appointment",
        "partition": 0,
        "version": 1,
    }
    return WindowRow(**_said(defaults, said))


def alert(name: str, section: str, state: AlertState, **said: Any) -> AlertRow:
    promise, journey_name, cycle = name.split("/")
    defaults = {
        "alert": name,
        "promise": promise,
        "journey": journey_name,
        "cycle": int(cycle),
        "section": section,
        "service": "general",
        "complexity": "general",
        "channel": "appointment",
        "state": state,
        "clause": "四（二）1",
        "rule_version": "1",
        "limit_ms": 600_000,
        "partition": 0,
        "version": 1,
    }
    return AlertRow(**_said(defaults, said))
