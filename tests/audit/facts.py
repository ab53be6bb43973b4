"""Facts as the tests make them: cases, visits, days of items, breaches.

Called by the tests of this folder. Invariant: what a test does not say is harmless.
"""

from datetime import UTC, date, datetime, timedelta

from schemas.audit import BreachFacts, CaseFacts, ItemDay, VisitFacts
from schemas.case import CaseChannel
from streams.audit.rules import AuditRules, Item
from streams.rules.audit import load_audit_rules

DAY = date(2022, 10, 14)

#: 09:00 in Shanghai.
NINE = datetime(2022, 10, 14, 1, 0, tzinfo=UTC)

ITEMS = (
    Item(code="permit", name_zh="经营许可", department="market", at_counter=True),
    Item(code="grant", name_zh="专项补助", department="finance", at_counter=False),
)


def rules() -> AuditRules:
    """The shipped ones, with a catalogue of two items."""
    shipped = load_audit_rules()
    shipped.items.update({item.code: item for item in ITEMS})
    return shipped


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def case(
    number: str = "K1",
    minute: float = 0,
    *,
    channel: CaseChannel = CaseChannel.COUNTER,
    section: str = "S01",
    item: str = "permit",
    named: tuple[str, ...] = (),
    applicant: str = "",
    counter: str = "",
    clerk: str = "",
    chat: bool = False,
) -> CaseFacts:
    return CaseFacts(
        case=number,
        section=section,
        item=item,
        channel=channel,
        counter=counter,
        clerk=clerk,
        applicant=applicant,
        accepted_at=at(minute),
        named=named,
        chat=chat,
    )


def visit(
    name: str = "T1",
    minute: float = 0,
    *,
    section: str = "S01",
    counter: str = "C101",
    clerk: str = "",
    applicant: str = "",
    called: bool = True,
    days: int = 0,
) -> VisitFacts:
    """At the counter for ten minutes from `minute` on."""
    start = at(minute) + timedelta(days=days)
    return VisitFacts(
        visit=name,
        section=section,
        counter=counter,
        clerk=clerk,
        applicant=applicant,
        opened_at=start - timedelta(minutes=5),
        at_counter_from=start if called else None,
        at_counter_to=start + timedelta(minutes=10) if called else None,
    )


def taken(
    counter: int, department: int, first: int, last: int, item: str = "permit"
) -> list[ItemDay]:
    """So many a day, from `first` to `last` days before the audited one."""
    return [
        ItemDay(item, DAY - timedelta(days=before), counter, department)
        for before in range(last, first + 1)
    ]


def breach(
    number: int,
    hours_ago: float = 1,
    *,
    section: str = "S01",
    counter: str = "C101",
    promise: str = "counter-filing",
    end: datetime = datetime(2022, 10, 14, 16, tzinfo=UTC),
) -> BreachFacts:
    return BreachFacts(
        alert=f"{promise}/T{number}/1",
        promise=promise,
        clause="四（二）1",
        section=section,
        counter=counter,
        breached_at=end - timedelta(hours=hours_ago),
    )
