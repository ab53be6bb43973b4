"""`notify.toml` and what wakes people, as they are read."""

from pathlib import Path

import pytest

from streams.core.notifying import Notifying
from streams.rules.load import check_rulebook, load_rulebook
from tests.rules.org import SECTIONS, broken, write_hall


def test_the_shipped_file_says_what_is_in_force_without_it(tmp_path: Path) -> None:
    (tmp_path / "notify.toml").write_text("", encoding="utf-8")
    assert load_rulebook().notifying == load_rulebook(tmp_path).notifying == Notifying()


def test_every_key_is_read(tmp_path: Path) -> None:
    assert load_rulebook(write_hall(tmp_path)).notifying == Notifying(
        group_ms=30_000,
        storm_messages=5,
        storm_ms=300_000,
        digest=True,
        digest_after_ms=0,
        give_up_ms=7_200_000,
        forget_ms=2 * 86_400_000,
    )


def test_a_step_goes_through_quiet_hours_only_where_it_says_so(tmp_path: Path) -> None:
    sections = SECTIONS.replace('after = "1 h"', 'after = "1 h"\nthrough-quiet = true')
    steps = load_rulebook(write_hall(tmp_path, sections=sections)).section("S01").escalation
    assert [step.through_quiet for step in steps] == [False, True]


MISTAKES = {
    "a storm of no message": (
        ("storm-messages = 5", "storm-messages = 0"),
        "storm-messages: 0 would let nothing through; 1 or more",
    ),
    "a time to group within that is none": (
        ('"30 s"', '"half a minute"'),
        'group-within: \'half a minute\' is no duration such as "60 s" or "1 h 30 min"',
    ),
    "giving up at once": (
        ('"2 h"', '"0 s"'),
        "give-up-after: '0 s' is no time at all; \"1 s\" is the least",
    ),
    "summaries later than what is in them is given up": (
        ('"5 min"', '"2 h"'),
        "storm-within: holds messages back until `give-up-after` gives them up; make it shorter",
    ),
    "a list later than what is in it is given up": (
        ('"30 s"', '"3 h"'),
        "group-within: holds messages back until `give-up-after` gives them up; make it shorter",
    ),
    "a misspelt key": (
        ("digest-after", "digests-after"),
        "digests-after: unknown key `digests-after`; is it `digest-after`?",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    folder = broken(tmp_path, "notify.toml", change)
    told = [str(mistake) for mistake in check_rulebook(folder).mistakes]
    assert told == [f"{folder / 'notify.toml'}: {sentence}"]
