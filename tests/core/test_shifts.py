"""Counters that are staffed (四（四）2): a sign of life, or a reason, every ten minutes."""

import random

import pytest

from tests.core.hall import ANY_ORDER, Hall, told
from tests.core.office_story import ShiftStory, shift
from tests.core.story import clock_text, ms

ON = shift().duty("signed-on", "09:00")


def absences(hall: Hall) -> list[tuple[str, str, int | None]]:
    """Status, cause and length in minutes of every absence, in order."""
    rows = [row for row in hall.verdicts() if row.promise == "counter-staffed"]
    return [
        (
            row.status.value,
            row.cause,
            None if row.duration_ms is None else row.duration_ms // 60_000,
        )
        for row in sorted(rows, key=lambda row: row.started_at)
        if row.status != "withdrawn"
    ]


@pytest.mark.parametrize(
    ("story", "found"),
    [
        (ON.seen("09:10", "09:20").duty("signed-off", "09:30"), []),
        (ON.seen("09:05", "09:16").duty("signed-off", "09:20"), [("late", "silent", 11)]),
        (ON.duty("paused", "09:05").duty("back", "09:14").duty("signed-off", "09:20"), []),
        (
            ON.duty("paused", "09:05").duty("back", "09:25").duty("signed-off", "09:30"),
            [("late", "paused-without-reason", 20)],
        ),
        (
            ON.duty("paused", "09:05", reason="meeting")
            .duty("back", "09:50")
            .duty("signed-off", "09:55"),
            [],
        ),
        (
            ON.duty("paused", "09:05", reason="meeting")
            .seen("09:20")
            .duty("back", "09:50")
            .duty("signed-off", "09:55"),
            [],
        ),
        (ON.duty("signed-off", "09:05").seen("09:40"), []),
        (
            ON.seen("09:12", "09:20", "09:40").duty("signed-off", "09:45"),
            [("late", "silent", 12), ("late", "silent", 20)],
        ),
    ],
    ids=[
        "a sign every ten minutes",
        "eleven minutes without one",
        "a short pause",
        "a long pause without a reason",
        "a long pause with one",
        "somebody passing by during a pause",
        "after signing off nobody has to be there",
        "each absence is one of its own",
    ],
)
def test_what_counts_as_an_absence(story: ShiftStory, found: list[tuple[str, str, int]]) -> None:
    assert absences(told(story, at="16:00")) == found


def test_an_absence_is_warned_of_told_and_closed_with_the_next_sign() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(ON.seen("09:01"))
    alert = f"counter-staffed/W1-am#{ms('09:01')}/1"
    for at, said in (("09:06", []), ("09:06:01", ["warned"]), ("09:11:01", ["warned", "breached"])):
        hall.settle(at)
        assert hall.messages(alert) == said
    hall.hear(shift().seen("09:15"))
    hall.settle("09:15:30")
    assert hall.messages(alert) == ["warned", "breached", "closed"]
    row = hall.alert(alert)
    assert (row.counter, row.clerk, row.closed_as, row.cause) == (
        "W1",
        "clerk-1",
        "met-late",
        "silent",
    )


def test_signs_in_time_make_no_rows_but_the_shift_s_own() -> None:
    hall = Hall(ANY_ORDER)
    for minute in range(60):
        hall.hear(shift().duty("seen" if minute else "signed-on", f"09:{minute:02}"))
        hall.settle(f"09:{minute:02}:30")
    assert hall.verdicts() == []
    assert hall.windows() == []
    row = hall.journey("W1-am")
    assert (row.kind, row.counter, row.end) == ("shift", "W1", "open")


def test_a_shift_nobody_signed_off_ends_with_the_day() -> None:
    hall = told(ON.seen("09:05"), at="2022-10-18 09:00")
    assert hall.journey("W1-am").end == "expired"
    (absence,) = absences(hall)
    assert absence[0] == "left-late"


@pytest.mark.parametrize("seed", range(20))
def test_in_any_order_and_however_often_the_absences_are_the_same(seed: int) -> None:
    chance = random.Random(seed)
    begin, told_in_order = ms("09:00"), ON
    kinds = ("seen",) * 8 + ("paused", "back")
    for step in sorted(chance.sample(range(1, 7_200), 60)):
        told_in_order = told_in_order.duty(chance.choice(kinds), clock_text(begin + step * 1_000))
    told_in_order = told_in_order.duty("signed-off", "11:10")
    mixed = [*told_in_order, *chance.sample(list(told_in_order), 10)]
    chance.shuffle(mixed)
    hall = Hall(ANY_ORDER)
    for start in range(0, len(mixed), 7):
        hall.hear(mixed[start : start + 7])
        hall.settle("11:20")
    assert absences(hall) == absences(told(told_in_order, at="11:20"))


def test_a_restart_in_an_absence_says_nothing_twice() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(ON.seen("09:01"))
    hall.settle("09:12")
    hall.restart()
    hall.settle("09:13")
    hall.hear(shift().seen("09:15"))
    hall.settle("09:15:30")
    assert hall.messages(f"counter-staffed/W1-am#{ms('09:01')}/1") == ["breached", "closed"]


def test_nobody_has_to_be_there_when_the_hall_is_closed() -> None:
    hall = told(shift().duty("signed-on", "16:54").seen("16:57"), at="17:30")
    assert absences(hall) == []
    hall.settle("2022-10-18 09:00")
    assert absences(hall) == []
    assert hall.said == []


def test_lunch_is_no_absence() -> None:
    signs = ON.seen("11:28", "13:35").duty("signed-off", "13:40")
    assert [one for one in absences(told(signs, at="14:00")) if one[2] == 7] == []
