"""Minute windows (design §4): exact components, whole rows, corrections that leave no trace."""

from collections import Counter

import pytest

from schemas.outcomes import Table, WindowRow
from streams.core.histogram import bucket, quantile
from tests.core.hall import ANY_ORDER, Hall, told
from tests.core.story import VisitStory, chat, clock_text, ms, visit

GENERAL, WALK_IN = "appointment-wait-general", "walk-in-wait"
MINUTE = 60_000


def waited(ticket: str, minutes: int, since: str = "10:00") -> VisitStory:
    """An appointment at ten, called after so many minutes."""
    hour, minute = since.split(":")
    at = int(hour) * 60 + int(minute) + minutes
    story = visit(ticket).booked(since).checked_in(since)
    return story.called(f"{at // 60:02}:{at % 60:02}")


def test_every_component_is_counted() -> None:
    hall = told(*(waited(f"A{minutes}", minutes) for minutes in (2, 5, 10, 12)))
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.kept, window.late) == (4, 3, 1)
    assert window.minute_at == ms("10:00") / 1000
    assert window.answered_sum_ms == 29 * MINUTE
    assert window.answered_max_ms == 12 * MINUTE
    assert window.answered_histogram == dict(
        Counter(bucket(minutes * MINUTE) for minutes in (2, 5, 10, 12))
    )
    assert (window.left_sum_ms, window.left_max_ms, window.left_histogram) == (0, 0, {})


def test_a_journey_belongs_to_the_minute_its_clock_started_in() -> None:
    hall = told(
        visit("A1").issued("10:00:59.999").called("10:30"),
        visit("A2").issued("10:01").called("10:01:30"),
    )
    assert [(row.minute_at, row.started) for row in hall.windows(WALK_IN)] == [
        (ms("10:00") / 1000, 1),
        (ms("10:01") / 1000, 1),
    ]


SEPARATE = {
    "section": visit("A2", section="elsewhere").issued("10:00").called("10:05"),
    "service": visit("A2").issued("10:00", service="tax-return").called("10:05"),
    "complexity": visit("A2").issued("10:00", complexity="complex").called("10:05"),
    "minute": visit("A2").issued("10:01").called("10:05"),
}


@pytest.mark.parametrize("other", SEPARATE.values(), ids=SEPARATE)
def test_windows_are_kept_apart_by(other: VisitStory) -> None:
    hall = told(visit("A1").issued("10:00").called("10:05"), other)
    rows = hall.windows(WALK_IN)
    assert [row.started for row in rows] == [1, 1]


def test_a_row_is_whole_and_newer_rows_replace_older_ones() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(waited("A1", 2))
    first = hall.settle("10:02").rows[Table.WINDOWS]
    hall.hear(waited("A2", 3))
    second = hall.settle("10:03").rows[Table.WINDOWS]
    (one,), (two,) = first, second
    assert isinstance(one, WindowRow)
    assert isinstance(two, WindowRow)
    assert (one.started, two.started) == (1, 2)
    assert two.version > one.version


def test_an_untouched_window_is_not_said_again() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(waited("A1", 2))
    hall.settle("10:02")
    hall.hear(waited("A2", 3, since="11:00"))
    rows = hall.settle("11:03").rows[Table.WINDOWS]
    assert [row.minute_at for row in rows if isinstance(row, WindowRow)] == [ms("11:00") / 1000]


def test_the_maximum_goes_down_again_after_a_correction() -> None:
    hall = told(waited("A1", 4), waited("A2", 9))
    assert hall.windows(GENERAL)[0].answered_max_ms == 9 * MINUTE
    hall.hear(visit("A2").called("10:02"))
    hall.settle("23:01")
    (window,) = hall.windows(GENERAL)
    assert (window.answered_max_ms, window.answered_sum_ms) == (4 * MINUTE, 6 * MINUTE)
    assert window.answered_histogram == {bucket(4 * MINUTE): 1, bucket(2 * MINUTE): 1}
    assert (window.started, window.kept, window.late) == (2, 2, 0)


def test_a_journey_that_moves_to_another_minute_leaves_the_first_one() -> None:
    hall = told(visit().issued("10:05").called("10:10"))
    hall.hear(visit().issued("10:00"))
    hall.settle("23:01")
    assert [(row.minute_at, row.started) for row in hall.windows(WALK_IN)] == [
        (ms("10:00") / 1000, 1)
    ]
    emptied = hall.rows[Table.WINDOWS][
        (WALK_IN, ms("10:05") / 1000, "counters", "passport", "general", "walk-in", False)
    ]
    assert isinstance(emptied, WindowRow)
    assert (emptied.started, emptied.measured, emptied.answered_histogram) == (0, 0, {})


def test_quantiles_over_many_windows_are_right_to_two_percent() -> None:
    seconds = [7 * number % 883 + 1 for number in range(400)]
    hall = Hall(ANY_ORDER)
    for number, second in enumerate(seconds):
        asked = ms("10:00") + number * 9_000
        name = f"C{number}"
        answered = clock_text(asked + second * 1_000)
        hall.hear(chat(name, "anywhere").requested(clock_text(asked)).replied(answered))
    hall.settle("2022-10-18 23:00")
    merged: Counter[int] = Counter()
    for window in hall.windows("online-first-response"):
        merged.update(window.answered_histogram)
    ordered = sorted(seconds)
    for share in (0.5, 0.9, 0.99):
        exact = ordered[int(share * (len(ordered) - 1))] * 1_000
        assert quantile(dict(merged), share) == pytest.approx(exact, rel=0.0201)
    windows = hall.windows("online-first-response")
    assert len(windows) == 60
    assert sum(row.answered_sum_ms for row in windows) == sum(seconds) * 1_000
    assert max(row.answered_max_ms for row in windows) == max(seconds) * 1_000


def test_a_filing_and_a_wait_of_one_visit_are_in_different_windows() -> None:
    hall = told(waited("A1", 5).identity_check("10:06").submitted("10:16"))
    assert [(row.promise, row.started) for row in hall.windows()] == [
        (GENERAL, 1),
        ("counter-filing", 1),
        ("session-recorded", 1),
    ]
