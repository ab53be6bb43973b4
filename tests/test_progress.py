"""What may be committed when effects finish out of order."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.progress import Progress


def state(progress: Progress) -> tuple[int | None, int]:
    return progress.committable, progress.pending


def test_nothing_is_committable_before_the_first_effect() -> None:
    progress = Progress()
    assert state(progress) == (None, 0)
    progress.begin(10, 1)
    assert state(progress) == (None, 1)


def test_a_batch_with_several_parts_waits_for_all_of_them() -> None:
    progress = Progress()
    batch = progress.begin(10, 3)
    progress.finish(batch)
    progress.finish(batch)
    assert state(progress) == (None, 1)
    progress.finish(batch)
    assert state(progress) == (10, 0)


def test_a_batch_without_parts_is_done_at_once() -> None:
    progress = Progress()
    progress.begin(10, 0)
    assert progress.committable == 10


def test_a_later_batch_waits_for_an_earlier_one() -> None:
    progress = Progress()
    first, second = progress.begin(10, 1), progress.begin(20, 1)
    progress.begin(30, 0)
    progress.finish(second)
    assert state(progress) == (None, 3)
    progress.finish(first)
    assert state(progress) == (30, 0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.randoms())
def test_never_past_a_batch_whose_effect_is_due(parts: list[int], random: Random) -> None:
    progress = Progress()
    batches = [progress.begin(10 * number, due) for number, due in enumerate(parts, 1)]
    effects = [number for number, due in enumerate(parts) for _ in range(due)]
    random.shuffle(effects)
    due = list(parts)
    for number in effects:
        progress.finish(batches[number])
        due[number] -= 1
        done = next((index for index, left in enumerate(due) if left), len(due))
        assert progress.committable == (10 * done if done else None)
    assert progress.committable == 10 * len(parts)
