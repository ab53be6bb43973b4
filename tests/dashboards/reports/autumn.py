"""The whole of it: what happened, how it was sent, what is true of it.

Owns what people excused, which depends on what was broken. Made once by the fixtures. Invariant:
the log has every event that the truth is told, in the order in which the broker took them.
"""

from msgspec import Struct

from streams.simulator import Fault
from tests.dashboards.reports import office
from tests.dashboards.reports.office import Additions, Said, Sent, read
from tests.dashboards.reports.truth import Truth

_HOUR_MS = 3_600_000


class Autumn(Struct, frozen=True):
    log: list[Sent]
    truth: Truth
    broken: int  #: records that are no events


def make_autumn() -> Autumn:
    messages = [
        timed
        for timed in office.simulated()
        if not (office.is_silent(timed) or office.is_lost(timed))
    ]
    told = office.happened(messages)
    now = round(office.NOW * 1000)
    added = Additions()
    added.reconcile(told)
    added.rectify()
    added.send_back(_once(Truth(told, now)))
    _excuse(added, Truth([*told, *_said(added)], now))
    log = sorted([*office.sent(messages), *added.sent], key=lambda sent: sent.at)
    broken = sum(timed.fault is Fault.BROKEN for timed in messages)
    return Autumn(log, Truth([*told, *_said(added)], now), broken)


def _said(added: Additions) -> list[Said]:
    return [read(sent.value) for sent in added.sent]


def _once(truth: Truth) -> list[tuple[str, office.Data, int, str]]:
    """Cases of one visit, whoever took them in being known."""
    found = []
    for tale in truth.tales.values():
        case = truth.cases.get(tale.subject)
        accepted = tale.first("case.accepted")
        if not (case and case.finished and accepted and case.receiver):
            continue
        if len(case.tickets) == 1 and not tale.first("case.supplement-requested", "case.returned"):
            found.append((case.key, accepted.data, case.finished.at, case.receiver))
    return found


def _excuse(added: Additions, truth: Truth) -> None:
    """Every eleventh breach, two hours after it, while its journey is still at hand."""
    broken = [clock for clock in truth.clocks if clock.broken]
    for clock in broken[::11]:
        at = clock.start + max(clock.duration or 0, clock.over) + 2 * _HOUR_MS
        added.excuse(clock.promise, clock.journey, clock.section, at)
