"""What people are told: read whole in `golden/`, and what holds of every body."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.outcomes import AlertState, ClosedAs
from sinks import time_words
from sinks.bodies import kind_of, notice_of, notice_of_several
from sinks.key_words import RatioKey, ratio_key, short_key
from sinks.names import Language, Names
from sinks.notice import Link, NoticeKind
from sinks.promise_words import PROMISES as WORDS
from streams.core.rules import Promise
from tests.sinks.body_cases import PROMISES, messages
from tests.sinks.body_notices import notices
from tests.sinks.body_site import names
from tests.sinks.make_bodies import path_of, written

ZH, EN = Language.CHINESE, Language.ENGLISH
TOLD = dict(messages())


@pytest.mark.parametrize("language", Language)
def test_every_body_reads_as_it_did(language: Language) -> None:
    golden = path_of(language).read_text(encoding="utf-8")
    assert written(language) == golden, "run: python -m tests.sinks.make_bodies; then read it"


def test_every_promise_of_the_plan_has_its_words_and_its_cases() -> None:
    plan = {promise.value for promise in Promise}
    assert set(WORDS) == plan
    assert set(PROMISES) == plan


@pytest.mark.parametrize("language", Language)
def test_no_code_is_shown_where_there_is_a_name(language: Language) -> None:
    codes = re.compile(
        r"appointment-wait|S24|C10\d|chief-1|deputy-1|business-licence|no-trace|paused-without|#"
    )
    for case, notice in notices(language):
        found = codes.search(notice.title + notice.text)
        assert found is None, f"{case}: {found}"


@pytest.mark.parametrize("language", Language)
def test_lines_are_short_and_the_title_is_not_said_again(language: Language) -> None:
    longest = 70 if language is ZH else 110
    for case, notice in notices(language):
        lines = notice.text.splitlines()
        assert notice.title not in lines, case
        assert all(line.strip() and len(line) <= longest for line in lines), case


@pytest.mark.parametrize("language", Language)
def test_every_alert_names_its_clause(language: Language) -> None:
    called = names(language)
    for message in TOLD.values():
        assert "四（二）1" in notice_of(message, called, language).text


@pytest.mark.parametrize("promise", PROMISES)
def test_what_is_to_be_done_stands_out(promise: str) -> None:
    notice = notice_of(TOLD[f"{promise} breached"], names(ZH))
    (strong,) = re.findall(r"^\*\*(.+)\*\*$", notice.markdown, re.MULTILINE)
    assert strong.startswith("请")


def test_a_notice_has_the_alert_its_links_and_its_messages_id() -> None:
    message = TOLD["counter-filing escalated"]
    link = Link("查看详情", "https://hall.test/explain/x")
    made = notice_of(message, names(ZH), ZH, (link,))
    assert (made.id, made.kind, made.alerts) == (message.id, NoticeKind.ESCALATED, (message,))
    assert made.links == (link,)
    assert link.url not in made.text + made.markdown


def test_who_was_told_before_is_who_really_was() -> None:
    message = TOLD["counter-filing escalated"]
    assert "企业服务科科长 已接到通知" in notice_of(message, names(ZH)).text
    asked = notice_of(message, names(ZH), told_before=["副科长", "值班台"])
    assert "副科长、值班台 已接到通知" in asked.text
    assert "\n已发出通知" in notice_of(message, names(ZH), told_before=[]).text


def test_a_code_without_a_name_stands_for_itself() -> None:
    text = notice_of(TOLD["counter-filing breached"], Names()).text
    assert text.startswith("S01，C101号窗口，经办 clerk-2041\n")


def test_what_came_from_outside_breaks_no_line_and_marks_nothing_up() -> None:
    message = TOLD["counter-filing breached"]
    row = replace(message.data, counter="1\n2\x1b[2J", clerk="[here](https://evil.test)")
    made = notice_of(replace(message, data=row), names(ZH))
    assert made.text.startswith("企业开办，1 2 [2J号窗口，经办 [here](https://evil.test)\n")
    assert made.markdown.startswith("企业开办，1 2 ［2J号窗口，经办 ［here］(https://evil.test)\n")


def test_times_are_those_of_the_section() -> None:
    message = TOLD["counter-filing breached"]
    there = replace(names(ZH), zones={"S01": "Asia/Urumqi"})
    assert "09:00 开始核验身份" in notice_of(message, names(ZH)).text
    assert "07:00 开始核验身份" in notice_of(message, there).text


@given(
    st.sampled_from(AlertState), st.sampled_from(ClosedAs), st.sampled_from(Language),
    st.integers(0, 10**9), st.sampled_from([*PROMISES, "of-tomorrow", "source-silent"]),
    st.text(max_size=40),
)  # fmt: skip
def test_whatever_an_alert_says_there_is_a_body_of_printable_lines(
    state: AlertState, closed_as: ClosedAs, language: Language, over: int, promise: str, key: str
) -> None:
    message = TOLD["counter-filing breached"]
    row = replace(
        message.data, state=state, closed_as=closed_as, over_ms=over, promise=promise, journey=key
    )
    made = notice_of(replace(message, data=row), names(language), language)
    assert made.title
    assert made.title.isprintable()
    assert all(line.isprintable() for line in made.text.split("\n"))
    assert "四（二）1" in made.text


def test_a_group_tells_of_each_alert_once_by_the_last_word_of_it() -> None:
    first, last = TOLD["counter-filing breached"], TOLD["counter-filing met late"]
    other = TOLD["counter-staffed breached"]
    made = notice_of_several("g", [first, other, last], names(ZH))
    assert made.title == "【告警】企业开办 2 起"
    assert made.text.splitlines()[0].endswith("线下窗口申报：材料已提交，超时 3 分 20 秒")
    assert made.alerts == (first, other, last)
    assert made.kind is NoticeKind.BREACHED
    over = notice_of_several("g", [last], names(ZH))
    assert (over.kind, over.text.splitlines()[1]) == (NoticeKind.CLOSED, "不用处理")
    assert kind_of(last) is NoticeKind.CLOSED


@pytest.mark.parametrize(
    ("milliseconds", "zh", "en"),
    [
        (999, "不足 1 秒", "less than 1 s"),
        (59_999, "59 秒", "59 s"),
        (200_000, "3 分 20 秒", "3 min 20 s"),
        (3_725_000, "1 小时 2 分", "1 h 2 min"),
        (180_000_000, "2 天 2 小时", "2 d 2 h"),
    ],
)
def test_a_span_is_cut_and_never_rounded_up(milliseconds: int, zh: str, en: str) -> None:
    assert time_words.span(milliseconds, ZH) == zh
    assert time_words.span(milliseconds, EN) == en


@pytest.mark.parametrize(
    ("permille", "words"), [(900, "90 %"), (899.99, "89.9 %"), (1000, "100 %"), (0, "0 %")]
)
def test_a_share_is_never_rounded_up_to_its_target(permille: float, words: str) -> None:
    assert time_words.percent(permille) == words


@pytest.mark.parametrize(
    ("journey", "words"),
    [
        ("221014-S01-0127", "S01-0127"),
        ("A0012-20221014", "A0012"),
        ("20221013-S01-0127", "20221013-S01-0127"),
        ("K1#business-licence", "K1"),
        ("0b0c7c1e-6a3d-4b1e-9d3a-1f4b5c6d7e8f", "…5c6d7e8f"),
        ("20221014", "20221014"),
    ],
)
def test_a_number_is_as_short_as_it_can_be_read_aloud(journey: str, words: str) -> None:
    assert short_key(journey, date(2022, 10, 14)) == words


@pytest.mark.parametrize(
    ("journey", "key"),
    [
        ("S01/2022-10-14/one-visit", RatioKey("S01", date(2022, 10, 14))),
        ("a/b/2022-10-14/one-visit", RatioKey("a/b", date(2022, 10, 14))),
        ("221014-S01-0127", None),
        ("S01/yesterday/one-visit", None),
    ],
)
def test_the_journey_of_a_share_is_a_section_and_a_day(journey: str, key: RatioKey | None) -> None:
    assert ratio_key(journey) == key
