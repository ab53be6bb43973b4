"""Broken rule files: each mistake is told with the file, the key and the cure."""

from pathlib import Path

import pytest

from streams.core.rules import Promise
from streams.rules.load import SHIPPED, RulesError, check_rulebook, load_rulebook


def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


#: Each: the file, what to replace in the shipped one, by what, and what the error says.
BROKEN = {
    "no TOML: the line is named": (
        "promises.toml",
        ('zone = "Asia/Shanghai"', "zone = Asia"),
        ["no valid TOML", "line"],
    ),
    "an unknown promise: those there are, are named": (
        "promises.toml",
        ('id = "counter-filing"', 'id = "counter-filling"'),
        ["promise[3].id", "unknown 'counter-filling'", "counter-filing"],
    ),
    "a promise given twice": (
        "promises.toml",
        ('id = "walk-in-wait"', 'id = "counter-filing"'),
        ["promise[14].id", "'counter-filing' is given twice"],
    ),
    "a promise without a clause": (
        "promises.toml",
        ('clause = "四（二）1（未承诺，仅计量）"', 'clause = " "'),
        ["promise[14].clause", "name the clause"],
    ),
    "a warning not before the limit": (
        "promises.toml",
        ('warn = "7 min"', 'warn = "10 min"'),
        ["promise[1].rule[0].warn", "shorter than limit"],
    ),
    "a warning without a limit": (
        "promises.toml",
        ('limit = "10 min"\n', ""),
        ["promise[1].rule[0].warn", "shorter than limit"],
    ),
    "rules out of order": (
        "promises.toml",
        (
            'warn = "15 min"',
            'warn = "15 min"\n[[promise.rule]]\nversion = "2"\nsince = 1969-01-01',
        ),
        ["promise[3].rule", "order of `since`"],
    ),
    "two rules of one date": (
        "promises.toml",
        (
            'warn = "15 min"',
            'warn = "15 min"\n[[promise.rule]]\nversion = "2"\nsince = 1970-01-01',
        ),
        ["promise[3].rule", "order of `since`"],
    ),
    "two rules of one version: a verdict could not say which": (
        "promises.toml",
        (
            'warn = "15 min"',
            'warn = "15 min"\n[[promise.rule]]\nversion = "2022-10-14"\nsince = 2026-01-01',
        ),
        ["promise[3].rule[1].version", "'2022-10-14' is given twice"],
    ),
    "two special days of one date": (
        "calendars.toml",
        (
            "sunday = []",
            "sunday = []"
            + 2 * '\n[[calendar.special]]\ndate = 2022-10-08\nhours = ["09:00-10:00"]',
        ),
        ["calendar[0].special[1].date", "'2022-10-08' is given twice"],
    ),
    "a limit that is no duration": (
        "promises.toml",
        ('limit = "60 s"', 'limit = "1 minute"'),
        ["promise[0].rule[0].limit", "'1 minute' is no duration", '"60 s"'],
    ),
    "half a duration": (
        "promises.toml",
        ('limit = "60 s"', 'limit = "1.5 h"'),
        ["promise[0].rule[0].limit", "'1.5 h' is no duration"],
    ),
    "a number for a duration": (
        "promises.toml",
        ('limit = "60 s"', "limit = 60"),
        ["promise[0].rule[0].limit", "Expected `str"],
    ),
    "a grace that is no duration": (
        "promises.toml",
        ('grace = "15 min"      ', 'grace = "soon"'),
        ["leaving.grace", "'soon' is no duration"],
    ),
    "an unknown key of a rule": (
        "promises.toml",
        ('warn = "40 s"', 'warning = "40 s"'),
        ["promise[0].rule[0]", "`warning`"],
    ),
    "an unknown key of leaving": (
        "promises.toml",
        ("expiry-grace", "expiry_grace"),
        ["leaving", "`expiry_grace`"],
    ),
    "a rule without a version": (
        "promises.toml",
        (
            'version = "2022-10-14"\nsince = 1970-01-01\nlimit = "60 s"',
            'since = 1970-01-01\nlimit = "60 s"',
        ),
        ["promise[0].rule[0]", "missing", "`version`"],
    ),
    "a zone nobody knows": (
        "promises.toml",
        ("Asia/Shanghai", "Asia/Baoshan"),
        ["zone", "no time zone 'Asia/Baoshan'", "Asia/Shanghai"],
    ),
    "half a zone": (
        "promises.toml",
        ("Asia/Shanghai", "Asia"),
        ["zone", "no time zone 'Asia'", "Asia/Shanghai"],
    ),
    "a calendar's zone nobody knows": (
        "calendars.toml",
        ("Asia/Shanghai", "Shanghai"),
        ["calendar[0].zone", "no time zone 'Shanghai'"],
    ),
    "hours that are no interval": (
        "calendars.toml",
        ('saturday = ["09:00-11:30"]', 'saturday = ["9-11:30"]'),
        ["calendar[0].saturday", "'9-11:30' is no interval", '"09:00-11:30"'],
    ),
    "hours that end before they start": (
        "calendars.toml",
        ('saturday = ["09:00-11:30"]', 'saturday = ["11:30-09:00"]'),
        ["calendar[0].saturday", "'11:30-09:00' does not end after it starts"],
    ),
    "hours past midnight": (
        "calendars.toml",
        ('saturday = ["09:00-11:30"]', 'saturday = ["22:00-24:30"]'),
        ["calendar[0].saturday", "within one day"],
    ),
    "a minute there is not": (
        "calendars.toml",
        ('saturday = ["09:00-11:30"]', 'saturday = ["09:00-09:75"]'),
        ["calendar[0].saturday", "'09:00-09:75'"],
    ),
    "intervals that overlap": (
        "calendars.toml",
        ('saturday = ["09:00-11:30"]', 'saturday = ["09:00-11:30", "11:00-12:00"]'),
        ["calendar[0].saturday", "'11:00-12:00' overlaps the interval before it"],
    ),
    "special hours that overlap": (
        "calendars.toml",
        (
            "sunday = []",
            "sunday = []\n[[calendar.special]]\ndate = 2022-10-09\n"
            'hours = ["09:00-13:40", "13:30-17:00"]',
        ),
        ["calendar[0].special[0].hours", "overlaps"],
    ),
    "a calendar that is never open": (
        "calendars.toml",
        ('"00:00-24:00"', ""),
        ["calendar[1]", "'always' is never open"],
    ),
    "two calendars of one name": (
        "calendars.toml",
        ('name = "always"', 'name = "hall"'),
        ["calendar[1].name", "'hall' is given twice"],
    ),
    "a weekday left out": (
        "calendars.toml",
        ("sunday = []\n", ""),
        ["calendar[0]", "missing", "`sunday`"],
    ),
    "a holiday that is no date": (
        "calendars.toml",
        ("sunday = []", 'sunday = []\nholidays = ["2022-10-07", "National Day"]'),
        ["calendar[0].holidays", "Invalid"],
    ),
    "a calendar nobody described": (
        "sections.toml",
        ('calendar = "always"', 'calendar = "allways"'),
        ["elsewhere.calendar", "no 'allways'; one of always, hall"],
    ),
    "a section given twice": (
        "sections.toml",
        (
            "[elsewhere]\ncode",
            "\n".join(
                2
                * ['[[section]]\ncode = "S1"\nname-zh = "一"\nname-en = "one"\ncalendar = "hall"\n']
            )
            + "[elsewhere]\ncode",
        ),
        ["section[1].code", "'S1' is given twice"],
    ),
    "a section without a name": (
        "sections.toml",
        ('name-en = "Elsewhere"\n', ""),
        ["elsewhere", "missing", "`name-en`"],
    ),
}


