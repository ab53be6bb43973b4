"""What the fields of an event are called, and the values that come from closed sets.

Owns labels in both languages. Which fields an event has is read from its struct; what its
sentence already says (`event_words`) is not said again. Pure; called by `steps`. Invariant: every
field of every event of the contract has a label or is told otherwise; a test goes through them.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from dashboards.stories.story import Fact
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.decode import Event

FIELD_WORDS: dict[str, Words] = {
    "counter": Words("在", "at"),
    "clerk": Words("工作人员", "clerk"),
    "by": Words("由", "by"),
    "applicant": Words("办事人代号", "citizen (pseudonym)"),
    "service": Words("事项类别", "service"),
    "item": Words("事项", "item"),
    "channel": Words("渠道", "channel"),
    "complexity": Words("复杂程度", "complexity"),
    "appointment": Words("预约时间", "appointment"),
    "priority": Words("优先级", "priority"),
    "to_section": Words("转到科室", "to section"),
    "to_counter": Words("转到窗口", "to counter"),
    "reason": Words("原因", "reason"),
    "terminal": Words("终端", "terminal"),
    "scope": Words("授权范围", "scope"),
    "form": Words("表单", "form"),
    "document": Words("签署文件", "document"),
    "material": Words("材料", "material"),
    "materials": Words("材料份数", "materials"),
    "recording": Words("录像编号", "recording"),
    "retention_hold": Words("要求留存", "retention hold"),
    "seconds": Words("录像时长", "length"),
    "fault": Words("故障", "fault"),
    "severity": Words("严重程度", "severity"),
    "department": Words("部门", "department"),
    "ticket": Words("取号", "ticket"),
    "chat": Words("会话", "chat"),
    "session": Words("终端会话", "terminal session"),
    "due": Words("期限", "due"),
    "result": Words("结果", "result"),
    "confidence": Words("把握", "confidence"),
    "sign": Words("迹象", "sign"),
    "stars": Words("评分", "rating"),
    "device": Words("设备", "device"),
    "topic": Words("诉求类别", "topic"),
    "resolved": Words("是否解决", "resolved"),
    "survey": Words("问卷", "survey"),
    "answers": Words("作答", "answers"),
    "alert": Words("告警", "alert"),
    "promise": Words("承诺", "promise"),
    "until": Words("至", "until"),
    "clause": Words("依据", "clause"),
    "cause": Words("问题", "cause"),
    "alerts": Words("涉及告警", "alerts"),
    "to": Words("承办", "assigned to"),
    "measure": Words("整改措施", "measure"),
    "before": Words("整改前超时率", "breached before"),
    "after": Words("整改后超时率", "breached after"),
    "day": Words("日期", "day"),
    "partition": Words("分区", "partition"),
    "version": Words("版本", "version"),
    "kept": Words("兑现", "kept"),
    "missed": Words("未兑现", "missed"),
    "judged": Words("复核件数", "judged after"),
}

VALUE_WORDS: dict[str, dict[str, Words]] = {
    "channel": {
        "appointment": Words("预约", "appointment"),
        "walk-in": Words("未预约", "walk-in"),
        "direct": Words("直办", "direct"),
        "online": Words("线上", "online"),
        "hotline": Words("12345 热线", "12345 hotline"),
        "counter": Words("综合窗口", "counter"),
        "self-service": Words("自助终端", "self-service"),
        "mail": Words("邮寄", "mail"),
        "department": Words("部门自行收件", "department"),
    },
    "complexity": {
        "general": Words("一般事项", "general"),
        "complex": Words("复杂事项", "complex"),
    },
    "severity": {"warning": Words("提醒", "warning"), "error": Words("故障", "error")},
    "by": {
        "receiver": Words("收件人", "receiver"),
        "approver": Words("审批人", "approver"),
        "human": Words("工作人员", "clerk"),
        "bot": Words("系统", "system"),
        "citizen": Words("办事人", "citizen"),
        "hallwatch": Words("系统自动", "hallwatch itself"),
    },
    "result": {
        "granted": Words("准予", "granted"),
        "refused": Words("不予", "refused"),
        "withdrawn": Words("申请人撤回", "withdrawn"),
    },
    "confidence": {
        "certain": Words("确定", "certain"),
        "likely": Words("很可能", "likely"),
        "possible": Words("可能", "possible"),
    },
    "sign": {
        "no-trace": Words("没有现场痕迹", "no trace on site"),
        "no-counter-volume": Words("窗口几乎无此事项", "about no counter volume"),
        "department-share": Words("部门直接收件占比上升", "department share rising"),
    },
    "stars": {
        "1": Words("1 星（非常不满意）", "1 star (very dissatisfied)"),
        "2": Words("2 星（不满意）", "2 stars (dissatisfied)"),
        "3": Words("3 星（基本满意）", "3 stars (fair)"),
        "4": Words("4 星（满意）", "4 stars (satisfied)"),
        "5": Words("5 星（非常满意）", "5 stars (very satisfied)"),
    },
}

#: Said by the sentence itself, by the story's own heading, or of no meaning to people.
UNTOLD = frozenset(
    {
        "section",
        "author",
        "visible",
        "automatic",
        "about",
        "approved",
        "available",
        "moved",
        "trace",
        # A queue's part, said by workers to each other.
        "whole",
        "waiting",
        "gone",
        "counters",
        "more",
        "suspected",
    }
)

_YES, _NO = Words("是", "yes"), Words("否", "no")
_ALERTS = Words("{count} 起", "{count}")


def facts_of(event: Event, teller: Teller) -> Iterator[Fact]:
    """The fields that say something, in the order of the contract's struct."""
    data = event.data
    section: str = getattr(data, "section", "")
    for field in msgspec.structs.fields(type(data)):
        value = getattr(data, field.name)
        if field.name in UNTOLD or value in (None, [], field.default):
            continue
        if field.name == "resolved" and event.__struct_config__.tag == "assist.resolved":
            continue  # its sentence says it
        told = _told(field.name, value, section, teller)
        # The code, not what people call it; of what is neither, the words.
        bare = value if isinstance(value, str | int | float | bool) else told
        yield teller.fact(field.name, FIELD_WORDS[field.name], told, bare)


def _told(name: str, value: object, section: str, teller: Teller) -> str:
    known = VALUE_WORDS.get(name, {}).get(str(value))
    if known is not None:
        return teller.say(known)
    match name, value:
        case "counter" | "to_counter", str():
            return teller.counter(section, value)
        case "clerk" | "by" | "to", str():
            return teller.person(value)
        case "to_section", str():
            return teller.section(value)
        case "promise", str():
            return teller.promise(value)
        case "material", str():
            return teller.material(value)
        case "alert", str():
            return teller.promise(value.partition("/")[0])
        case "seconds", int() | float():
            return teller.span(value * 1000)
        case "before" | "after", int() | float():
            return f"{value * 100:.1f} %"
        case "alerts", list():
            return teller.say(_ALERTS, count=len(value))
    match value:
        case bool():
            return teller.say(_YES if value else _NO)
        case datetime():
            return teller.moment(value.timestamp(), section)
        case dict():
            return "、".join(f"{key} {answer}" for key, answer in value.items())
        case StrEnum():
            return value.value
        case _:
            return str(value)
