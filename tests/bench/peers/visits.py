"""What both Python peers do with an event: join it to its visit, judge what it settles.

Owns the business function that their users would write, on plain dicts as their
documentation does; the peers own how it is called and where its state is kept. Pure.
Invariant: milestones and durations are whole milliseconds, so a visit is JSON as it stands.
"""

from datetime import datetime
from typing import Any

Visit = dict[str, Any]
#: Promise, status and the minute (ms) it counts in.
Verdict = tuple[str, str, int]

MINUTE_MS = 60_000

#: When each type of event happened, by the name of the visit's milestone.
MILESTONES = {
    "ticket.issued": "issued_at",
    "ticket.checked-in": "checked_in_at",
    "ticket.called": "called_at",
    "terminal.session-started": "session_started_at",
    "terminal.identity-check-started": "identity_check_started_at",
    "terminal.identity-check-passed": "identity_check_passed_at",
    "terminal.materials-submitted": "materials_submitted_at",
    "ticket.served": "served_at",
}

#: 四（二）1, in ms
LIMITS = {
    "appointment-wait-general": 10 * MINUTE_MS,
    "appointment-wait-complex": 30 * MINUTE_MS,
    "counter-filing": 20 * MINUTE_MS,
}

#: A visit before its first event.
NEW: Visit = {
    **dict.fromkeys(["section", "service", "channel", "complexity", "counter", "clerk"], ""),
    **dict.fromkeys([*MILESTONES.values(), "appointment_at"]),
    **{"wait_promise": "", "wait_status": "", "wait_ms": None},
    **{"filing_status": "", "filing_ms": None},
}

#: The visit's last event: its state need not be kept any longer.
LAST = "ticket.served"


def join(visit: Visit, event: dict[str, Any]) -> Verdict | None:
    """Changes `visit`, as the peers' documentation does with the state they hand out."""
    kind, data = event["type"], event["data"]
    at = milliseconds(event["time"])
    visit[MILESTONES[kind]] = at
    visit["section"] = data["section"]
    if "counter" in data:
        visit["counter"] = data["counter"]
    if "clerk" in data:
        visit["clerk"] = data["clerk"]
    match kind:
        case "ticket.issued":
            visit["service"] = data["service"]
            visit["channel"] = data["channel"]
            visit["complexity"] = data["complexity"]
            if "appointment" in data:
                visit["appointment_at"] = milliseconds(data["appointment"])
        case "ticket.called":
            start = max(visit["checked_in_at"], visit["appointment_at"] or 0)
            promise, took = _wait_promise(visit), max(0, at - start)
            visit["wait_promise"], visit["wait_ms"] = promise, took
            visit["wait_status"] = _status(promise, took)
            return promise, visit["wait_status"], at
        case "terminal.materials-submitted":
            took = at - visit["identity_check_started_at"]
            visit["filing_ms"], visit["filing_status"] = took, _status("counter-filing", took)
            return "counter-filing", visit["filing_status"], at
    return None


def outcome(visit: Visit, event: dict[str, Any]) -> tuple[Any, ...]:
    """What the event made of its visit, as a row: later events do not change it."""
    kind = event["type"]
    return event["id"], kind, event["subject"], visit[MILESTONES[kind]], *visit.values()


def milliseconds(moment: str) -> int:
    """RFC 3339 → since 1970."""
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def _wait_promise(visit: Visit) -> str:
    if visit["channel"] == "appointment":
        return f"appointment-wait-{visit['complexity']}"
    return "walk-in-wait"


def _status(promise: str, took: int) -> str:
    limit = LIMITS.get(promise)
    if limit is None:
        return "measured"
    return "kept" if took <= limit else "late"
