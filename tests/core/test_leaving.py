"""The ways a visit ends without an answer (semantics §3, Leaving and End of day): kept
apart, and which of them is a breach."""

import pytest

from schemas.outcomes import Status
from tests.core.hall import NIGHT, Hall, told
from tests.core.story import VisitStory, chat, ms, visit

GENERAL, WALK_IN = "appointment-wait-general", "walk-in-wait"
MINUTE = 60_000

THERE = visit().booked("09:10").checked_in("09:10")
WALKED_IN = visit().issued("09:00")

ENDS = {
    "left within two minutes: a mistaken ticket": (
        THERE.left("09:12"),
        (Status.LEFT_MISTAKEN, "left", 2 * MINUTE),
    ),
    "left a millisecond later: left before the limit": (
        THERE.left("09:12:00.001"),
        (Status.LEFT_IN_TIME, "left", 2 * MINUTE + 1),
    ),
    "left exactly at the limit: not a breach": (
        THERE.left("09:20"),
        (Status.LEFT_IN_TIME, "left", 10 * MINUTE),
    ),
    "left after the limit: a breach": (
        THERE.left("09:20:00.001"),
        (Status.LEFT_LATE, "left", 10 * MINUTE + 1),
    ),
    "did not come when called: the call came in time": (
        THERE.called("09:15").no_show("09:18"),
        (Status.KEPT, "no-show", 5 * MINUTE),
    ),
    "did not come when called late: the call was late": (
        THERE.called("09:21").no_show("09:23"),
        (Status.LATE, "no-show", 11 * MINUTE),
    ),
    "left after the call: the call counts": (
        THERE.called("09:15").left("09:30"),
        (Status.KEPT, "left", 5 * MINUTE),
    ),
    "cancelled by a clerk: kept for audit, no measurement": (
        THERE.cancelled("09:15"),
        (Status.CANCELLED, "cancelled", None),
    ),
    "cancelled by a clerk after the limit: still for audit": (
        THERE.cancelled("09:40"),
        (Status.CANCELLED, "cancelled", None),
    ),
    "still open at closing: expired, no measurement": (
        THERE,
        (Status.EXPIRED, "expired", None),
    ),
    "no-show without any call: gone, as if left": (
        THERE.no_show("09:30"),
        (Status.LEFT_LATE, "no-show", 20 * MINUTE),
    ),
    "several ends: the latest one counts": (
        THERE.left("09:14").cancelled("09:15"),
        (Status.CANCELLED, "cancelled", None),
    ),
}


@pytest.mark.parametrize(("story", "found"), ENDS.values(), ids=ENDS)
def test_leaving(story: VisitStory, found: tuple[Status, str, int | None]) -> None:
    hall = told(story)
    verdict = hall.verdict(GENERAL, "A1")
    assert (verdict.status, hall.journey("A1").end, verdict.duration_ms) == found


WALK_IN_ENDS = {
    "a walk-in who leaves at once": (WALKED_IN.left("09:02"), Status.LEFT_MISTAKEN),
    "a walk-in who leaves after hours": (WALKED_IN.left("11:30"), Status.LEFT_IN_TIME),
    "a walk-in still open at closing": (WALKED_IN, Status.EXPIRED),
    "a walk-in cancelled": (WALKED_IN.cancelled("09:01"), Status.CANCELLED),
}


@pytest.mark.parametrize(("story", "status"), WALK_IN_ENDS.values(), ids=WALK_IN_ENDS)
def test_without_a_limit_nothing_is_a_breach(story: VisitStory, status: Status) -> None:
    hall = told(story)
    assert hall.verdict(WALK_IN, "A1").status == status
    assert hall.messages() == []


def test_each_way_of_leaving_has_its_own_count() -> None:
    hall = told(
        visit("A1").booked("09:10").checked_in("09:10").left("09:11"),
        visit("A2").booked("09:10").checked_in("09:10").left("09:19"),
        visit("A3").booked("09:10").checked_in("09:10").left("09:25"),
        visit("A4").booked("09:10").checked_in("09:10").cancelled("09:25"),
        visit("A5").booked("09:10").checked_in("09:10"),
        visit("A6").booked("09:10").checked_in("09:10").called("09:13").no_show("09:14"),
    )
    (window,) = hall.windows(GENERAL)
    assert window.started == 6
    assert (window.left_mistaken, window.left_in_time, window.left_late) == (1, 1, 1)
    assert (window.cancelled, window.expired, window.kept) == (1, 1, 1)
    assert (window.left_sum_ms, window.left_max_ms) == ((1 + 9 + 15) * MINUTE, 15 * MINUTE)
    assert window.answered_sum_ms == 3 * MINUTE


# -- end of day ----------------------------------------------------------------------------


def test_an_open_ticket_expires_an_hour_after_closing_as_of_closing() -> None:
    hall = Hall()
    hall.hear(WALKED_IN)
    hall.settle("17:59:59.999")
    assert hall.journey("A1").end == "open"
    assert hall.verdict(WALK_IN, "A1").status == Status.WAITING
    hall.settle("18:00")
    assert hall.journey("A1").end == "expired"
    assert hall.journey("A1").expired_at == ms("17:00") / 1000
    assert hall.verdict(WALK_IN, "A1").status == Status.EXPIRED


def test_a_ticket_in_service_at_closing_expires_without_hurting_its_wait() -> None:
    hall = told(visit().booked("16:40").checked_in("16:40").called("16:45"))
    assert hall.journey("A1").end == "expired"
    assert hall.verdict(GENERAL, "A1").status == Status.KEPT


def test_a_ticket_for_tomorrow_does_not_expire_today() -> None:
    hall = Hall()
    hall.hear(visit().issued("16:00", "appointment", "2022-10-18 09:10"))
    hall.settle(NIGHT)
    assert hall.journey("A1").end == "open"
    hall.settle("2022-10-18 18:00")
    assert hall.journey("A1").end == "expired"


def test_an_end_that_comes_in_late_takes_the_expiry_back() -> None:
    hall = told(THERE)
    assert hall.journey("A1").expired_at is not None
    hall.hear(visit().called("09:15").served("09:25"))
    hall.settle(NIGHT)
    row = hall.journey("A1")
    assert (row.end, row.expired_at) == ("served", None)
    assert hall.verdict(GENERAL, "A1").status == Status.KEPT
    (window,) = hall.windows(GENERAL)
    assert (window.kept, window.expired) == (1, 0)


def test_a_chat_never_closed_is_over_after_closing_time() -> None:
    hall = told(chat().requested("16:00").replied("16:00:30"))
    assert hall.journey("C1").end == "expired"
    assert hall.verdict("online-first-response", "C1").status == Status.KEPT