@pytest.mark.parametrize(("name", "change", "told"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_told(
    tmp_path: Path, name: str, change: tuple[str, str], told: list[str]
) -> None:
    before, after = change
    text = shipped(name)
    assert before in text
    (tmp_path / name).write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_rulebook(tmp_path)
    said = str(caught.value)
    assert said.startswith(f"{tmp_path / name}: ")
    for part in told:
        assert part in said


def test_a_promise_left_out_is_named(tmp_path: Path) -> None:
    text = shipped("promises.toml")
    cut = text[: text.index("# Not promised by the plan")]
    (tmp_path / "promises.toml").write_text(cut, encoding="utf-8")
    checked = check_rulebook(tmp_path)
    assert checked.book and Promise.WALK_IN_WAIT not in checked.book.promises  # noqa: PT018
    assert str(checked.warnings[0]).endswith("not judged, since not there: walk-in-wait")


def test_a_promise_without_a_rule_is_told(tmp_path: Path) -> None:
    text = shipped("promises.toml")
    cut = text[: text.rindex("[[promise.rule]]")] + "rule = []\n"
    (tmp_path / "promises.toml").write_text(cut, encoding="utf-8")
    with pytest.raises(RulesError, match=r"promise\[14\]\.rule: at least one rule is needed"):
        load_rulebook(tmp_path)


def test_a_file_saved_in_another_encoding_is_told(tmp_path: Path) -> None:
    text = shipped("sections.toml")
    (tmp_path / "sections.toml").write_bytes(text.encode("gbk"))
    with pytest.raises(RulesError, match=r"sections\.toml: .*UTF-8"):
        load_rulebook(tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "sections.toml").mkdir()
    with pytest.raises(RulesError, match=r"sections\.toml: cannot be read: Is a directory"):
        load_rulebook(tmp_path)


SOURCE = """
[[source]]
name = "/hall/queue"
version = "1"
clause = "四（二）1"
section = "elsewhere"
silent-after = "2 min"
"""

#: Each: what to replace in the file above, by what, and what the error says.
BROKEN_SOURCES = {
    "a source given twice": (
        (SOURCE[-10:], SOURCE[-10:] + SOURCE),
        ["source[1].name", "'/hall/queue' is given twice"],
    ),
    "a pattern that is no beginning": (
        ("/hall/queue", "/hall/*/queue"),
        ["source[0].name", "a beginning and `*`"],
    ),
    "a pattern for everything": (('"/hall/queue"', '"*"'), ["source[0].name", "a beginning"]),
    "a section there is not": (
        ('section = "elsewhere"', 'section = "S1"'),
        ["source[0].section", "no 'S1'", "elsewhere"],
    ),
    "a time that is none": (('"2 min"', '"soon"'), ["source[0].silent-after", "no duration"]),
    "no time at all": (('"2 min"', '"0 s"'), ["source[0].silent-after", "longer than nothing"]),
    "no clause": (('"四（二）1"', '" "'), ["source[0].clause", "name the clause"]),
    "an unknown key": (("silent-after", "silent"), ["source[0]", "`silent`"]),
}


@pytest.mark.parametrize(("change", "told"), BROKEN_SOURCES.values(), ids=BROKEN_SOURCES)
def test_a_mistake_about_sources_is_told(
    tmp_path: Path, change: tuple[str, str], told: list[str]
) -> None:
    assert change[0] in SOURCE
    (tmp_path / "sources.toml").write_text(SOURCE.replace(*change), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_rulebook(tmp_path)
    said = str(caught.value)
    assert said.startswith(f"{tmp_path / 'sources.toml'}: ")
    for part in told:
        assert part in said
