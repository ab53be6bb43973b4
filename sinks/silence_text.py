"""A silent source in words (semantics §3, Silent source): not a promise that was broken, but
a system that nobody hears of.

Owns the sentences. Pure; called by `alert_text`, which gives times and places as words.
Invariant: the text says since when, whose it is, what it means, and what to do next.
"""

from msgspec import Struct

from schemas.outcomes import AlertRow, AlertState


class SilenceWords(Struct, frozen=True):
    where: str  #: the section that looks after the source
    since: str  #: the last sign of life
    until: str  #: the first one after it
    limit: str


def silence_in_chinese(alert: AlertRow, words: SilenceWords) -> str:
    if alert.state is AlertState.CLOSED:
        head = f"【恢复】数据源 {alert.journey} 已恢复"
        fact = f"{words.since} 至 {words.until} 无数据"
        todo = "存疑事项已按补传数据重新核对，仍在超时等候的将另行告警"
    else:
        head = f"【数据源失联】{alert.journey} 超过 {words.limit}无数据"
        fact = f"最后一次收到数据 {words.since}"
        todo = "请检查该系统及网络；其未结事项列为存疑，暂不逐条告警"
    mark = "（补记，非实时）" if alert.historical else ""
    return f"{head}{mark}｜{words.where}｜{fact}｜依据 {alert.clause}｜{todo}"


def silence_in_english(alert: AlertRow, words: SilenceWords) -> str:
    if alert.state is AlertState.CLOSED:
        head = f"[BACK] source {alert.journey} is heard again"
        fact = f"silent from {words.since} to {words.until}"
        todo = "what was suspected is judged anew; whoever still waits too long is told apart"
    else:
        head = f"[SILENT] source {alert.journey}: nothing for more than {words.limit}"
        fact = f"last heard {words.since}"
        todo = "check the system and its network; its open journeys are suspected, not paged"
    mark = " (found while catching up)" if alert.historical else ""
    return f"{head}{mark} | {words.where} | {fact} | clause {alert.clause} | {todo}"
