"""A case, a hotline order or a shift → the row that tells of it; and how a journey was rated.

Pure translation, no decisions. Called by `kinds`. Invariant: a row is a function of the
journey and what was found, but for `version`.
"""

from msgspec.structs import replace

from schemas.outcomes import JourneyRow, Kind
from streams.core.case import Case
from streams.core.finding import Finding
from streams.core.measure import Reading
from streams.core.order import Order
from streams.core.ratings import Ratings
from streams.core.shift import Shift


def rated(row: JourneyRow, ratings: Ratings) -> JourneyRow:
    """The row with what became of asking the citizen."""
    return replace(
        row,
        invited_at=_at(ratings.invited),
        rated_at=_at(ratings.rated),
        stars=ratings.rated[2] if ratings.rated else None,
        rating_declined=ratings.declined is not None,
        rating_failed=ratings.device_failed is not None,
    )


def case_row(
    case: Case, reading: Reading, findings: tuple[Finding, ...], partition: int, version: int
) -> JourneyRow:
    place, accepted = reading.place, case.accepted
    received, decided = case.received, case.decided
    receiver = received or ((0, "", accepted.counter, accepted.clerk) if accepted else None)
    row = JourneyRow(
        journey=case.key,
        kind=Kind.CASE,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        counter=receiver[2] if receiver else "",
        clerk=receiver[3] if receiver else "",
        end=reading.end,
        opened_at=case.seen[0] / 1000,
        department=accepted.department if accepted else "",
        applicant=accepted.applicant if accepted else "",
        receiver=receiver[3] if receiver else "",
        approver=decided[3] if decided else "",
        accepted_at=accepted.at / 1000 if accepted else None,
        received_at=_at(received),
        returned_at=_at(case.returned),
        decided_at=_at(decided),
        finished_at=_at(case.finished),
        result=case.finished[2] if case.finished else "",
        tickets=list(case.tickets),
        chats=list(case.chats),
        supplements=len(case.asked),
        deferred=case.deferred is not None,
        partition=partition,
        version=version,
    )
    return row if case.ratings is None else rated(row, case.ratings)


def order_row(
    order: Order, reading: Reading, findings: tuple[Finding, ...], partition: int, version: int
) -> JourneyRow:
    place, contacted, closed = reading.place, order.contacted, order.closed
    clerk = closed[2] if closed else ""
    return JourneyRow(
        journey=order.key,
        kind=Kind.ORDER,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        clerk=clerk or (contacted[3] if contacted else ""),
        end=reading.end,
        opened_at=order.seen[0] / 1000,
        requested_at=order.received.at / 1000 if order.received else None,
        contacted_at=_at(contacted),
        resolved=closed[3] if closed else None,
        closed_at=_at(closed),
        partition=partition,
        version=version,
    )


def shift_row(
    shift: Shift, reading: Reading, findings: tuple[Finding, ...], partition: int, version: int
) -> JourneyRow:
    place, signs = reading.place, shift.signs
    return JourneyRow(
        journey=shift.key,
        kind=Kind.SHIFT,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        counter=shift.counter[1] if shift.counter else "",
        clerk=next((sign.clerk for sign in signs if sign.clerk), ""),
        end=reading.end,
        opened_at=shift.seen[0] / 1000,
        last_message_at=signs[-1].at / 1000 if signs else None,
        closed_at=_at(reading.ended) if shift.expired_at is None else None,
        expired_at=None if shift.expired_at is None else shift.expired_at / 1000,
        partition=partition,
        version=version,
    )


def _at(mark: tuple[int, ...] | tuple[object, ...] | None) -> float | None:
    """Seconds; the first of a mark's or an act's parts is its time."""
    if mark is None:
        return None
    at = mark[0]
    assert isinstance(at, int)
    return at / 1000
