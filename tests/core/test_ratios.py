"""Ratios of a section's day: shares of all partitions come together and make one alert a day."""

from collections.abc import Iterable

import pytest

from schemas.decode import Event
from streams.core.ratio import Ratio
from streams.core.totals import Day, Share
from tests.core.hall import ANY_ORDER, Hall
from tests.core.office_story import excused, share
from tests.core.story import ChatStory, chat

PROMISE = "online-resolution-rate"
SUBJECT = f"desk/2022-10-17/{PROMISE}"
ALERT = f"{PROMISE}/{SUBJECT}/1"


def closed(name: str, at: str, resolved: bool) -> ChatStory:
    return chat(name).requested("09:00").replied("09:00:10").resolved(at, resolved).closed(at)


def after(*shares: Event, at: str = "10:01") -> Hall:
    hall = Hall(ANY_ORDER)
    hall.hear(shares)
    hall.settle(at)
    return hall


@pytest.mark.parametrize(
    ("kept", "judged", "below", "misses_left"),
    [(18, 20, False, 0), (17, 20, True, -2), (45, 46, False, 4), (9, 19, False, -9)],
    ids=["exactly at the target is kept", "below", "four may still be missed", "too few to tell"],
)
def test_a_ratio_against_its_target(kept: int, judged: int, below: bool, misses_left: int) -> None:
    ratio = Ratio(kept, judged, 0.9, 20)
    assert (ratio.below, ratio.misses_left) == (below, misses_left)


# -- a partition's share -------------------------------------------------------------------


def shares_of(outcomes: Iterable[tuple[Day, Share]]) -> dict[str, tuple[int, int]]:
    return {day.promise: (share.kept, share.missed) for day, share in outcomes}


def test_a_share_is_what_the_day_s_cases_came_to() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(
        closed("C1", "09:05", True), closed("C2", "09:06", False), closed("C3", "09:07", True)
    )
    outcomes = hall.settle("09:10")
    assert shares_of(outcomes.totals) == {PROMISE: (2, 1)}
    assert hall.settle("09:11").totals == []


def test_a_correction_moves_the_share() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(closed("C1", "09:05", False))
    assert shares_of(hall.settle("09:10").totals) == {PROMISE: (0, 1)}
    hall.hear(chat("C1").resolved("09:05:01", True))
    assert shares_of(hall.settle("09:11").totals) == {PROMISE: (1, 0)}


def test_a_successor_tells_all_shares_anew_and_counts_on_from_them() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(closed("C1", "09:05", True), closed("C2", "09:06", False))
    hall.settle("09:10")
    hall.restart()
    assert shares_of(hall.settle("09:11").totals) == {PROMISE: (1, 1)}
    hall.hear(closed("C3", "09:12", True))
    assert shares_of(hall.settle("09:13").totals) == {PROMISE: (2, 1)}


def test_what_was_forgotten_stays_in_the_share() -> None:
    hall = Hall()
    hall.hear(closed("C1", "09:05", True))
    hall.settle("09:10")
    hall.hear(chat("C9").requested("2022-10-20 09:00"))  # days later
    hall.settle("2022-10-20 09:00")
    assert hall.partition.journey("C1") is None
    hall.restart()
    found = {
        day.day: (share.kept, share.missed) for day, share in hall.settle("2022-10-20 09:01").totals
    }
    assert found == {"2022-10-17": (1, 0)}


# -- the section's day ---------------------------------------------------------------------


def test_shares_of_all_partitions_are_added_up() -> None:
    hall = after(share(0, 9, 1), share(1, 8, 2))
    assert hall.messages(ALERT) == ["breached"]
    row = hall.alert(ALERT)
    assert (row.kept, row.judged, row.target_permille, row.section) == (17, 20, 900, "desk")
    assert (row.promise, row.clause) == (PROMISE, "四（二）1")


def test_the_newest_share_of_a_partition_counts_in_whatever_order_they_come() -> None:
    hall = after(share(0, 20, 0, version=2), share(0, 10, 10, version=1))
    assert hall.said == []
    assert hall.verdicts() == []
    assert hall.windows() == []


def test_of_few_cases_nobody_is_told() -> None:
    assert after(share(0, 9, 10)).said == []


def test_when_the_next_miss_would_break_it_the_desk_is_warned_once() -> None:
    hall = after(share(0, 18, 2))
    assert hall.messages(ALERT) == ["warned"]
    hall.hear([share(0, 30, 2, version=2)])
    hall.settle("11:00")
    hall.settle("18:00")
    assert hall.messages(ALERT) == ["warned", "closed"]
    assert hall.alert(ALERT).closed_as == "met"


def test_a_day_that_recovers_stays_told_until_it_is_over_and_is_then_met_late() -> None:
    hall = after(share(0, 17, 3))
    hall.hear([share(0, 60, 3, version=2)])
    hall.settle("11:00")
    hall.hear([share(0, 60, 9, version=3)])
    hall.settle("12:00")
    hall.hear([share(0, 90, 9, version=4)])
    hall.settle("13:00")
    assert hall.messages(ALERT) == ["breached"]
    hall.settle("18:00")  # the desk closes at 17:00
    assert hall.messages(ALERT) == ["breached", "closed"]
    assert hall.alert(ALERT).closed_as == "met-late"


def test_a_day_that_stays_below_is_never_met() -> None:
    hall = after(share(0, 17, 3))
    hall.settle("18:00")
    assert hall.messages(ALERT) == ["breached", "closed"]
    assert hall.alert(ALERT).closed_as == "never-met"


def test_a_day_long_over_is_history_whatever_it_comes_to() -> None:
    hall = after(share(0, 17, 3), at="2022-10-25 09:00")
    assert hall.said == []
    assert hall.alert(ALERT).historical


def test_what_the_next_day_shows_of_a_day_that_is_over_is_recorded_and_told_nobody() -> None:
    hall = after(share(0, 18, 2))
    hall.settle("18:00")
    assert hall.messages(ALERT) == ["warned", "closed"]
    hall.hear([share(0, 18, 9, version=2)])
    hall.settle("2022-10-18 10:00")
    assert hall.messages() == [f"{ALERT}/warned", f"{ALERT}/closed"]
    assert hall.alert(f"{PROMISE}/{SUBJECT}/2").historical


def test_a_day_can_be_excused() -> None:
    hall = after(share(0, 17, 3))
    act = excused("10:30", ALERT)
    # The alert's journey is the day: section, date and promise.
    assert act.subject == SUBJECT
    hall.hear([act])
    hall.settle("10:31")
    assert hall.messages(ALERT) == ["breached", "closed"]
    assert hall.alert(ALERT).closed_as == "excused"


def test_a_restart_says_nothing_twice() -> None:
    hall = after(share(0, 17, 3))
    hall.restart()
    hall.settle("10:30")
    hall.hear([share(0, 17, 4, version=2)])
    hall.settle("10:31")
    hall.settle("18:00")
    assert hall.messages(ALERT) == ["breached", "closed"]
