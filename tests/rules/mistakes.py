"""What can be wrong with a folder of rules, and the one sentence about each.

Data only; `test_mistakes` breaks the files of `org` accordingly.
"""

from datetime import date, timedelta

from tests.rules.org import SECTIONS

_SUMMER = ", ".join(str(date(2026, 6, 1) + timedelta(days)) for days in range(90))

CALENDARS, CHANNELS = "calendars.toml", "channels.toml"
PERSONS, CHART, SOURCES = "people.toml", "sections.toml", "sources.toml"

#: Each: the file, what to replace in it, by what, and the one sentence about it.
MISTAKES = {
    # calendars.toml
    "a later version without its day": (
        CALENDARS,
        ("since = 2026-03-02\n", ""),
        "calendar[1].name: 'counters' is given twice; a later version of it says `since` when",
    ),
    "a version that is not later": (
        CALENDARS,
        ("since = 2026-03-02", "since = 0001-01-01"),
        "calendar[1].since: versions of 'counters' must be in the order of `since`",
    ),
    "two versions of one name": (
        CALENDARS,
        ('version = "2026"', 'version = "2025"'),
        "calendar[1].version: '2025' is given twice; each version of a calendar has its own",
    ),
    "a calendar that moves to another zone": (
        CALENDARS,
        ('2026-03-02\nzone = "Asia/Shanghai"', '2026-03-02\nzone = "Asia/Urumqi"'),
        "calendar[1].zone: was Asia/Shanghai before; another zone is another calendar's",
    ),
    "a state nobody knows the holidays of": (
        CALENDARS,
        ('public-holidays = "cn"', 'public-holidays = "sg"'),
        "calendar[0].public-holidays: unknown 'sg'; \"cn\" is what there is",
    ),
    "make-up hours of no day": (
        CALENDARS,
        ('make-up-hours = "friday"', 'make-up-hours = "星期五"'),
        "calendar[1].make-up-hours: unknown '星期五'; the day whose hours they keep: monday,"
        " tuesday, wednesday, thursday, friday, saturday, sunday",
    ),
    "make-up hours of a day off": (
        CALENDARS,
        ('make-up-hours = "friday"', 'make-up-hours = "sunday"'),
        "calendar[1].make-up-hours: sunday has no hours for make-up days (调休); name one that has",
    ),
    "make-up hours without public holidays": (
        CALENDARS,
        ('public-holidays = "cn"\nmake-up', "make-up"),
        'calendar[1].public-holidays: missing, and without "cn" `make-up-hours` do nothing',
    ),
    "a holiday given twice": (
        CALENDARS,
        ("2026-04-03, ", "2026-04-03, 2026-04-03, "),
        "calendar[1].holidays[1]: '2026-04-03' is given twice",
    ),
    "a year that is none": (
        CALENDARS,
        ("[2027]", '["2027"]'),
        "calendar[1].listed-years[0]: Expected `int`, got `str`",
    ),
    "holidays without an end": (
        CALENDARS,
        ("2026-04-03, 2027-01-01", _SUMMER),
        "calendar[1].holidays: nothing is open for 60 days from 2026-06-01 on; a year mistyped?",
    ),
    "hours of a special day that are none": (
        CALENDARS,
        ('"10:00-12:00"', '"10:00-9:00"'),
        "calendar[1].special[0].hours: '10:00-9:00' is no interval such as \"09:00-11:30\"",
    ),
    "a calendar without a name": (
        CALENDARS,
        ('name = "counters"\nversion = "2025"', 'version = "2025"'),
        "calendar[0].name: missing; write `name` there",
    ),
    "a misspelt key: told once, with the one it should be": (
        CALENDARS,
        ("saturday = []", "saterday = []"),
        "calendar[1].saterday: unknown key `saterday`; is it `saturday`?",
    ),
    "tables where one is meant": (
        CALENDARS,
        ("[[calendar.special]]\ndate = 2026-05-01", "[calendar.special]\ndate = 2026-05-01"),
        "no valid TOML: Cannot overwrite a value (at line 34, column 19)",
    ),
    # channels.toml
    "a kind of channel there is not": (
        CHANNELS,
        ('kind = "wecom"', 'kind = "wechat"'),
        "channel[0].kind: unknown 'wechat'; one of wecom, dingtalk, feishu, mail, webhook,"
        " alertmanager, apprise, log",
    ),
    "a channel given twice": (
        CHANNELS,
        ('name = "post"', 'name = "group"'),
        "channel[1].name: 'group' is given twice",
    ),
    "a channel without a name": (
        CHANNELS,
        ('name = "post"\n', ""),
        "channel[1].name: missing; write `name` there",
    ),
    "a channel without a kind": (
        CHANNELS,
        ('kind = "mail"\n', ""),
        "channel[1].kind: missing; write `kind` there",
    ),
    "an option that is a date": (
        CHANNELS,
        ("port = 465", "port = 2026-01-01"),
        "channel[1].port: Expected `bool | int | str | array`, got `date`",
    ),
    # people.toml
    "a person given twice": (
        PERSONS,
        ('code = "deputy-1"', 'code = "chief-1"'),
        "person[2].code: 'chief-1' is given twice",
    ),
    "a person without a code": (
        PERSONS,
        ('code = "deputy-1"\n', ""),
        "person[2].code: missing; write `code` there",
    ),
    "a code no event could carry": (
        PERSONS,
        ('code = "deputy-1"', 'code = "王 主任"'),
        "person[2].code: '王 主任' is no code; 1 to 64 letters, digits and signs, without spaces",
    ),
    "a person nobody could address": (
        PERSONS,
        ('name-zh = "值班台（示例）"', 'name-zh = ""'),
        "person[0].name-zh: empty; people read it",
    ),
    "a person without a channel": (
        PERSONS,
        ('channels = ["post"]', "channels = []"),
        "person[2].channels: empty; name one at least, or nothing ever reaches them",
    ),
    "a channel there is not": (
        PERSONS,
        ('channels = ["post"]', 'channels = ["mail"]'),
        "person[2].channels[0]: no 'mail'; one of group, post",
    ),
    "a channel twice": (
        PERSONS,
        ('["group", "post"]', '["group", "group"]'),
        "person[1].channels[1]: 'group' is given twice",
    ),
    "one channel without its list": (
        PERSONS,
        ('channels = ["post"]', 'channels = "post"'),
        "person[2].channels: Expected `array`, got `str`",
    ),
    "quiet hours that are none": (
        PERSONS,
        ("22:00-07:00", "22-7"),
        "person[1].quiet: '22-7' is no interval such as \"09:00-11:30\"",
    ),
    "quiet hours beyond the day": (
        PERSONS,
        ("22:00-07:00", "22:00-31:00"),
        "person[1].quiet: '22:00-31:00' is not within one day of 24 hours",
    ),
    "quiet hours that overlap after midnight": (
        PERSONS,
        ("12:00-12:30", "06:00-08:00"),
        "person[1].quiet: '06:00-08:00' overlaps another of them",
    ),
    "quiet for no time": (
        PERSONS,
        ("12:00-12:30", "12:00-12:00"),
        "person[1].quiet: '12:00-12:00' is no time at all; leave it out",
    ),
    "quiet all day long": (
        PERSONS,
        ('"22:00-07:00", "12:00-12:30"', '"08:00-20:00", "20:00-08:00"'),
        "person[1].quiet: are the whole day: no message would ever come through",
    ),
    # sections.toml
    "a chief there is not": (
        CHART,
        ('chiefs = ["chief-1"]', 'chiefs = ["chief-01"]'),
        "section[0].chiefs[0]: no 'chief-01'; one of chief-1, deputy-1, desk-1",
    ),
    "a duty desk there is not": (
        CHART,
        ('desk = ["desk-1"]', 'desk = ["desk-1", "desk-2"]'),
        "elsewhere.desk[1]: no 'desk-2'; one of chief-1, deputy-1, desk-1",
    ),
    "a chief twice": (
        CHART,
        ('chiefs = ["chief-1"]', 'chiefs = ["chief-1", "chief-1"]'),
        "section[0].chiefs[1]: 'chief-1' is given twice",
    ),
    "an escalation past nobody": (
        CHART,
        ('chiefs = ["chief-1"]\n', ""),
        "section[0].chiefs: missing; whom would the escalation go past?",
    ),
    "escalation times that do not grow": (
        CHART,
        ('after = "1 h"', 'after = "10 min"'),
        "section[0].escalation[1].after: '10 min' is not after the step before it; times are"
        " since the breach, and grow",
    ),
    "an escalation at once": (
        CHART,
        ('after = "10 min"', 'after = "0 min"'),
        "section[0].escalation[0].after: is at once; times are since the breach, and grow",
    ),
    "an escalation time that is none": (
        CHART,
        ('after = "1 h"', 'after = "1 hour"'),
        'section[0].escalation[1].after: \'1 hour\' is no duration such as "60 s" or "1 h 30 min"',
    ),
    "an escalation to nobody": (
        CHART,
        ('people = ["deputy-1"]', "people = []"),
        "section[0].escalation[0].people: empty; name who is told then, or leave the step out",
    ),
    "an escalation to somebody unknown": (
        CHART,
        ('people = ["deputy-1"]', 'people = ["director"]'),
        "section[0].escalation[0].people[0]: no 'director'; one of chief-1, deputy-1, desk-1",
    ),
    "an escalation that is no table": (
        CHART,
        ('counters = { C201 = "1号窗口" }', "escalation = 10"),
        "section[1].escalation: Expected `array`, got `int`",
    ),
    "two counters of one name": (
        CHART,
        ('C102 = "2号窗口"', 'C102 = "1号窗口"'),
        "section[0].counters.C102: C101 is '1号窗口' already; who could tell them apart?",
    ),
    "a counter of two names": (
        CHART,
        ('C201 = "1号窗口"', 'C101 = "3号窗口"'),
        "section[1].counters.C101: is '1号窗口' in another section; one name each",
    ),
    "a counter without a name": (
        CHART,
        ('C201 = "1号窗口"', 'C201 = ""'),
        "section[1].counters.C201: empty; people read it",
    ),
    "a counter by its number": (
        CHART,
        ('C201 = "1号窗口"', "C201 = 1"),
        "section[1].counters[...]: Expected `str`, got `int`",
    ),
    "[elsewhere] left out": (
        CHART,
        (SECTIONS[: SECTIONS.index("[[section]]")], ""),
        "elsewhere: missing; write `elsewhere` there",
    ),
    "[elsewhere] among the sections too": (
        CHART,
        ('code = "S02"', 'code = "elsewhere"'),
        "section[1].code: 'elsewhere' is given twice",
    ),
    "a section's code with a space in it": (
        CHART,
        ('code = "S02"', 'code = "S 02"'),
        "section[1].code: 'S 02' is no code; 1 to 64 letters, digits and signs, without spaces",
    ),
    # sources.toml
    "a source of a section there is not": (
        SOURCES,
        ('section = "S01"', 'section = "S1"'),
        "source[0].section: no 'S1'; one of S01, S02, elsewhere",
    ),
    "an escalation that wakes people with a word": (
        CHART,
        ('after = "1 h"', 'after = "1 h"\nthrough-quiet = "yes"'),
        "section[0].escalation[1].through-quiet: Expected `bool`, got `str`",
    ),
}
