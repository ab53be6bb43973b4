"""`check_rulebook`: each of many kinds of mistakes is told in exactly one sentence with file,
key and cure, however much rests on what is wrong; several mistakes are told all at once."""

from pathlib import Path

import pytest

from streams.rules.folder import FILES
from streams.rules.load import RulesError, check_rulebook, load_rulebook
from tests.rules.mistakes import CALENDARS, CHANNELS, CHART, MISTAKES, PERSONS
from tests.rules.org import PEOPLE, SECTIONS, broken, write_hall


@pytest.mark.parametrize(("name", "change", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, name: str, change: tuple[str, str], sentence: str
) -> None:
    folder = broken(tmp_path, name, change)
    checked = check_rulebook(folder)
    assert [str(mistake) for mistake in checked.mistakes] == [f"{folder / name}: {sentence}"]
    assert checked.book is None
    with pytest.raises(RulesError) as caught:
        load_rulebook(folder)
    assert str(caught.value) == f"{folder / name}: {sentence}"


UNREADABLE = {
    "channels.toml": "[[channel]\n",
    "people.toml": "people = ",
    "sections.toml": "= 3",
    "calendars.toml": "[calendar",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_refers_to_a_file_that_cannot_be_read_is_not_told_too(
    tmp_path: Path, name: str
) -> None:
    write_hall(tmp_path, **{name.removesuffix(".toml"): UNREADABLE[name]})
    (mistake,) = check_rulebook(tmp_path).mistakes
    assert mistake.file == tmp_path / name
    assert mistake.what.startswith("no valid TOML")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    folder = write_hall(
        tmp_path,
        people=PEOPLE.replace("22:00-07:00", "22-7").replace('["post"]', '["fax"]'),
        sections=SECTIONS.replace('"1 h"', '"soon"').replace('"S02"\nname-zh', '"S02"\nname'),
    )
    (folder / "source.toml").write_text("", encoding="utf-8")
    (folder / "sources.toml").unlink()
    told = [str(mistake).removeprefix(f"{folder}/") for mistake in check_rulebook(folder).mistakes]
    assert told == [
        "source.toml: is not read; is it sources.toml?",
        "people.toml: person[1].quiet: '22-7' is no interval such as \"09:00-11:30\"",
        "people.toml: person[2].channels[0]: no 'fax'; one of group, post",
        "sections.toml: section[1].name: unknown key `name`; is it `name-zh`?",
        "sections.toml: section[0].escalation[1].after: 'soon' is no duration such as \"60 s\""
        ' or "1 h 30 min"',
    ]
    with pytest.raises(RulesError) as caught:
        load_rulebook(folder)
    assert str(caught.value).splitlines() == [f"{folder}/{sentence}" for sentence in told]


@pytest.mark.parametrize("name", FILES)
def test_every_file_there_may_be_is_read(tmp_path: Path, name: str) -> None:
    """A name in the list of files, and nobody to look into it, would be a file ignored."""
    (tmp_path / name).write_text("= 3", encoding="utf-8")
    assert [mistake.file.name for mistake in check_rulebook(tmp_path).mistakes] == [name]


DOUBTS = {
    "a person no section names": (
        PERSONS,
        (
            "[[person]]",
            PEOPLE[: PEOPLE.index("[[person]]", 5)].replace("desk-1", "cook") + "[[person]]",
        ),
        "person[0].code: no section names 'cook'",
    ),
    "a channel nobody has": (
        CHANNELS,
        (
            "[[channel]]",
            '[[channel]]\nname = "spare"\nkind = "webhook"\nurl = "https://hall.example"\n[[channel]]',
        ),
        "channel[0].name: nobody has 'spare'",
    ),
    "a section nobody answers for": (
        CHART,
        ('chiefs = ["deputy-1"]', ""),
        "section[1].chiefs: nobody is told of breaches in 'S02'; name them here or in [elsewhere]",
    ),
    "a holiday that has hours": (
        CALENDARS,
        ("2026-04-03, ", "2026-04-03, 2026-05-09, "),
        "calendar[1].special[1].date: 2026-05-09 is one of `holidays` too; these hours win",
    ),
}


@pytest.mark.parametrize(("name", "change", "sentence"), DOUBTS.values(), ids=DOUBTS)
def test_what_is_only_doubtful_is_a_warning(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    change: tuple[str, str],
    sentence: str,
) -> None:
    folder = broken(tmp_path, name, change)
    checked = check_rulebook(folder)
    assert checked.mistakes == []
    assert [str(warning) for warning in checked.warnings] == [f"{folder / name}: {sentence}"]
    load_rulebook(folder)
    assert f"{folder / name}: {sentence}" in caplog.text


def test_the_hall_and_what_is_shipped_are_in_order(tmp_path: Path) -> None:
    for folder in (None, write_hall(tmp_path)):
        checked = check_rulebook(folder)
        assert (list(checked.mistakes), list(checked.warnings)) == ([], [])
        assert checked.book is not None
