"""A small hall's folder of rules, in order as it stands: tests break it in one place each."""

from pathlib import Path

CALENDARS = """
[[calendar]]
name = "counters"
version = "2025"
zone = "Asia/Shanghai"
public-holidays = "cn"
monday = ["09:00-11:30", "13:30-17:00"]
tuesday = ["09:00-11:30", "13:30-17:00"]
wednesday = ["09:00-11:30", "13:30-17:00"]
thursday = ["09:00-11:30", "13:30-17:00"]
friday = ["09:00-11:30", "13:30-16:00"]
saturday = ["09:00-11:30"]
sunday = []

[[calendar]]
name = "counters"
version = "2026"
since = 2026-03-02
zone = "Asia/Shanghai"
public-holidays = "cn"
make-up-hours = "friday"
listed-years = [2027]
monday = ["08:30-17:30"]
tuesday = ["08:30-17:30"]
wednesday = ["08:30-17:30"]
thursday = ["08:30-17:30"]
friday = ["08:30-16:30"]
saturday = []
sunday = []
holidays = [2026-04-03, 2027-01-01]
[[calendar.special]]
date = 2026-05-01
hours = ["10:00-12:00"]
[[calendar.special]]
date = 2026-05-09
hours = []
"""

CHANNELS = """
[[channel]]
name = "group"
kind = "wecom"
url-file = "group-url"

[[channel]]
name = "post"
kind = "mail"
host = "mail.example"
from = "hallwatch@hall.example"
tls = "tls"
to = ["desk@hall.example", "chief@hall.example"]
port = 465
"""

PEOPLE = """
[[person]]
code = "desk-1"
name-zh = "值班台（示例）"
name-en = "Duty desk (example)"
channels = ["group"]

[[person]]
code = "chief-1"
name-zh = "税务科科长（示例）"
name-en = "Chief, taxation (example)"
channels = ["group", "post"]
quiet = ["22:00-07:00", "12:00-12:30"]

[[person]]
code = "deputy-1"
name-zh = "分管副主任（示例）"
name-en = "Deputy director (example)"
channels = ["post"]
"""

SECTIONS = """
[elsewhere]
code = "elsewhere"
name-zh = "其他"
name-en = "Elsewhere"
calendar = "counters"
desk = ["desk-1"]
chiefs = ["deputy-1"]

[[section]]
code = "S01"
name-zh = "税务"
name-en = "Taxation"
calendar = "counters"
chiefs = ["chief-1"]
[section.counters]
C101 = "1号窗口"
C102 = "2号窗口"
[[section.escalation]]
after = "10 min"
people = ["deputy-1"]
[[section.escalation]]
after = "1 h"
people = ["chief-1", "deputy-1"]

[[section]]
code = "S02"
name-zh = "社保"
name-en = "Social insurance"
calendar = "counters"
counters = { C201 = "1号窗口" }
"""

SOURCES = """
[[source]]
name = "urn:queue"
version = "1"
clause = "四（二）1"
section = "S01"
silent-after = "2 min"
"""

NOTIFY = """
group-within = "30 s"
storm-messages = 5
storm-within = "5 min"
digest = true
digest-after = "0 s"
give-up-after = "2 h"
forget-after = "2 d"
"""

#: The robot's address, in a file of its own.
GROUP_URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-hunter2"

FILES = {
    "calendars.toml": CALENDARS,
    "channels.toml": CHANNELS,
    "people.toml": PEOPLE,
    "sections.toml": SECTIONS,
    "sources.toml": SOURCES,
    "notify.toml": NOTIFY,
}


def write_hall(folder: Path, **changed: str) -> Path:
    """The files of the hall, some of them (`people`) otherwise."""
    for name, text in FILES.items():
        text = changed.get(name.removesuffix(".toml"), text)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "group-url").write_text(GROUP_URL, encoding="utf-8")
    return folder


def broken(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    """The hall with each first text of `changes` replaced, once, in file `name`."""
    text = FILES[name]
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return write_hall(folder, **{name.removesuffix(".toml"): text})
