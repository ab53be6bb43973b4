"""`audit.toml`: every mistake is told with key and cure, and the shipped one is in order."""

from datetime import timedelta
from pathlib import Path

import pytest

from streams.audit.rules import Found
from streams.rules.audit import load_audit_rules
from streams.rules.load import check_rulebook
from streams.rules.reading import SHIPPED, RulesError

TEXT = (SHIPPED / "audit.toml").read_text(encoding="utf-8")

ITEM = """
[[item]]
code = "permit-food"
name-zh = "食品经营许可"
department = "market"
at-counter = true
"""

#: Each: what to replace in the shipped file (and the item above), by what, what is told.
BROKEN = {
    "a zone nobody knows": ("Asia/Shanghai", "Asia/Baoshan", ["zone", "Asia/Shanghai"]),
    "no time of day": ('"19:30"', '"7:30 pm"', ["run-at", "no time of day", '"19:30"']),
    "an hour there is not": ('"19:30"', '"24:00"', ["run-at", "no time of day"]),
    "too many days again": ("again-days = 7", "again-days = 91", ["again-days", "91", "90"]),
    "days that are a text": ("again-days = 7", 'again-days = "7"', ["again-days", "`int`"]),
    "a window that is no number of days": (
        "window-days = 0", "window-days = 0.5", ["trace.window-days", "`int`"],
    ),
    "a negative window": ("window-days = 0", "window-days = -1", ["trace.window-days", "-1"]),
    "a duration that is none": ('"30 min"', '"half an hour"', ["trace.near", "no duration"]),
    "a circumstance there is not": (
        "nothing-fits =", "nothing-fit =", ["trace.missing.nothing-fit", "is it `nothing-fits`?"],
    ),
    "a circumstance left out": (
        'never-called = "possible"', "", ["trace.found.never-called", "missing"],
    ),
    "a confidence there is not": (
        'visit-near = "likely"', 'visit-near = "maybe"',
        ["trace.missing.visit-near", "'maybe'", "certain, likely, possible"],
    ),
    "a share in percent": (
        "counter-share = 0.02", "counter-share = 2", ["volume.counter-share", "between 0 and 1"],
    ),
    "more days than are looked at": (
        "least-days = 3", "least-days = 15", ["volume.least-days", "at most days (14)"],
    ),
    "no cases at all": (
        "least-cases = 10", "least-cases = 0", ["volume.least-cases", "between 1 and"],
    ),
    "certain before it is likely": (
        "z-certain = 4.0", "z-certain = 2", ["share.z", "at most z-certain (2)"],
    ),
    "a z of nothing": ("z = 3.0", "z = 0", ["share.z", "between 0.5 and 10"]),
    "a key that is misspelt": (
        "per-counter = 5", "per-counters = 5", ["repeat.per-counters", "is it `per-counter`?"],
    ),
    "a key left out": ("due-days = 10\n", "", ["repeat.due-days", "missing"]),
    "a recurrence shorter than the span": (
        "recurrence-days = 90", "recurrence-days = 3",
        ["repeat.days", "at most recurrence-days (3)"],
    ),
    "a check that ends before it begins": (
        "most-days = 28", "most-days = 3", ["recheck.days", "at most most-days (3)"],
    ),
    "a table left out": (
        "[recheck]", "[rechecks]", ["rechecks", "is it `recheck`?"],
    ),
    "an item without a name": (
        'name-zh = "食品经营许可"', 'name-zh = " "', ["item[0].name-zh", "empty"],
    ),
    "an item whose code no event can carry": (
        'code = "permit-food"', 'code = "食品"', ["item[0].code", "no code"],
    ),
    "an item without a department": (
        'department = "market"\n', "", ["item[0].department", "missing"],
    ),
    "yes for true": (
        "\nat-counter = true", '\nat-counter = "yes"', ["item[0].at-counter", "`bool`"],
    ),
    "an item given twice": (
        "\nat-counter = true\n", "\nat-counter = true\n" + ITEM, ["item[1].code", "given twice"],
    ),
    "no TOML": ("[share]", "[share", ["no valid TOML", "line"]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_told(tmp_path: Path, before: str, after: str, told: list[str]) -> None:
    text = TEXT[: TEXT.index("#\n# [[item]]")] + ITEM
    assert before in text
    (tmp_path / "audit.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_audit_rules(tmp_path)
    assert len(caught.value.mistakes) == 1, str(caught.value)
    said = str(caught.value)
    assert said.startswith(f"{tmp_path / 'audit.toml'}: ")
    for part in told:
        assert part in said
    others = check_rulebook(tmp_path).mistakes
    assert [one for one in others if one.file.name == "audit.toml"] == list(caught.value.mistakes)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = TEXT.replace('"19:30"', '"soon"').replace("rise = 0.10", "rise = 10")
    (tmp_path / "audit.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_audit_rules(tmp_path)
    assert [one.key for one in caught.value.mistakes] == ["share.rise", "run-at"]


def test_the_shipped_file_is_in_order_and_lists_no_item_of_anybody_s() -> None:
    rules = load_audit_rules()
    assert rules.items == {}
    assert rules.run_at == 19 * 60 + 30
    assert rules.trace.near == timedelta(minutes=30)
    assert rules.trace.confidence[Found.AT_COUNTER] == "certain"


def test_the_item_shown_in_the_shipped_file_can_be_taken_as_it_is(tmp_path: Path) -> None:
    shown = TEXT[TEXT.index("# [[item]]") :].replace("# ", "")
    (tmp_path / "audit.toml").write_text(TEXT + shown, encoding="utf-8")
    rules = load_audit_rules(tmp_path)
    assert rules.items["permit-food"].name_zh == "食品经营许可"
    assert not rules.outside("permit-food")
    assert not rules.outside("another")
