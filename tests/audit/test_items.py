"""What the cases of one item show: about no counter volume, and a rising share."""

import pytest

from schemas.audit import ItemDay
from streams.audit.items import days_needed, look_at_items
from streams.audit.proportions import z_of_rise
from tests.audit.facts import DAY, rules, taken

VOLUME, SHARE = "no-counter-volume", "department-share"

#: Each: counts, and the signs they give, with the confidence.
COUNTS: dict[str, tuple[list[ItemDay], list[tuple[str, str]]]] = {
    "nothing": ([], []),
    "the counter takes most": (taken(9, 1, 34, 0), []),
    "the department takes all of a listed item, as ever": (
        taken(0, 2, 34, 0), [(VOLUME, "certain")],
    ),
    "about nothing at the counter": (
        [*taken(0, 10, 34, 0), *taken(1, 0, 3, 3)], [(VOLUME, "likely")],
    ),
    "a little too much at the counter": ([*taken(0, 10, 34, 0), *taken(3, 0, 3, 3)], []),
    "too few to tell": (taken(0, 3, 2, 0), []),
    "just enough, on just enough days": (
        [*taken(0, 4, 1, 0), *taken(0, 2, 2, 2)], [(VOLUME, "certain")],
    ),
    "all on two days: a campaign": (taken(0, 20, 1, 0), []),
    "an item that is not listed": (taken(0, 2, 34, 0, "other"), []),
    "an item left to its department": (taken(0, 2, 34, 0, "grant"), []),
    "only before the days looked at": (taken(0, 20, 34, 14), []),
    "the share rises from a tenth to a half": (
        [*taken(9, 1, 34, 7), *taken(5, 5, 6, 0)], [(SHARE, "certain")],
    ),
    "of an item that is not listed, too": (
        [*taken(9, 1, 34, 7, "other"), *taken(5, 5, 6, 0, "other")], [(SHARE, "certain")],
    ),
    "it rises, and the item is left to its department": (
        [*taken(9, 1, 34, 7, "grant"), *taken(5, 5, 6, 0, "grant")], [],
    ),
    # 28 of 280 before, 14 of 70 after: z = 2.30.
    "it rises by a tenth, and could by chance": ([*taken(9, 1, 34, 7), *taken(8, 2, 6, 0)], []),
    # 280 of 2800, then 133 of 700: z = 6.5, but a rise of 9 points only.
    "it rises significantly, and by little": ([*taken(90, 10, 34, 7), *taken(81, 19, 6, 0)], []),
    # 28 of 280, then 17 of 70: z = 3.19.
    "likely: significant, not overwhelming": (
        [*taken(9, 1, 34, 7), *taken(8, 2, 6, 0), *([ItemDay("permit", DAY, 0, 3)])],
        [(SHARE, "likely")],
    ),
    "just enough before": ([*taken(9, 1, 8, 7), *taken(5, 5, 6, 0)], [(SHARE, "likely")]),
    "too few before": ([*taken(9, 1, 7, 7), *taken(5, 5, 6, 0)], []),
    "it falls": ([*taken(5, 5, 34, 7), *taken(9, 1, 6, 0)], []),
}  # fmt: skip


@pytest.mark.parametrize(("counts", "signs"), COUNTS.values(), ids=COUNTS)
def test_signs(counts: list[ItemDay], signs: list[tuple[str, str]]) -> None:
    found = look_at_items(counts, DAY, rules())
    assert [(one.sign, one.confidence) for one in found] == signs


def test_days_after_the_audited_one_do_not_count() -> None:
    later = look_at_items(taken(0, 2, 34, 0), DAY.replace(day=1), rules())
    assert [one.sign for one in later] == [VOLUME]
    assert look_at_items(taken(0, 2, 6, 0), DAY.replace(day=7), rules()) == []


def test_enough_days_are_asked_for() -> None:
    assert days_needed(rules()) == 35


@pytest.mark.parametrize(
    ("before", "after", "z"),
    [
        # By hand: p = 45/350, error = sqrt(p (1-p) (1/280 + 1/70)) = 0.04473; 0.142857 / it.
        ((28, 280), (17, 70), 3.194),
        ((28, 280), (14, 70), 2.303),
        ((14, 70), (28, 280), -2.303),
        ((5, 10), (50, 100), 0.0),
        ((0, 10), (0, 10), 0.0),
        ((10, 10), (10, 10), 0.0),
        ((0, 0), (5, 10), 0.0),
    ],
)
def test_the_z_of_a_rise(before: tuple[int, int], after: tuple[int, int], z: float) -> None:
    assert z_of_rise(*before, *after) == pytest.approx(z, abs=2e-3)
