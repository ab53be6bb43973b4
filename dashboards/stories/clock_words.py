"""What starts and stops the clock of each promise, in words (semantics §1).

Owns words only. Pure; called by `explain`. Invariant: a promise that is not listed is told in
words that hold for any clock.
"""

from msgspec import Struct

from dashboards.stories.telling import Teller
from dashboards.words import (
    FILING,
    FIRST_RESPONSE,
    WAIT_COMPLEX,
    WAIT_GENERAL,
    WALK_IN_WAIT,
    Words,
)
from schemas.deadletters import INTAKE_STOPPED
from schemas.source import SOURCE_SILENT


class ClockWords(Struct, frozen=True):
    """From what to what, and what it means that it stopped."""

    start: Words
    stop: Words


_WAIT = ClockWords(
    Words("签到与预约时间中较晚的一刻", "the later of check-in and appointment"),
    Words("首次叫号", "first call"),
)

_RECEIVED = Words("收到工单", "order received")
_ORDER = ClockWords(_RECEIVED, Words("工单办结", "order closed"))

_CLOCKS: dict[str, ClockWords] = {
    FIRST_RESPONSE: ClockWords(
        Words("办事人转人工", "the citizen asked for a human"),
        Words("首条办事人可见的人工回复", "first human reply he can see"),
    ),
    WAIT_GENERAL: _WAIT,
    WAIT_COMPLEX: _WAIT,
    WALK_IN_WAIT: ClockWords(Words("签到或取号", "check-in or ticket"), _WAIT.stop),
    FILING: ClockWords(
        Words("开始身份核验", "identity check started"), Words("提交材料", "materials submitted")
    ),
    "counter-staffed": ClockWords(
        Words("窗口无人或无理由暂停", "the counter fell silent, or paused without a reason"),
        Words("返岗", "somebody is back"),
    ),
    "rating-invited": ClockWords(
        Words("办结", "case finished"), Words("邀请评价", "invited to rate")
    ),
    "session-recorded": ClockWords(
        Words("提交材料", "materials submitted"),
        Words("录音录像有记录", "the recording is known"),
    ),
    "hotline-contact": ClockWords(_RECEIVED, Words("先行联系来电人", "caller contacted")),
    "hotline-close-general": _ORDER,
    "hotline-close-complex": _ORDER,
    SOURCE_SILENT: ClockWords(
        Words("最后一次收到数据", "last heard of"), Words("恢复来数", "heard of again")
    ),
    INTAKE_STOPPED: ClockWords(
        Words("停止接入", "intake stopped"), Words("恢复接入", "it goes on")
    ),
}

_ANY = ClockWords(Words("起算", "the clock started"), Words("办到", "done"))


def clock_words(promise: str) -> ClockWords:
    return _CLOCKS.get(promise, _ANY)


_WORKDAYS = Words("{count}个工作日", "{count} working days")


def limit_words(teller: Teller, promise: str, rule_version: str, limit_ms: int | None) -> str:
    """ "" without a limit: measured, or found is broken."""
    known = teller.site.promises.get(promise)
    rule = known.rule(rule_version) if known else None
    if rule is not None and rule.limit_days is not None:
        return teller.say(_WORKDAYS, count=rule.limit_days)
    return teller.span(limit_ms) if limit_ms else ""


def warn_words(teller: Teller, promise: str, rule_version: str) -> str:
    """After how long it warns, by the rule it was judged by; "" where it does not."""
    known = teller.site.promises.get(promise)
    rule = known.rule(rule_version) if known else None
    if rule is None:
        return ""
    if rule.warn_days is not None:
        return teller.say(_WORKDAYS, count=rule.warn_days)
    return teller.span(rule.warn_ms) if rule.warn_ms is not None else ""


def target_of(teller: Teller, promise: str, rule_version: str) -> float | None:
    """Of a share, by the rule it was judged by."""
    known = teller.site.promises.get(promise)
    rule = known.rule(rule_version) if known else None
    return rule.target if rule else None
