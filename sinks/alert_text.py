"""An alert in words, for the people of the hall: Chinese by default, English by setting.

Owns the sentences. Does not decide what is an alert (the core) or who gets it (the
channels). Pure; called by the `notify` agent. Invariant: the text names the promise and
its clause, whose it is, how long over, and what to do next.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from schemas.source import SOURCE_SILENT
from sinks.silence_text import SilenceWords, silence_in_chinese, silence_in_english
from sinks.storm_text import storm_in_chinese, storm_in_english


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"


class Names(Struct, frozen=True, kw_only=True):
    """What the site calls things; a code without a name stands for itself."""

    promises: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = "Asia/Shanghai"


def alert_text(alert: AlertRow, names: Names, language: Language = Language.CHINESE) -> str:
    """One line, fit for a phone's notification and for a log."""
    match language:
        case Language.CHINESE if alert.promise == SOURCE_SILENT:
            text = silence_in_chinese(alert, _silence(alert, names, _span_zh))
        case Language.ENGLISH if alert.promise == SOURCE_SILENT:
            text = silence_in_english(alert, _silence(alert, names, _span_en))
        case Language.CHINESE if alert.promise == INTAKE_STOPPED:
            text = storm_in_chinese(alert, *_times(alert, names))
        case Language.ENGLISH if alert.promise == INTAKE_STOPPED:
            text = storm_in_english(alert, *_times(alert, names))
        case Language.CHINESE:
            text = _chinese(alert, names)
        case Language.ENGLISH:
            text = _english(alert, names)
    # Codes come from outside: a line's end or an escape sequence in one is not ours to pass on.
    return "".join(each if each.isprintable() else " " for each in text)


def _silence(alert: AlertRow, names: Names, span: Callable[[int], str]) -> SilenceWords:
    since, until = _times(alert, names)
    return SilenceWords(
        where=names.sections.get(alert.section, alert.section),
        since=since,
        until=until,
        limit=span(alert.limit_ms),
    )


def _times(alert: AlertRow, names: Names) -> tuple[str, str]:
    """When it began and, "" if it goes on, when it was over."""
    until = alert.closed_at
    zone = names.time_zone
    return _clock(alert.started_at, zone), "" if until is None else _clock(until, zone)


def _chinese(alert: AlertRow, names: Names) -> str:
    promise = names.promises.get(alert.promise, alert.promise)
    where = names.sections.get(alert.section, alert.section)
    if alert.counter:
        where += f" {names.counters.get(alert.counter, f'{alert.counter}号窗口')}"
    if alert.clerk:
        where += f"（{alert.clerk}）"
    limit, over = _span_zh(alert.limit_ms), _span_zh(alert.over_ms)
    since = _clock(alert.started_at, names.time_zone)
    match alert.state:
        case AlertState.WARNED:
            head = f"【预警】{promise}即将超时"
            fact = f"自 {since} 起计时，时限 {limit}"
            todo = _todo(alert.promise, _TODO_ZH)
        case AlertState.BREACHED:
            head = (
                f"【超时】{promise}已超 {over}" if alert.over_ms else f"【超时】{promise}已到时限"
            )
            fact = f"自 {since} 起计时，时限 {limit}"
            todo = _todo(alert.promise, _TODO_ZH)
        case AlertState.CLOSED:
            head = f"【解除】{promise}：{_CLOSED_ZH[alert.closed_as]}"
            fact = f"超时 {over}，时限 {limit}" if alert.over_ms else f"时限 {limit}"
            todo = _CLOSED_TODO_ZH[alert.closed_as]
    marks = "".join(
        mark
        for mark, holds in (
            ("（补记，非实时）", alert.historical),
            ("（迟到数据更正）", alert.correction),
        )
        if holds
    )
    return f"{head}{marks}｜{where}｜{alert.journey}｜{fact}｜依据 {alert.clause}｜{todo}"


