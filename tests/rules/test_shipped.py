"""The rules shipped with hallwatch say what the plan says (semantics §1); a directory of
one's own may hold only some of the files."""

from pathlib import Path

import pytest

from streams.core.rules import Promise
from streams.rules.load import SHIPPED, load_rulebook
from tests.core.story import ms

BOOK = load_rulebook()

PROMISED = {
    Promise.ONLINE_FIRST_RESPONSE: (60, 40),
    Promise.APPOINTMENT_WAIT_GENERAL: (600, 420),
    Promise.APPOINTMENT_WAIT_COMPLEX: (1_800, 1_440),
    Promise.COUNTER_FILING: (1_200, 900),
}


@pytest.mark.parametrize("promise", PROMISED)
def test_limit_and_warning_are_the_plan_s(promise: Promise) -> None:
    limit, warning = PROMISED[promise]
    rule = BOOK.promises[promise].in_force(ms("09:00"))
    assert rule is not None
    assert (rule.limit_ms, rule.warn_ms) == (limit * 1_000, warning * 1_000)
    assert rule.version == "2022-10-14"


def test_every_promise_cites_its_clause_and_has_both_names() -> None:
    assert set(BOOK.promises) == set(Promise)
    for promise in BOOK.promises.values():
        assert promise.clause.startswith("四（")
        assert promise.title_zh
        assert promise.title_en


def test_a_walk_in_s_wait_is_measured_and_not_promised() -> None:
    rule = BOOK.promises[Promise.WALK_IN_WAIT].in_force(ms("09:00"))
    assert rule is not None
    assert (rule.limit_ms, rule.warn_ms) == (None, None)


def test_history_from_before_the_plan_is_judged_by_its_rule() -> None:
    for promise in BOOK.promises.values():
        assert promise.in_force(0) is not None


def test_leaving_is_read_as_the_semantics_say() -> None:
    assert BOOK.leaving.mistaken_ms == 120_000
    assert BOOK.leaving.grace_ms == 900_000
    assert BOOK.leaving.expiry_grace_ms == 3_600_000


def test_a_section_nobody_described_is_taken_as_it_is() -> None:
    assert BOOK.sections == {}
    assert BOOK.section("S99").calendar.name == "always"


def test_of_no_source_silence_is_a_fault_unless_a_site_says_so() -> None:
    assert BOOK.sources == ()
    assert BOOK.source("/hall/queue") is None


def test_a_source_has_the_rule_that_names_it_best(tmp_path: Path) -> None:
    text = "".join(
        f'[[source]]\nname = "{name}"\nversion = "1"\nclause = "四"\nsection = "elsewhere"\n'
        f'silent-after = "{seconds} s"\n'
        for seconds, name in enumerate(("/hall/t*", "/hall/t1", "/hall/*"), 1)
    )
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    book = load_rulebook(tmp_path)
    found = {name: book.source(name) for name in ("/hall/t1", "/hall/t2", "/hall/q", "/other")}
    assert {name: rule and rule.silent_ms for name, rule in found.items()} == {
        "/hall/t1": 2_000,
        "/hall/t2": 1_000,
        "/hall/q": 3_000,
        "/other": None,
    }


def test_files_missing_from_a_directory_are_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "sections.toml").write_text(
        (SHIPPED / "sections.toml").read_text(encoding="utf-8")
        + '[[section]]\ncode = "S1"\nname-zh = "一"\nname-en = "One"\ncalendar = "hall"\n',
        encoding="utf-8",
    )
    book = load_rulebook(tmp_path)
    assert book.promises == BOOK.promises
    assert book.leaving == BOOK.leaving
    assert book.section("S1").calendar.name == "hall"
    assert (book.section("S1").name_zh, book.section("S1").name_en) == ("一", "One")


def test_a_later_rule_is_in_force_from_its_date_in_the_hall_s_zone(tmp_path: Path) -> None:
    text = (SHIPPED / "promises.toml").read_text(encoding="utf-8")
    text += 'limit = "1 h 30 min"\n[[promise.rule]]\nversion = "2"\nsince = 2022-10-17\n'
    (tmp_path / "promises.toml").write_text(text, encoding="utf-8")
    walk_in = load_rulebook(tmp_path).promises[Promise.WALK_IN_WAIT]
    before, after = walk_in.in_force(ms("00:00") - 1), walk_in.in_force(ms("00:00"))
    assert before is not None
    assert after is not None
    assert (before.version, before.limit_ms) == ("2022-10-14", 5_400_000)
    assert (after.version, after.limit_ms) == ("2", None)
