"""The org chart as it is read, and who is told of what in a section."""

from pathlib import Path

import pytest

from streams.core.chain import BREACHED, WARNED, escalation_of, everybody, who_is_told
from streams.core.rules import ChannelRule, Escalation, Rulebook
from streams.rules.load import load_rulebook
from tests.rules.org import SECTIONS, write_hall


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    return load_rulebook(write_hall(tmp_path))


def test_people_and_channels_are_read_with_all_they_have(book: Rulebook) -> None:
    chief = book.people["chief-1"]
    assert (chief.name_zh, chief.name_en) == ("税务科科长（示例）", "Chief, taxation (example)")
    assert chief.channels == ("group", "post")
    assert chief.quiet == ((0, 420), (720, 750), (1320, 1440))
    assert book.channels["post"] == ChannelRule(
        name="post",
        kind="mail",
        options={
            "host": "mail.example",
            "from": "hallwatch@hall.example",
            "tls": "tls",
            "to": ["desk@hall.example", "chief@hall.example"],
            "port": 465,
        },
    )


def test_the_path_of_a_secret_begins_at_the_folder_of_the_file(
    book: Rulebook, tmp_path: Path
) -> None:
    assert book.channels["group"].options == {"url-file": str(tmp_path / "group-url")}


def test_a_section_has_counters_people_and_steps(book: Rulebook) -> None:
    section = book.section("S01")
    assert section.counters == {"C101": "1号窗口", "C102": "2号窗口"}
    assert (section.desk, section.chiefs) == ((), ("chief-1",))
    assert section.escalation == (
        Escalation(600_000, ("deputy-1",)),
        Escalation(3_600_000, ("chief-1", "deputy-1")),
    )


QUIET = {
    "to midnight": ('"22:00-24:00"', ((1320, 1440),)),
    "to midnight, written as the next day's": ('"22:00-00:00"', ((1320, 1440),)),
    "over midnight": ('"22:00-07:00"', ((0, 420), (1320, 1440))),
    "in any order": ('"13:00-14:00", "00:00-06:00"', ((0, 360), (780, 840))),
    "one after the other": ('"20:00-22:00", "22:00-06:00"', ((0, 360), (1200, 1320), (1320, 1440))),
    "never": ("", ()),
}


@pytest.mark.parametrize(("texts", "minutes"), QUIET.values(), ids=QUIET)
def test_quiet_hours(tmp_path: Path, texts: str, minutes: tuple[tuple[int, int], ...]) -> None:
    (tmp_path / "people.toml").write_text(
        '[[person]]\ncode = "a"\nname-zh = "甲"\nname-en = "A"\nchannels = ["log"]\n'
        f"quiet = [{texts}]\n",
        encoding="utf-8",
    )
    assert load_rulebook(tmp_path).people["a"].quiet == minutes


#: Section and level; who is told, over what.
TOLD = {
    "a warning goes to the duty desk, elsewhere's if the section has none": (
        ("S01", WARNED),
        ["desk-1/group"],
    ),
    "a breach goes to the section's chief, over each of his channels": (
        ("S01", BREACHED),
        ["chief-1/group", "chief-1/post"],
    ),
    "where it has none, elsewhere's stands in": (("S02", BREACHED), ["deputy-1/post"]),
    "a section nobody described is elsewhere": (("S99", BREACHED), ["deputy-1/post"]),
    "then the first step": (("S01", BREACHED + 1), ["deputy-1/post"]),
    "then the second, to several": (
        ("S01", BREACHED + 2),
        ["chief-1/group", "chief-1/post", "deputy-1/post"],
    ),
    "there is no third": (("S01", BREACHED + 3), []),
    "without an escalation it stays with the chief": (("S02", BREACHED + 1), []),
}


@pytest.mark.parametrize(("asked", "told"), TOLD.values(), ids=TOLD)
def test_who_is_told(book: Rulebook, asked: tuple[str, int], told: list[str]) -> None:
    found = who_is_told(book, *asked)
    assert [f"{person.code}/{channel.name}" for person, channel in found] == told


def test_everybody_of_a_section_once_from_the_desk_up(book: Rulebook) -> None:
    assert [one.code for one in everybody(book, "S01")] == ["desk-1", "chief-1", "deputy-1"]
    assert [one.code for one in everybody(book, "S02")] == ["desk-1", "deputy-1"]


def test_an_escalation_of_elsewhere_serves_sections_without_one(tmp_path: Path) -> None:
    text = SECTIONS.replace(
        'chiefs = ["deputy-1"]\n',
        'chiefs = ["deputy-1"]\n[[elsewhere.escalation]]\nafter = "5 min"\npeople = ["chief-1"]\n',
    )
    book = load_rulebook(write_hall(tmp_path, sections=text))
    assert escalation_of(book, "S02") == (Escalation(300_000, ("chief-1",)),)
    assert len(escalation_of(book, "S01")) == 2


def test_as_shipped_nobody_is_told_and_the_log_is_there(tmp_path: Path) -> None:
    book = load_rulebook()
    assert book.people == {}
    assert [channel.kind for channel in book.channels.values()] == ["log"]
    assert [who_is_told(book, "S01", level) for level in range(4)] == [()] * 4
    assert everybody(book, "S01") == ()