def _english(alert: AlertRow, names: Names) -> str:
    promise = names.promises.get(alert.promise, alert.promise)
    where = names.sections.get(alert.section, alert.section)
    if alert.counter:
        where += f", {names.counters.get(alert.counter, f'counter {alert.counter}')}"
    if alert.clerk:
        where += f" ({alert.clerk})"
    limit, over = _span_en(alert.limit_ms), _span_en(alert.over_ms)
    since = _clock(alert.started_at, names.time_zone)
    match alert.state:
        case AlertState.WARNED:
            head = f"[WARNING] {promise}: about to run out"
            fact = f"running since {since}, limit {limit}"
            todo = _todo(alert.promise, _TODO_EN)
        case AlertState.BREACHED:
            head = f"[BREACH] {promise}: " + (f"{over} over" if alert.over_ms else "limit reached")
            fact = f"running since {since}, limit {limit}"
            todo = _todo(alert.promise, _TODO_EN)
        case AlertState.CLOSED:
            head = f"[CLOSED] {promise}: {_CLOSED_EN[alert.closed_as]}"
            fact = f"{over} over, limit {limit}" if alert.over_ms else f"limit {limit}"
            todo = _CLOSED_TODO_EN[alert.closed_as]
    marks = "".join(
        mark
        for mark, holds in (
            (" (found while catching up)", alert.historical),
            (" (corrected by late data)", alert.correction),
        )
        if holds
    )
    return f"{head}{marks} | {where} | {alert.journey} | {fact} | clause {alert.clause} | {todo}"


def _todo(promise: str, by_promise: Mapping[str, str]) -> str:
    return by_promise.get(promise, by_promise[""])


#: What to do next while the clock runs, by promise; "" for any other.
_TODO_ZH = {
    "online-first-response": "请立即人工回复办事人，或改派在线坐席",
    "appointment-wait-general": "请尽快叫号，必要时增开窗口",
    "appointment-wait-complex": "请尽快叫号，必要时增开窗口",
    "walk-in-wait": "请关注现场排队，必要时增开窗口",
    "counter-filing": "请到窗口协助核验和收件",
    "": "请负责科室核实并处理",
}
_TODO_EN = {
    "online-first-response": "answer the citizen now, or hand the chat to a free clerk",
    "appointment-wait-general": "call the ticket, open another counter if need be",
    "appointment-wait-complex": "call the ticket, open another counter if need be",
    "walk-in-wait": "look at the queue, open another counter if need be",
    "counter-filing": "go to the counter and help with checks and papers",
    "": "the section in charge is to look into it",
}
_CLOSED_ZH = {
    ClosedAs.NOT_YET: "已关闭",
    ClosedAs.MET: "已按时办到",
    ClosedAs.MET_LATE: "已办到，但超时",
    ClosedAs.NEVER_MET: "未能办到",
    ClosedAs.RETRACTED: "经核实未超时，撤回",
    ClosedAs.EXCUSED: "已说明原因，免责",
}
_CLOSED_EN = {
    ClosedAs.NOT_YET: "closed",
    ClosedAs.MET: "met in time after all",
    ClosedAs.MET_LATE: "met, but late",
    ClosedAs.NEVER_MET: "never met",
    ClosedAs.RETRACTED: "retracted, there was no breach",
    ClosedAs.EXCUSED: "excused",
}
_CLOSED_TODO_ZH = {
    ClosedAs.NOT_YET: "无需处理",
    ClosedAs.MET: "无需处理",
    ClosedAs.MET_LATE: "请在台账登记原因",
    ClosedAs.NEVER_MET: "请联系办事人并登记原因",
    ClosedAs.RETRACTED: "无需处理",
    ClosedAs.EXCUSED: "无需处理",
}
_CLOSED_TODO_EN = {
    ClosedAs.NOT_YET: "nothing to do",
    ClosedAs.MET: "nothing to do",
    ClosedAs.MET_LATE: "note the cause in the ledger",
    ClosedAs.NEVER_MET: "contact the citizen and note the cause",
    ClosedAs.RETRACTED: "nothing to do",
    ClosedAs.EXCUSED: "nothing to do",
}


def _span_zh(milliseconds: int) -> str:
    hours, minutes, seconds = _split(milliseconds)
    parts = ((hours, "小时"), (minutes, "分"), (seconds, "秒"))
    return "".join(f"{value}{unit}" for value, unit in parts if value) or "不足1秒"


def _span_en(milliseconds: int) -> str:
    hours, minutes, seconds = _split(milliseconds)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "less than 1 s"


def _split(milliseconds: int) -> tuple[int, int, int]:
    """Whole seconds, cut: "60 s over" must not be said before 60 s have passed."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return (*divmod(minutes, 60), seconds)


def _clock(at: float, time_zone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(time_zone)).strftime("%m-%d %H:%M:%S")
