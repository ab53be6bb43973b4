"""What the meeting is to discuss, and what is to be mended: picked from the events alone.

Owns the picking. Called by the tests. Invariant: neither the pipeline's code nor a report's SQL is
used here.
"""

from collections import defaultdict

from tests.dashboards.reports import hours
from tests.dashboards.reports.clocks import Clock, Tale
from tests.dashboards.reports.in_the_hall import Visit
from tests.dashboards.reports.in_the_office import Case
from tests.dashboards.reports.office import Said, milliseconds
from tests.dashboards.reports.truth import Inside, Row, Truth, is_of

_RATIOS = frozenset({"one-visit", "rating-invited", "online-resolution-rate"})


class Discussed:
    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def worst(self, inside: Inside) -> list[Row]:
        groups: dict[tuple[int, str], list[Clock]] = defaultdict(list)
        for clock in self._truth.clocks:
            if (
                clock.broken
                and not clock.off_hours
                and not self._truth.is_excused(clock)
                and clock.promise not in _RATIOS
                and inside(clock.start)
            ):
                groups[_half(clock.start), clock.promise].append(clock)
        return [_worst(half, promise, found) for (half, promise), found in sorted(groups.items())]

    def returned(self, inside: Inside) -> list[Row]:
        found: dict[int, list[Row]] = defaultdict(list)
        for clock in self._truth.clocks:
            if clock.promise != "one-visit" or not clock.broken or self._truth.is_excused(clock):
                continue
            if inside(clock.start):
                case = self._truth.cases[clock.journey]
                half = _half(clock.start)
                found[half].append(
                    {
                        "half": half,
                        "journey": case.key,
                        "section": case.section,
                        "service": case.service,
                        "receiver": case.receiver,
                        "approver": case.approver,
                        "why": case.why,
                        "visits": len(case.tickets),
                        "supplements": case.supplements,
                        "at": clock.start,
                    }
                )
        return [
            row
            for half in sorted(found)
            for row in sorted(
                found[half], key=lambda row: (-row["visits"], -row["supplements"], row["journey"])
            )[:2]
        ]

    def displeased(self, inside: Inside) -> list[Row]:
        found: dict[int, list[Row]] = defaultdict(list)
        for tale in self._truth.tales.values():
            rated = tale.last("rating.rated")
            if rated and inside(rated.at) and rated.data["stars"] <= 2 and len(tale.events) > 1:
                half = _half(rated.at)
                found[half].append({"half": half, **_displeased(tale, rated, self._truth.cases)})
        return [
            row
            for half in sorted(found)
            for row in sorted(
                found[half], key=lambda row: (row["stars"], -(row["queue_ms"] or 0), row["journey"])
            )[:2]
        ]

    def orders(self, since: int, until: int) -> list[Row]:
        rows = [
            _order(tale) for tale in self._truth.tales.values() if is_of(tale, "rectification.")
        ]
        return sorted(
            (
                row
                for row in rows
                if row["opened"] < until
                and (
                    row["opened"] >= since
                    or row["done"] is None
                    or row["done"] >= since
                    or (row["rechecked"] or 0) >= since
                )
            ),
            key=lambda row: row["number"],
        )


def _half(at: int) -> int:
    return 1 if hours.day_of(at).day <= 15 else 2


def _worst(half: int, promise: str, found: list[Clock]) -> Row:
    def rank(clock: Clock) -> tuple[bool, int, int, str]:
        past = clock.over if clock.limited else clock.duration or 0
        return clock.cause == "system", -past, -clock.start, clock.journey

    worst = min(found, key=rank)
    return {
        "half": half,
        "promise": promise,
        "journey": worst.journey,
        "section": worst.section,
        "service": worst.service,
        "counter": worst.counter,
        "status": worst.status,
        "cause": worst.cause,
        "over_ms": worst.over,
        "duration_ms": worst.duration,
        "estimated": worst.estimated,
        "at": worst.start,
        "of": len(found),
    }


def _displeased(tale: Tale, rated: Said, cases: dict[str, Case]) -> Row:
    row = {"journey": tale.subject, "stars": rated.data["stars"], "at": rated.at, "queue_ms": None}
    row["estimated"] = False
    if tale.subject in cases:
        case = cases[tale.subject]
        taken = tale.first("case.received") or tale.first("case.accepted")
        counter = (taken.data.get("counter") if taken else "") or ""
        place = {"section": case.section, "service": case.service, "counter": counter}
        return {**row, "kind": "case", **place}
    request = tale.first("assist.requested")
    if request:
        place = {"section": request.data["section"], "service": request.data["service"]}
        return {**row, "kind": "chat", **place, "counter": ""}
    visit = Visit(tale)
    who = tale.last("ticket.called", "ticket.recalled") or tale.first("terminal.session-started")
    who = who or tale.last("ticket.served")
    out, guessed = visit.call()
    if visit.came and out:
        row["estimated"] = guessed
        row["queue_ms"] = max(0, out.at - visit.came.at)
    counter = (who.data.get("counter") if who else "") or ""
    return {
        **row,
        "kind": "visit",
        "section": visit.section,
        "service": visit.service,
        "counter": counter,
    }


def _order(tale: Tale) -> Row:
    opened = tale.events[0].data
    done, checked = tale.first("rectification.done"), tale.first("rectification.rechecked")
    assigned = tale.first("rectification.assigned")
    state = "open"
    if checked:
        state = "moved" if checked.data["moved"] else "unmoved"
    elif done or assigned:
        state = "done" if done else "assigned"
    return {
        "number": tale.subject,
        "section": opened["section"],
        "counter": opened.get("counter", ""),
        "promise": opened["promise"],
        "clause": opened["clause"],
        "cause": opened["cause"],
        "state": state,
        "assigned_to": assigned.data["to"] if assigned else "",
        "measure": done.data["measure"] if done else "",
        "reopened": 0,
        "alerts": len(opened.get("alerts", [])),
        "share_before": checked.data["before"] if checked else None,
        "share_after": checked.data["after"] if checked else None,
        "judged": checked.data["judged"] if checked else None,
        "opened": tale.events[0].at,
        "due": milliseconds(opened["due"]),
        "done": done.at if done else None,
        "rechecked": checked.at if checked else None,
    }
