"""Has a case taken on site a ticket or a terminal session? (以科室代窗口, 四（三）1)

Owns the look at single cases; signs that many cases of an item give together are `items`.
Pure; called by `day`. Invariant: every on-site case gets exactly one finding, and the order
of cases and visits changes none.

How sure a finding is depends on what else could explain it, and `audit.toml` says it for
each circumstance. As shipped:

with a trace
  certain   a ticket or session the case names was at a counter: the sources agree.
  likely    its applicant had a visit in its section (within `window-days`): the case does
            not say so, but the same person was there.
  possible  the ticket it names exists and was never called: nobody was at a counter with
            it, as when a ticket is drawn so that the books look right.
without one
  certain   what it names exists nowhere, or it names nothing and no visit could be its:
            nothing is left that would explain it.
  likely    it names nothing, and a visit was at a counter of its section within `near` of
            the acceptance, of nobody known to be another person. In a busy section there
            nearly always is one, so it weakens the finding and does not clear the case.
  possible  such a visit was at the case's own counter or with its clerk and is no other
            case's (then only the link is missing); or the applicant was in another section
            that day (a comprehensive counter); or it came out of a chat.

Where nobody's ticket is known of the whole hall, the queue system told nothing, and nothing
can be said about any case (`day` does not ask then).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import Struct

from schemas.audit import CaseFacts, Confidence, VisitFacts
from schemas.case import CaseChannel
from streams.audit.rules import AuditRules, Circumstance, Found, Missing

_ON_SITE = frozenset({CaseChannel.COUNTER, CaseChannel.DEPARTMENT})


class TraceFinding(Struct, frozen=True, kw_only=True):
    """What looking for one case's trace came to."""

    case: CaseFacts
    circumstance: Circumstance
    confidence: Confidence
    visit: str = ""  #: the trace, or the visit that could be it

    @property
    def trace(self) -> bool:
        return isinstance(self.circumstance, Found)


def is_on_site(case: CaseFacts, rules: AuditRules) -> bool:
    """Online, self-service and mail filings need no counter; nor do items that the
    catalogue leaves to their department, where the department took them."""
    by_department = case.channel is CaseChannel.DEPARTMENT
    return case.channel in _ON_SITE and not (by_department and rules.outside(case.item))


def find_traces(
    cases: Sequence[CaseFacts], visits: Sequence[VisitFacts], rules: AuditRules
) -> list[TraceFinding]:
    """A finding of every on-site case, by case number.

    `visits` are those around the cases' days, and all that a case names.
    """
    on_site = sorted((one for one in cases if is_on_site(one, rules)), key=lambda one: one.case)
    look = _Look(visits, rules)
    traced = {case.case: look.for_trace(case) for case in on_site}
    for case in on_site:
        found = traced[case.case]
        if found is not None:
            look.claim(case, found[1])
    return [
        _finding(case, *(traced[case.case] or look.for_explanation(case)), rules)
        for case in on_site
    ]


def _finding(
    case: CaseFacts, circumstance: Circumstance, visit: str, rules: AuditRules
) -> TraceFinding:
    return TraceFinding(
        case=case,
        circumstance=circumstance,
        confidence=rules.trace.confidence[circumstance],
        visit=visit,
    )


class _Look:
    """The visits, by what they are looked up by, and whose each is known to be."""

    def __init__(self, visits: Sequence[VisitFacts], rules: AuditRules) -> None:
        self._rules = rules
        self._by_name = {visit.visit: visit for visit in visits}
        self._of_section: dict[str, list[VisitFacts]] = defaultdict(list)
        self._of_applicant: dict[str, list[VisitFacts]] = defaultdict(list)
        self._whose: dict[str, set[str]] = defaultdict(set)
        self._claimed: set[str] = set()
        for visit in sorted(visits, key=lambda one: one.visit):
            self._of_section[visit.section].append(visit)
            if visit.applicant:
                self._of_applicant[visit.applicant].append(visit)
                self._whose[visit.visit].add(visit.applicant)

    def claim(self, case: CaseFacts, visit: str) -> None:
        """The visit is that case's: of another person's case it cannot be the trace."""
        self._claimed.add(visit)
        if case.applicant:
            self._whose[visit].add(case.applicant)

    def for_trace(self, case: CaseFacts) -> tuple[Circumstance, str] | None:
        named = [self._by_name[name] for name in sorted(case.named) if name in self._by_name]
        for visit in named:
            if visit.at_counter_from is not None:
                return Found.AT_COUNTER, visit.visit
        for visit in self._same_applicant(case):
            if visit.section == case.section:
                return Found.SAME_APPLICANT, visit.visit
        return (Found.NEVER_CALLED, named[0].visit) if named else None

    def for_explanation(self, case: CaseFacts) -> tuple[Circumstance, str]:
        if case.named:
            return Missing.NOTHING_FITS, ""  # it says which visit it was, and there is none
        if case.chat:
            return Missing.FROM_CHAT, ""
        near = list(self._could_be(case))
        for visit in near:
            if visit.visit not in self._claimed and _same_place(case, visit):
                return Missing.SAME_COUNTER, visit.visit
        for visit in self._same_applicant(case):
            return Missing.ELSEWHERE, visit.visit
        return (Missing.VISIT_NEAR, near[0].visit) if near else (Missing.NOTHING_FITS, "")

    def _same_applicant(self, case: CaseFacts) -> Iterable[VisitFacts]:
        zone, days = self._rules.zone, self._rules.trace.window_days
        accepted = case.accepted_at.astimezone(zone).date()
        for visit in self._of_applicant.get(case.applicant, ()) if case.applicant else ():
            if abs((visit.opened_at.astimezone(zone).date() - accepted).days) <= days:
                yield visit

    def _could_be(self, case: CaseFacts) -> Iterable[VisitFacts]:
        for visit in self._of_section.get(case.section, ()):
            others = self._whose.get(visit.visit, ())
            if case.applicant and others and case.applicant not in others:
                continue
            if _between(case, visit, self._rules.trace.near):
                yield visit


def _between(case: CaseFacts, visit: VisitFacts, near: timedelta) -> bool:
    """The acceptance is at most `near` from the time the visit was at a counter."""
    start = visit.at_counter_from
    if start is None:
        return False
    end = max(start, visit.at_counter_to or start)
    return start - near <= case.accepted_at <= end + near


def _same_place(case: CaseFacts, visit: VisitFacts) -> bool:
    return (case.counter != "" and case.counter == visit.counter) or (
        case.clerk != "" and case.clerk == visit.clerk
    )
