"""What a row's codes and figures are called: kinds, ends, verdicts, alert states, durations.

Owns words only, in both languages. Called by `trace`, `explain` and `life`. Invariant: every value
of the enums of `schemas.outcomes` used here, and every duration of a journey's row, has words; a
test goes through them.
"""

from collections.abc import Iterable

from dashboards.stories.found import Heard
from dashboards.stories.story import Level
from dashboards.words import Words
from schemas.outcomes import AlertState, ClosedAs, End, JourneyRow, Kind, Status

KIND_WORDS: dict[str, Words] = {
    Kind.VISIT: Words("现场办事", "Visit"),
    Kind.CHAT: Words("线上帮办", "Chat"),
    Kind.CASE: Words("办件", "Case"),
    Kind.ORDER: Words("12345 工单", "12345 order"),
    Kind.SHIFT: Words("窗口值守", "Counter shift"),
    "rectification": Words("整改单", "Rectification order"),
    "": Words("记录", "Record"),
}

#: The first part of an event's type → the kind of journey it speaks of.
_KIND_OF = {
    "ticket": Kind.VISIT.value,
    "terminal": Kind.VISIT.value,
    "assist": Kind.CHAT.value,
    "case": Kind.CASE.value,
    "hotline": Kind.ORDER.value,
    "duty": Kind.SHIFT.value,
    "rectification": "rectification",
}

#: Label of a counter in a list of facts; in a sentence it is `field_words`'s.
COUNTER = Words("窗口", "counter")

END_WORDS: dict[End, Words] = {
    End.OPEN: Words("进行中", "open"),
    End.SERVED: Words("已办理", "served"),
    End.LEFT: Words("办事人离开", "left"),
    End.NO_SHOW: Words("叫号未到", "no-show"),
    End.CANCELLED: Words("已作废", "cancelled"),
    End.CLOSED: Words("已结束", "closed"),
    End.FINISHED: Words("已办结", "finished"),
    End.SIGNED_OFF: Words("已离岗", "signed off"),
    End.EXPIRED: Words("闭馆时未结（不计入等候）", "open at closing (not counted as a wait)"),
}

STATUS_WORDS: dict[Status, Words] = {
    Status.WAITING: Words("计时中", "running"),
    Status.WAITING_LATE: Words("仍未办到，已超时", "still waiting, past the limit"),
    Status.KEPT: Words("按时", "kept"),
    Status.LATE: Words("超时", "late"),
    Status.LEFT_MISTAKEN: Words("误取号，很快离开", "mistaken ticket, soon left"),
    Status.LEFT_IN_TIME: Words("时限内离开", "left before the limit"),
    Status.LEFT_LATE: Words("超时后仍未办到", "past the limit, never answered"),
    Status.CANCELLED: Words("已作废，不计", "cancelled, not counted"),
    Status.EXPIRED: Words("闭馆未结，不计", "open at closing, not counted"),
    Status.MEASURED: Words("仅计量", "measured only"),
    Status.MISSED: Words("未兑现", "not kept"),
    Status.PROVISIONAL: Words("暂按兑现（回看期内）", "kept so far (look-back still runs)"),
    Status.WITHDRAWN: Words("改按其他承诺判定", "judged by another promise"),
}

STATUS_LEVEL: dict[Status, Level] = {
    Status.WAITING: Level.NEAR,
    Status.WAITING_LATE: Level.BAD,
    Status.KEPT: Level.GOOD,
    Status.LATE: Level.BAD,
    Status.LEFT_LATE: Level.BAD,
    Status.MISSED: Level.BAD,
    Status.PROVISIONAL: Level.NEAR,
}

STATE_WORDS: dict[AlertState, Words] = {
    AlertState.WARNED: Words("即将超时", "about to run out"),
    AlertState.BREACHED: Words("已超时", "breached"),
    AlertState.CLOSED: Words("已关闭", "closed"),
}

#: Breached, of what has no time limit: a condition, or a share of a day.
NOT_KEPT = Words("未兑现", "not kept")
SHARE_WORDS: dict[AlertState | ClosedAs, Words] = {
    AlertState.WARNED: Words("接近目标下限", "about to fall below its target"),
    AlertState.BREACHED: Words("低于目标", "below its target"),
    ClosedAs.MET: Words("当日达标", "on target at the day's end"),
    ClosedAs.MET_LATE: Words("曾低于目标，当日回升", "was below its target, and recovered"),
    ClosedAs.NEVER_MET: Words("当日未达标", "below its target at the day's end"),
}

CLOSED_WORDS: dict[ClosedAs, Words] = {
    ClosedAs.NOT_YET: Words("尚未关闭", "not closed"),
    ClosedAs.MET: Words("已按时办到", "met in time after all"),
    ClosedAs.MET_LATE: Words("已办到，但超时", "met, but late"),
    ClosedAs.NEVER_MET: Words("始终未办到", "never met"),
    ClosedAs.RETRACTED: Words("并未超时，已撤回", "retracted: there was no breach"),
    ClosedAs.EXCUSED: Words("已登记免责", "excused"),
}

MEASURE_WORDS: dict[str, Words] = {
    "promised_wait_ms": Words("承诺等候（签到或预约时间→首次叫号）", "promised wait"),
    "first_call_wait_ms": Words("签到→首次叫号", "check-in → first call"),
    "last_call_wait_ms": Words("签到→最后叫号", "check-in → last call"),
    "start_wait_ms": Words("签到→开始办理", "check-in → service start"),
    "call_to_start_ms": Words("叫号→开始办理", "call → service start"),
    "queue_ms": Words("排队", "in the queue"),
    "service_ms": Words("窗口办理", "at the counter"),
    "filing_ms": Words("申报（核验→提交材料）", "filing (identity check → submitted)"),
    "first_response_ms": Words("转人工→首次人工回复", "request → first human reply"),
    "assigned_response_ms": Words("分配→首次人工回复", "assignment → first human reply"),
}

#: What is known of why a promise was not kept; of what looking for a case's traces came to the
#: part before the colon.
CAUSE_WORDS: dict[str, Words] = {
    "clerk": Words("工作人员本不应索要", "the clerk need not have asked"),
    "system": Words("当时核验服务中断", "the look-up service was down then"),
    "silent": Words("窗口无人的迹象", "no sign of life at the counter"),
    "paused-without-reason": Words("暂停未登记原因", "paused without a reason"),
    "device-failed": Words("评价器故障", "the rating device failed"),
    "approver": Words("审批环节要求补正", "the approver asked for more"),
    "receiver": Words("收件环节要求补正", "the receiver asked for more"),
    "returned": Words("退件", "the case was returned"),
    "no-trace": Words("没有取号或终端记录", "no ticket or terminal trace"),
    "no-counter-volume": Words("窗口几乎无此事项", "about no counter volume"),
    "department-share": Words("部门直接收件占比上升", "department share rising"),
}


def cause_words(cause: str) -> Words:
    """A cause this program does not know stands for itself."""
    code = cause.partition(":")[0]
    return CAUSE_WORDS.get(code, Words(cause, cause))


def kind_of(journey: JourneyRow | None, events: Iterable[Heard]) -> str:
    """By the journey's row, else by the first event that says; "" when none does."""
    if journey is not None:
        return journey.kind.value
    for one in events:
        kind = _KIND_OF.get(one.type.partition(".")[0])
        if kind:
            return kind
    return ""


def kind_words(kind: str) -> Words:
    return KIND_WORDS.get(kind, KIND_WORDS[""])
