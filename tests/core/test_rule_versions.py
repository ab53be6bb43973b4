"""Rule versions (semantics §1): a threshold change never rewrites history."""

import msgspec

from schemas.outcomes import Status
from streams.core.rules import Promise, Rule, Rulebook
from tests.core.hall import BOOK, Hall
from tests.core.story import ms, visit

GENERAL = "appointment-wait-general"
MINUTE = 60_000


def with_rule(*rules: Rule, promise: Promise = Promise.APPOINTMENT_WAIT_GENERAL) -> Rulebook:
    """The book with more rules for a promise, after those it has."""
    known = BOOK.promises[promise]
    longer = msgspec.structs.replace(known, rules=(*known.rules, *rules))
    return msgspec.structs.replace(BOOK, promises={**BOOK.promises, promise: longer})


STRICTER = Rule(version="stricter", since_ms=ms("10:00"), limit_ms=5 * MINUTE, warn_ms=3 * MINUTE)


def test_the_rule_in_force_when_the_clock_started_judges() -> None:
    hall = Hall(book=with_rule(STRICTER))
    hall.hear(
        visit("A1").booked("09:59:59.999").checked_in("09:50").called("10:08"),
        visit("A2").booked("10:00").checked_in("09:50").called("10:08"),
    )
    hall.settle("11:00")
    before, after = hall.verdict(GENERAL, "A1"), hall.verdict(GENERAL, "A2")
    assert (before.status, before.rule_version) == (Status.KEPT, "2022-10-14")
    assert (after.status, after.rule_version) == (Status.LATE, "stricter")
    assert (before.limit_ms, after.limit_ms) == (10 * MINUTE, 5 * MINUTE)


def test_a_new_rule_does_not_change_what_was_judged_before() -> None:
    hall = Hall()
    hall.hear(visit("A1").booked("09:30").checked_in("09:20").called("09:38"))
    hall.settle("09:45")
    before = hall.verdict(GENERAL, "A1")
    hall.restart(with_rule(STRICTER))
    hall.hear(visit("A2").booked("10:00").checked_in("09:50").called("10:08"))
    hall.settle("11:00")
    assert hall.verdict(GENERAL, "A1") == before
    hall.hear(visit("A1").served("09:50"))
    hall.settle("11:01")
    assert hall.verdict(GENERAL, "A1").rule_version == "2022-10-14"
    assert hall.verdict(GENERAL, "A1").status == Status.KEPT
    assert hall.verdict(GENERAL, "A2").rule_version == "stricter"


def test_a_promise_not_yet_made_judges_nobody() -> None:
    first = Rule(version="first", since_ms=ms("10:00"), limit_ms=10 * MINUTE)
    known = BOOK.promises[Promise.APPOINTMENT_WAIT_GENERAL]
    book = msgspec.structs.replace(
        BOOK,
        promises={
            **BOOK.promises,
            Promise.APPOINTMENT_WAIT_GENERAL: msgspec.structs.replace(known, rules=(first,)),
        },
    )
    hall = Hall(book=book)
    hall.hear(visit("A1").booked("09:30").checked_in("09:20").called("09:50"))
    hall.settle("11:00")
    assert hall.verdicts() == []


def test_a_walk_in_with_a_limit_is_judged_like_any_promise() -> None:
    limited = Rule(version="local", since_ms=ms("00:00"), limit_ms=20 * MINUTE)
    hall = Hall(book=with_rule(limited, promise=Promise.WALK_IN_WAIT))
    hall.hear(visit("A1").issued("09:00"), visit("A2").issued("09:00").called("09:20"))
    hall.settle("09:20:00.001")
    assert hall.verdict("walk-in-wait", "A1").status == Status.WAITING_LATE
    assert hall.verdict("walk-in-wait", "A2").status == Status.KEPT
    assert hall.messages("walk-in-wait/A1/1") == ["breached"]  # no warning was asked for


def test_a_rule_may_take_a_limit_back() -> None:
    measured = Rule(version="off", since_ms=ms("10:00"))
    hall = Hall(book=with_rule(measured))
    hall.hear(visit().booked("10:00").checked_in("09:50").called("11:00"))
    hall.settle("11:00")
    assert hall.verdict(GENERAL, "A1").status == Status.MEASURED
    assert hall.messages() == []
