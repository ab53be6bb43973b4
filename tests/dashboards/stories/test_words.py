"""Everything the contract can say has words, in both of the hall's languages."""

import re
from collections.abc import Iterator
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from dashboards.stories import (
    clock_points,
    clock_run,
    clock_words,
    event_words,
    explain,
    explain_lead,
    field_words,
    judged,
    life,
    pages,
    recordings,
    row_words,
    steps,
    telling,
    trace,
    unknown,
)
from dashboards.stories.clock_words import ClockWords
from dashboards.stories.event_words import EVENT_WORDS
from dashboards.stories.field_words import FIELD_WORDS, UNTOLD, VALUE_WORDS
from dashboards.stories.found import Heard
from dashboards.stories.row_words import (
    CLOSED_WORDS,
    END_WORDS,
    KIND_WORDS,
    MEASURE_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
)
from dashboards.stories.steps import steps_of
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.decode import Event
from schemas.outcomes import AlertState, ClosedAs, End, JourneyRow, Kind, Status
from tests.core.story import event
from tests.dashboards.stories.day import SITE

_HAN = re.compile(r"[\u4e00-\u9fff]")
MODULES = [
    *(clock_points, clock_run, clock_words, event_words, explain, explain_lead, field_words),
    *(judged, life, pages, recordings, row_words, steps, telling, trace, unknown),
]


def event_types(union: Any = Event) -> list[type]:
    if isinstance(union, UnionType):
        return [found for member in get_args(union) for found in event_types(member)]
    return [union]


def fields(kind: type) -> Iterator[tuple[str, Any]]:
    data = get_type_hints(kind)["data"]
    hints = get_type_hints(data)
    for field in msgspec.structs.fields(data):
        yield field.name, hints[field.name]


@pytest.mark.parametrize("kind", event_types(), ids=lambda kind: kind.__name__)
def test_every_event_of_the_contract_has_words(kind: type) -> None:
    words = EVENT_WORDS[kind]
    assert _HAN.search(words.zh)
    assert words.en
    assert not _HAN.search(words.en)


@pytest.mark.parametrize("kind", event_types(), ids=lambda kind: kind.__name__)
def test_every_field_of_an_event_is_called_something(kind: type) -> None:
    for name, _ in fields(kind):
        assert (name in FIELD_WORDS) != (name in UNTOLD), name


def test_values_of_closed_sets_have_words() -> None:
    """Literals and enums; `author` is told by the sentence."""
    for kind in event_types():
        for name, hint in fields(kind):
            known = getattr(hint, "__members__", None)
            values = [str(one) for one in known.values()] if known else _literals(hint)
            if name not in UNTOLD:
                assert set(values) <= set(VALUE_WORDS.get(name, {})), (kind, name)


def _literals(hint: Any) -> list[str]:
    return [one for one in get_args(hint) if isinstance(one, str)]


def test_no_event_is_called_like_another() -> None:
    for language in ("zh", "en"):
        called = [getattr(words, language) for words in EVENT_WORDS.values()]
        assert len(set(called)) == len(called)


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (KIND_WORDS, Kind),
        (END_WORDS, End),
        (STATUS_WORDS, Status),
        (STATE_WORDS, AlertState),
        (CLOSED_WORDS, ClosedAs),
    ],
)
def test_every_code_of_a_row_has_words(table: dict[str, Words], codes: type[StrEnum]) -> None:
    assert set(codes) <= set(table)


def test_every_duration_of_a_journey_has_words() -> None:
    durations = {name for name in JourneyRow.__struct_fields__ if name.endswith("_ms")}
    assert durations == set(MEASURE_WORDS)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_both_languages_say_the_same_with_the_same_values(module: Any) -> None:
    found = list(words_in(list(vars(module).values())))
    assert found
    for words in found:
        assert _HAN.search(words.zh) or not words.zh.isalpha()
        assert not _HAN.search(words.en), words
        assert _values(words.zh) == _values(words.en), words


def words_in(table: object) -> Iterator[Words]:
    """However deep in a table they stand."""
    match table:
        case Words():
            yield table
        case dict():
            yield from words_in(list(table.values()))
        case tuple() | list():
            for value in table:
                yield from words_in(value)
        case ClockWords():
            yield from (table.start, table.stop)


def _values(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


SAID: dict[str, tuple[tuple[str, dict[str, Any]], str, str]] = {
    "a clerk's visible message is a reply": (
        ("assist.message", {"author": "human", "clerk": "clerk-1"}),
        "人工回复",
        "Human reply",
    ),
    "a greeting in his name is none": (
        ("assist.message", {"author": "human", "automatic": True}),
        "自动问候（不计为人工回复）",
        "Automatic greeting (no human reply)",
    ),
    "a note between clerks is none": (
        ("assist.message", {"author": "human", "visible": False}),
        "坐席内部备注（办事人看不到）",
        "Internal note (the citizen cannot see it)",
    ),
    "the robot is no human": (
        ("assist.message", {"author": "bot"}),
        "智能客服回复（不计为人工回复）",
        "Bot replied (no human reply)",
    ),
    "not resolved is said so": (
        ("assist.resolved", {"resolved": False}),
        "问题未解决",
        "Not resolved",
    ),
    "a refusal is no approval": (
        ("case.decided", {"item": "item-1", "approved": False}),
        "审批不通过",
        "Not approved",
    ),
    "a look-up service that went down": (
        ("lookup.changed", {"available": False}),
        "电子证照、数据核验服务中断",
        "Look-up service is down",
    ),
    "a case without a trace on site": (
        ("case.reconciled", {"trace": False}),
        "核对现场痕迹：没有取号或终端记录",
        "Traces on site: none",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_what_an_event_holds_decides_its_words(case: str) -> None:
    (kind, data), zh, en = SAID[case]
    told = event(kind, "10:00", "X1", "one", section="counters", **data)
    heard = Heard(source="s", id="one", type=kind, subject="X1", at=0.0, ingest_at=0.0, event=told)
    assert [steps_of([heard], Teller(SITE, lang))[0].words for lang in ("zh", "en")] == [zh, en]


def test_an_event_of_another_contract_is_told_by_its_type() -> None:
    heard = Heard(source="s", id="1", type="ticket.blessed", subject="X1", at=0.0, ingest_at=0.0)
    (step,) = steps_of([heard], Teller(SITE, "zh"), "X1")
    assert step.words == "其他记录：ticket.blessed"


SPANS = {
    "nothing": (0, "0秒", "0 s"),
    "less than a second is not rounded up": (999, "不足1秒", "less than 1 s"),
    "cut, not rounded": (59_999, "59秒", "59 s"),
    "whole minutes": (600_000, "10分", "10 min"),
    "all three": (3_723_000, "1小时2分3秒", "1 h 2 min 3 s"),
}


@pytest.mark.parametrize("case", SPANS)
def test_spans_of_time(case: str) -> None:
    milliseconds, zh, en = SPANS[case]
    assert Teller(SITE, "zh").span(milliseconds) == zh
    assert Teller(SITE, "en").span(milliseconds) == en
