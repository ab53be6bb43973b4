"""What starts and stops the clock of each promise, in words (semantics §1).

Owns words only. Pure; called by `explain`. Invariant: a promise that is not listed is told in
words that hold for any clock.
"""

from msgspec import Struct

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
