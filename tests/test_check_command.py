"""`hallwatch check` and `hallwatch sections`: all that is wrong, or who is told of what."""

from datetime import date
from pathlib import Path

import pytest

from sinks import channel_kinds
from streams.cli import main
from streams.cli_check import report
from streams.core.rules import Promise
from streams.org_chart import aligned
from streams.rules import channels
from streams.rules.folder import FILES
from streams.rules.load import check_rulebook
from streams.rules.public_holidays import CHINA
from streams.settings import Settings
from tests.rules.org import CALENDARS, CHANNELS, PEOPLE, SECTIONS, write_hall

EXAMPLE = Path(__file__).parents[1] / "schemas/examples/rules"
DEMO = Path(__file__).parents[1] / "streams/simulator/rules"


class Said:
    """What a command printed."""

    def __init__(self, code: int, printed: str) -> None:
        self.code = code
        self.lines = printed.splitlines()

    def starting(self, word: str) -> list[str]:
        return [line for line in self.lines if line.startswith(word)]


@pytest.fixture
def hallwatch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> "Hallwatch":
    for name in ("RULES", "LANGUAGE", "WEBHOOK"):
        monkeypatch.delenv(f"HALLWATCH_{name}", raising=False)
    return Hallwatch(capsys)


class Hallwatch:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        return Said(code, self._capsys.readouterr().out)


@pytest.mark.parametrize("folder", [EXAMPLE, DEMO], ids=["example", "demo"])
def test_what_is_shipped_for_others_to_copy_is_in_order(hallwatch: Hallwatch, folder: Path) -> None:
    """Of years to come the holidays may be unknown, which is no fault of the files."""
    said = hallwatch("check", "--rules", folder)
    assert said.code == 0, said.lines
    assert said.starting("ERROR") == []
    assert [line for line in said.starting("WARNING") if "public holidays" not in line] == []


def test_the_example_says_who_is_told_of_what(hallwatch: Hallwatch) -> None:
    lines = hallwatch("check", "--rules", EXAMPLE).lines
    cells = {line.split()[0]: line.split()[1:] for line in lines[lines.index("") + 1 :]}
    assert cells["科室"] == ["预警通知", "超时通知", "逐级升级"]
    assert cells["企业开办"][:2] == ["大厅值班台（hall-group）", "企业服务科科长（chiefs-group）"]
    assert " ".join(cells["企业开办"][2:]) == "10分钟 企业服务科副科长 → 30分钟 分管副主任"
    assert cells["综合受理"][:2] == ["大厅值班台（hall-group）", "大厅管理科科长（chiefs-group）"]
    assert cells["线上帮办"][1] == "线上帮办科科长（chiefs-group、online-group）"
    assert set(cells) == {"科室", "企业开办", "综合受理", "线上帮办", "其他"}


