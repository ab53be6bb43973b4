"""The names of a rulebook as the bodies get them."""

from datetime import datetime
from pathlib import Path

from sinks.names import Counted, Language
from streams.rules.load import load_rulebook
from streams.worker_names import site_names

BOOK = load_rulebook(Path("schemas/examples/rules"))


def at(text: str) -> float:
    return datetime.fromisoformat(f"2022-{text}+08:00").timestamp()


def test_names_are_those_of_the_language() -> None:
    zh, en = site_names(BOOK, Language.CHINESE), site_names(BOOK, Language.ENGLISH)
    assert (zh.sections["S01"], en.sections["S01"]) == ("企业开办", "Company start-up")
    assert (zh.people["deputy-director"], en.people["deputy-director"]) == (
        "分管副主任",
        "Deputy director",
    )
    assert zh.counters["C101"] == en.counters["C101"] == "A01窗口"
    assert zh.materials["business-licence"] == "营业执照"
    assert zh.zone("S01") == "Asia/Shanghai"


def test_a_chain_begins_with_the_chiefs_and_climbs() -> None:
    chains = site_names(BOOK, Language.CHINESE).chains
    assert chains["S01"] == (("企业服务科科长",), ("企业服务科副科长",), ("分管副主任",))
    assert chains["S02"] == (("大厅管理科科长",), ("分管副主任",)), "those of elsewhere"


def test_time_is_counted_as_the_core_counts_it() -> None:
    names = site_names(BOOK, Language.CHINESE)
    friday, monday = at("10-14 16:59:00"), at("10-17 09:01:00")
    assert names.counted("counter-filing", "S01", friday, monday).milliseconds > 60 * 3_600_000
    assert names.counted("online-first-response", "S24", friday, friday + 30) == Counted(30_000)
    assert names.counted("hotline-contact", "S01", friday, monday).workdays == 1, "Saturday"
    assert names.counted("hotline-contact", "S01", friday, at("10-17 23:59:00")).workdays == 2
    assert names.workdays["hotline-contact", "2022-10-14"] == 1
