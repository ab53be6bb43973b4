"""The month as it was: every figure of its report, counted from the events alone.

Owns the counting. Called by the tests. Invariant: neither the pipeline's code nor a report's SQL
is used here; what is compared is the whole of each answer.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from tests.dashboards.reports import hours
from tests.dashboards.reports.clocks import (
    ANSWERED,
    JUDGED,
    Clock,
    Lookups,
    Tale,
    tales,
)
from tests.dashboards.reports.in_the_hall import chat_clocks, shift_clocks, visit_clocks
from tests.dashboards.reports.in_the_office import Case, case_clocks, order_clocks, read_case
from tests.dashboards.reports.office import Said

Row = dict[str, Any]
Inside = Callable[[int], bool]

_LIVE = frozenset(
    {
        *("online-first-response", "appointment-wait-general", "appointment-wait-complex"),
        "counter-filing",
    }
)


class Truth:
    """Of everything that was told; `now` in ms."""

    def __init__(self, told: Iterable[Said], now: int) -> None:
        self.told = sorted(told)
        self.now = now
        self.tales = tales(self.told)
        self.excused = {said.data["alert"] for said in self.told if said.type == "alert.excused"}
        self._lookups = Lookups(self.told)
        self.clocks = [clock for tale in self.tales.values() for clock in self._clocks(tale)]
        self.cases = {
            subject: read_case(tale) for subject, tale in self.tales.items() if is_of(tale, "case.")
        }

    def _clocks(self, tale: Tale) -> list[Clock]:
        lookups = self._lookups
        if tale.first("ticket.issued"):
            return visit_clocks(tale, self.now, lookups)
        if tale.first("assist.requested"):
            return chat_clocks(tale, self.now)
        if is_of(tale, "case."):
            return case_clocks(tale, self.now, lookups)
        if tale.first("hotline.received"):
            return order_clocks(tale, self.now)
        return shift_clocks(tale) if is_of(tale, "duty.") else []

    def is_excused(self, clock: Clock) -> bool:
        return clock.broken and f"{clock.promise}/{clock.journey}/1" in self.excused

    # -- the answers, row by row -----------------------------------------------------------------

    def promises(self, since: int, until: int, began: Callable[[date], date]) -> list[Row]:
        groups: dict[tuple[date, str, str, bool], list[Clock]] = defaultdict(list)
        for clock in self.clocks:
            if since <= clock.start < until:
                span = began(hours.day_of(clock.start))
                groups[span, clock.promise, clock.section, clock.off_hours].append(clock)
        return [
            {
                "began": span,
                "promise": promise,
                "section": section,
                "off_hours": off_hours,
                **self._counts(clocks),
            }
            for (span, promise, section, off_hours), clocks in sorted(groups.items())
        ]

    def _counts(self, clocks: list[Clock]) -> Row:
        states = Counter(clock.status for clock in clocks)
        answered = [clock.duration or 0 for clock in clocks if clock.status in ANSWERED]
        return {
            "started": len(clocks),
            **{status.replace("-", "_"): states[status] for status in _STATES},
            "excused": sum(self.is_excused(clock) for clock in clocks),
            "estimated": sum(clock.estimated for clock in clocks),
            "answered_sum_ms": sum(answered),
            "answered_max_ms": max(answered, default=0),
        }

    def hours(self, inside: Inside) -> list[Row]:
        broken, judged = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
        estimated = Counter[tuple[int, int]]()
        for clock in self.clocks:
            counts = clock.status in JUDGED and clock.promise in _LIVE and not clock.off_hours
            if counts and inside(clock.start):
                at = (hours.day_of(clock.start).isoweekday(), hours.hour_of(clock.start))
                judged[at] += 1
                broken[at] += clock.broken
                estimated[at] += clock.estimated
        return [
            {
                "weekday": day,
                "hour": hour,
                "broken": broken[day, hour],
                "judged": count,
                "estimated": estimated[day, hour],
            }
            for (day, hour), count in sorted(judged.items())
        ]

    def causes(self, inside: Inside) -> list[Row]:
        groups: dict[tuple[str, str, str, str], list[Clock]] = defaultdict(list)
        for clock in self.clocks:
            if clock.broken and not clock.off_hours and inside(clock.start):
                groups[clock.promise, clock.section, clock.counter, clock.cause].append(clock)
        rows: list[Row] = [
            {
                "promise": promise,
                "section": section,
                "counter": counter,
                "cause": cause,
                "times": len(clocks),
                "excused": sum(self.is_excused(clock) for clock in clocks),
                "estimated": sum(clock.estimated for clock in clocks),
            }
            for (promise, section, counter, cause), clocks in groups.items()
            if len(clocks) >= 2
        ]
        return sorted(rows, key=lambda row: (-row["times"], *list(row.values())[:4]))[:20]

    def visits(self, inside: Inside) -> list[Row]:
        groups: dict[tuple[str, str, str, str], list[tuple[Case, Clock]]] = defaultdict(list)
        for clock in self.clocks:
            if clock.promise == "one-visit" and inside(clock.start):
                case = self.cases[clock.journey]
                key = (case.section, case.service, case.receiver, case.approver)
                groups[key].append((case, clock))
        return [
            {
                **dict(zip(("section", "service", "receiver", "approver"), key, strict=True)),
                "finished": len(found),
                "several": sum(clock.broken for _, clock in found),
                "provisional": sum(clock.status == "provisional" for _, clock in found),
                "excused": sum(self.is_excused(clock) for _, clock in found),
                **{why: sum(case.why == why for case, _ in found) for why in _WHY},
            }
            for key, found in sorted(groups.items())
        ]

    def ratings(self, inside: Inside) -> list[Row]:
        groups: dict[str, list[list[Said]]] = defaultdict(list)
        for tale in self.tales.values():
            said = [one for one in tale.events if one.type.startswith("rating.") and inside(one.at)]
            if said:
                groups[said[-1].data["section"]].append(said)
        rows = []
        for section, journeys in sorted(groups.items()):
            kinds = [{one.type.removeprefix("rating.") for one in said} for said in journeys]
            stars = [_stars(said) for said in journeys]
            rows.append(
                {
                    "section": section,
                    **{name: sum(kind in one for one in kinds) for name, kind in _RATINGS.items()},
                    "stars": sum(stars),
                    "low": sum(one in (1, 2) for one in stars),
                }
            )
        return rows


_STATES = (
    *("waiting", "waiting-late", "kept", "late", "measured", "left-mistaken", "left-in-time"),
    *("left-late", "cancelled", "expired", "missed", "provisional"),
)
_WHY = ("same", "between", "single", "unsaid")
_RATINGS = {
    "invited": "invited",
    "rated": "rated",
    "declined": "declined",
    "defaulted": "defaulted",
    "failed": "device-failed",
}


def is_of(tale: Tale, kind: str) -> bool:
    return any(said.type.startswith(kind) for said in tale.events)


def _stars(said: list[Said]) -> int:
    rated = [one for one in said if one.type == "rating.rated"]
    return int(rated[-1].data["stars"]) if rated else 0