def test_english_is_a_setting(hallwatch: Hallwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALLWATCH_LANGUAGE", "en")
    said = hallwatch("check", "--rules", EXAMPLE)
    (row,) = said.starting("Company start-up")
    assert "Hall duty desk (hall-group)" in row
    assert "10 min Deputy chief, services for enterprises → 30 min Deputy director" in row


def test_everything_that_is_wrong_is_printed_and_the_exit_code_says_so(
    hallwatch: Hallwatch, tmp_path: Path
) -> None:
    people = PEOPLE.replace("22:00-07:00", "22-7")
    sections = SECTIONS.replace('"1 h"', '"soon"').replace('code = "S02"', 'code = "S01"')
    folder = write_hall(tmp_path, people=people, sections=sections)
    (folder / "sources-2022.toml").write_text("", encoding="utf-8")
    said = hallwatch("check", "--rules", folder)
    assert said.code == 1
    keys = [line.split(": ")[1] for line in said.starting("ERROR")]
    assert keys == ["person[1].quiet", "section[0].escalation[1].after", "section[1].code"]
    assert [line.split(": ")[1] for line in said.starting("WARNING")][:1] == [
        f"is not read; rules are in {', '.join(FILES)}"
    ]
    assert said.lines[-1] == "3 mistakes; no worker starts with these rules"


#: Of the channels: what to replace, by what, and what is said of which key.
OPTIONS = {
    "a misspelt option": (
        ('url-file = "group-url"', 'url-file = "group-url"\nper-minutes = 5'),
        "channel[0].per-minutes: is no option of a wecom channel; is it `per-minute`?",
    ),
    "a robot's address in the open": (
        ('url-file = "group-url"', 'url = "https://qyapi.weixin.qq.com/send?key=geheim"'),
        "channel[0].url: has no place in a data file",
    ),
    "a password in the open": (
        ("port = 465", 'port = 465\npassword = "geheim"'),
        "channel[1].password: has no place in a data file",
    ),
    "a secret that lies nowhere": (
        ('"group-url"', '"gruop-url"'),
        "channel[0].url-file: ",
    ),
    "mail from nobody": (
        ('from = "hallwatch@hall.example"\n', ""),
        "channel[1].from: is missing",
    ),
}


def test_the_kinds_a_file_may_name_are_those_that_can_be_opened() -> None:
    assert set(channels.KINDS) == set(channel_kinds.KINDS)


@pytest.mark.parametrize(("change", "told"), OPTIONS.values(), ids=OPTIONS)
def test_a_channel_s_options_are_checked_by_its_kind(
    hallwatch: Hallwatch, tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    assert change[0] in CHANNELS
    folder = write_hall(tmp_path, channels=CHANNELS.replace(*change, 1))
    said = hallwatch("check", "--rules", folder)
    assert said.code == 1
    (error,) = said.starting("ERROR")
    assert error.startswith(f"ERROR    {folder / 'channels.toml'}: {told}")
    assert "geheim" not in error


def test_a_folder_that_is_none_is_one_mistake(hallwatch: Hallwatch, tmp_path: Path) -> None:
    said = hallwatch("check", "--rules", tmp_path / "gone")
    assert said.code == 1
    assert said.lines == [
        f"ERROR    {tmp_path / 'gone'}: no such directory (set by HALLWATCH_RULES)",
        "1 mistake; no worker starts with these rules",
    ]


def test_the_folder_of_the_setting_is_checked_unless_another_is_named(
    hallwatch: Hallwatch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HALLWATCH_RULES", str(tmp_path / "gone"))
    assert hallwatch("check").code == 1
    assert hallwatch("check", "--rules", DEMO).code == 0


@pytest.mark.parametrize(
    ("webhook", "told"),
    [("", "the log"), ("https://duty.example/hook?key=5e1f", "the log and HALLWATCH_WEBHOOK")],
)
def test_without_people_it_says_where_alerts_go(
    hallwatch: Hallwatch, monkeypatch: pytest.MonkeyPatch, webhook: str, told: str
) -> None:
    monkeypatch.setenv("HALLWATCH_WEBHOOK", webhook)
    said = hallwatch("check")
    assert said.code == 0
    summary, people = said.lines
    assert summary.startswith(f"{len(Promise)} promises ({len(Promise)} rules), 0 sections, ")
    assert summary.endswith(", 0 people, 1 channel (log): in order")
    assert people == f"people.toml names nobody: alerts go to {told}"


def test_years_without_published_holidays_are_named(tmp_path: Path) -> None:
    first, last = min(CHINA.years), max(CHINA.years)
    calendars = CALENDARS.replace("[2027]", f"[{last + 2}]")
    checked = check_rulebook(write_hall(tmp_path, calendars=calendars))
    lines = list(report(checked, Settings(), date(last, 11, 24)))
    assert lines[0].startswith(
        f"WARNING  calendar 'counters': the public holidays of {last + 1} are not known"
    )
    assert "chinesecalendar" in lines[0]
    assert lines[1].endswith(": in order, with 1 warning")
    known = f"{first}-{last}, {last + 2}"
    assert lines[2] == f"calendar 'counters': the public holidays of {known} are known"
    a_year_before = list(report(checked, Settings(), date(last - 1, 11, 24)))
    assert a_year_before[0].endswith(": in order")


def test_sections_are_listed_with_their_people(hallwatch: Hallwatch) -> None:
    said = hallwatch("sections", "--rules", EXAMPLE)
    assert said.code == 0
    (row,) = said.starting("S01 ")
    for part in ("企业开办", "counters", "A01窗口、A02窗口", "大厅值班台", "企业服务科科长"):
        assert part in row
    (chief,) = said.starting("chief-hall ")
    assert chief.split() == [
        "chief-hall",
        "大厅管理科科长",
        "chiefs-group",
        "12:00-12:30、21:00-07:30",
    ]


def test_sections_of_wrong_rules_are_refused_with_all_that_is_wrong(
    hallwatch: Hallwatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_hall(tmp_path, people=PEOPLE.replace('["post"]', "[]").replace("22:00", "2:0"))
    assert main(["sections", "--rules", str(folder)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"hallwatch sections: {folder / 'people.toml'}: person[1].quiet: ")
    assert second.startswith(f"{folder / 'people.toml'}: person[2].channels: ")


def test_columns_stand_one_under_the_other_whatever_script_is_in_them() -> None:
    rows = [("科室", "told"), ("a", "b"), ("税务科", "c")]
    assert list(aligned(rows)) == ["科室    told", "a       b", "税务科  c"]
