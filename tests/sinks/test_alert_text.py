"""An alert in words: whole sentences, as the hall reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.outcomes import AlertState, ClosedAs
from sinks.alert_text import Language, Names, alert_text
from tests.sinks.samples import alert

NAMES = Names(
    promises={"appointment-wait-complex": "复杂事项预约等候"},
    sections={"sec-03": "户籍科"},
)
ENGLISH = Names(
    promises={"appointment-wait-complex": "Appointment wait, complex matter"},
    sections={"sec-03": "Household registration"},
)
WHERE = "户籍科 12号窗口（clerk-7）｜A0012-20221014"
SINCE = "自 10-14 09:00:00 起计时，时限 30分"
CALL = "依据 四（二）1｜请尽快叫号，必要时增开窗口"
CLOSED = AlertState.CLOSED


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"state": AlertState.WARNED, "over_ms": 0},
            f"【预警】复杂事项预约等候即将超时｜{WHERE}｜{SINCE}｜{CALL}",
        ),
        (
            {"over_ms": 75_999},
            f"【超时】复杂事项预约等候已超 1分15秒｜{WHERE}｜{SINCE}｜{CALL}",
        ),
        (
            {"over_ms": 0},
            f"【超时】复杂事项预约等候已到时限｜{WHERE}｜{SINCE}｜{CALL}",
        ),
        (
            {"over_ms": 900, "counter": "", "clerk": "", "section": "sec-99"},
            "【超时】复杂事项预约等候已超 不足1秒｜sec-99｜A0012-20221014｜"
            f"{SINCE}｜{CALL}",
        ),
        (
            {"state": CLOSED, "closed_as": ClosedAs.MET_LATE, "over_ms": 3_725_000},
            f"【解除】复杂事项预约等候：已办到，但超时｜{WHERE}｜超时 1小时2分5秒，时限 30分｜"
            "依据 四（二）1｜请在台账登记原因",
        ),
        (
            {"state": CLOSED, "closed_as": ClosedAs.RETRACTED, "over_ms": 0, "correction": True},
            f"【解除】复杂事项预约等候：经核实未超时，撤回（迟到数据更正）｜{WHERE}｜时限 30分｜"
            "依据 四（二）1｜无需处理",
        ),
        (
            {"promise": "counter-filing", "over_ms": 1000, "historical": True},
            f"【超时】counter-filing已超 1秒（补记，非实时）｜{WHERE}｜{SINCE}｜"
            "依据 四（二）1｜请到窗口协助核验和收件",
        ),
    ],
)  # fmt: skip
def test_in_chinese(given: dict[str, object], text: str) -> None:
    assert alert_text(alert(**given), NAMES) == text


SILENT: dict[str, object] = {
    "promise": "source-silent",
    "journey": "/hall/queue",
    "counter": "",
    "clerk": "",
    "limit_ms": 120_000,
    "over_ms": 0,
}
BACK = {**SILENT, "state": CLOSED, "closed_as": ClosedAs.MET_LATE, "over_ms": 60_000}


@pytest.mark.parametrize(
    ("given", "names", "language", "text"),
    [
        (
            SILENT,
            NAMES,
            Language.CHINESE,
            "【数据源失联】/hall/queue 超过 2分无数据｜户籍科｜最后一次收到数据 10-14 09:00:00｜"
            "依据 四（二）1｜请检查该系统及网络；其未结事项列为存疑，暂不逐条告警",
        ),
        (
            BACK,
            NAMES,
            Language.CHINESE,
            "【恢复】数据源 /hall/queue 已恢复｜户籍科｜10-14 09:00:00 至 10-14 09:03:00 无数据｜"
            "依据 四（二）1｜存疑事项已按补传数据重新核对，仍在超时等候的将另行告警",
        ),
        (
            SILENT,
            ENGLISH,
            Language.ENGLISH,
            "[SILENT] source /hall/queue: nothing for more than 2 min | Household registration | "
            "last heard 10-14 09:00:00 | clause 四（二）1 | "
            "check the system and its network; its open journeys are suspected, not paged",
        ),
        (
            {**BACK, "historical": True},
            ENGLISH,
            Language.ENGLISH,
            "[BACK] source /hall/queue is heard again (found while catching up) | "
            "Household registration | silent from 10-14 09:00:00 to 10-14 09:03:00 | "
            "clause 四（二）1 | what was suspected is judged anew; "
            "whoever still waits too long is told apart",
        ),
    ],
)
def test_a_silent_source(
    given: dict[str, object], names: Names, language: Language, text: str
) -> None:
    row = alert(**given)
    if row.state is CLOSED:
        row = replace(row, closed_at=row.started_at + 180)
    assert alert_text(row, names, language) == text


STOPPED: dict[str, object] = {
    "promise": "intake-stopped",
    "journey": "hall.events/3",
    "partition": 3,
    "evidence": ["malformed 480", "missing-field 21"],
}
GOES_ON = {**STOPPED, "state": CLOSED, "closed_as": ClosedAs.MET_LATE}


@pytest.mark.parametrize(
    ("given", "language", "text"),
    [
        (
            STOPPED,
            Language.CHINESE,
            "【停止接入】hall.events/3 拒收数据过多，已停止接入｜自 10-14 09:00:00 起停止，"
            "拒收原因 malformed 480、missing-field 21｜依据 四（二）1｜请系统管理员检查数据来源"
            "（hallwatch deadletters list），处理后执行 hallwatch resume 3",
        ),
        (
            GOES_ON,
            Language.CHINESE,
            "【恢复】数据接入已恢复：hall.events/3｜10-14 09:00:00 至 10-14 09:03:00 停止接入，"
            "期间数据未丢失｜依据 四（二）1｜来源修复后可重发被拒数据"
            "（hallwatch deadletters resend）",
        ),
        (
            STOPPED,
            Language.ENGLISH,
            "[STOPPED] intake of hall.events/3: too much of it was refused | since 10-14 09:00:00, "
            "refused: malformed 480, missing-field 21 | clause 四（二）1 | look into it (hallwatch "
            "deadletters list), mend the source, then hallwatch resume 3",
        ),
        (
            GOES_ON,
            Language.ENGLISH,
            "[BACK] intake of hall.events/3 goes on | stopped from 10-14 09:00:00 to "
            "10-14 09:03:00, nothing was lost | clause 四（二）1 | "
            "once its source is mended: hallwatch deadletters resend",
        ),
    ],
)
def test_a_stopped_partition(given: dict[str, object], language: Language, text: str) -> None:
    row = alert(**given)
    if row.state is CLOSED:
        row = replace(row, closed_at=row.started_at + 180)
    assert alert_text(row, NAMES, language) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"over_ms": 75_999},
            "[BREACH] Appointment wait, complex matter: 1 min 15 s over | "
            "Household registration, counter 12 (clerk-7) | A0012-20221014 | "
            "running since 10-14 09:00:00, limit 30 min | clause 四（二）1 | "
            "call the ticket, open another counter if need be",
        ),
        (
            {"state": AlertState.WARNED, "over_ms": 0, "counter": "", "clerk": ""},
            "[WARNING] Appointment wait, complex matter: about to run out | "
            "Household registration | A0012-20221014 | "
            "running since 10-14 09:00:00, limit 30 min | clause 四（二）1 | "
            "call the ticket, open another counter if need be",
        ),
        (
            {"state": CLOSED, "closed_as": ClosedAs.NEVER_MET, "over_ms": 60_000},
            "[CLOSED] Appointment wait, complex matter: never met | "
            "Household registration, counter 12 (clerk-7) | A0012-20221014 | "
            "1 min over, limit 30 min | clause 四（二）1 | "
            "contact the citizen and note the cause",
        ),
    ],
)
def test_in_english(given: dict[str, object], text: str) -> None:
    assert alert_text(alert(**given), ENGLISH, Language.ENGLISH) == text


@given(
    st.sampled_from(AlertState), st.sampled_from(ClosedAs), st.sampled_from(Language),
    st.integers(0, 10**9),
)  # fmt: skip
def test_every_alert_has_words_on_one_line_with_its_clause(
    state: AlertState, closed_as: ClosedAs, language: Language, over_ms: int
) -> None:
    text = alert_text(alert(state=state, closed_as=closed_as, over_ms=over_ms), NAMES, language)
    assert "\n" not in text
    assert "四（二）1" in text


def test_a_code_from_outside_breaks_no_line() -> None:
    text = alert_text(alert(counter="1\n2\x1b[2J"), NAMES)
    assert text.isprintable()
    assert "1 2 [2J号窗口" in text
