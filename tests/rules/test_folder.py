"""A folder of rules of one's own: a file under a wrong name is told, not passed over."""

from pathlib import Path

import pytest

from streams.rules.load import RulesError, load_rulebook
from tests.rules.test_load_errors import shipped

MISSPELT = {
    "in the singular": ("promise.toml", "promises.toml"),
    "in capitals": ("Sections.toml", "sections.toml"),
    "with another ending": ("calendars.tml", "calendars.toml"),
    "with an ending more": ("sources.toml.txt", "sources.toml"),
    "letters swapped": ("calenders.toml", "calendars.toml"),
}


@pytest.mark.parametrize(("name", "meant"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_file_is_told_with_the_name_it_should_have(
    tmp_path: Path, name: str, meant: str
) -> None:
    """Else the shipped one would stand in for it without a word."""
    (tmp_path / name).write_text(shipped(meant), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_rulebook(tmp_path)
    assert str(caught.value) == f"{tmp_path / name}: is not read; is it {meant}?"


def test_a_copy_beside_the_file_itself_is_nobody_s_mistake(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("promises.toml", "promises.toml.bak", "notes.md"):
        (tmp_path / name).write_text(shipped("promises.toml"), encoding="utf-8")
    load_rulebook(tmp_path)
    assert caplog.text == ""
    (tmp_path / "promises-2023.toml").write_text("", encoding="utf-8")
    load_rulebook(tmp_path)
    assert f"{tmp_path / 'promises-2023.toml'}: is not read" in caplog.text


def test_a_directory_without_any_rules_is_told(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"holds none of promises\.toml, sections\.toml"):
        load_rulebook(tmp_path)


def test_a_directory_that_is_not_there_is_told_with_its_variable(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"gone: no such directory .*HALLWATCH_RULES"):
        load_rulebook(tmp_path / "gone")
