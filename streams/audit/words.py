"""What the audit finds and what an order stands at, in the hall's words.

Owns the Chinese and English names of circumstances, signs and states. Pure; called by the
tables beside it. Invariant: every member of a closed set has a name in both languages (a
test asks for all of them).
"""

from typing import Literal

from schemas.case import CaseChannel
from streams.audit.orders import OrderState
from streams.audit.rules import Found, Missing

Language = Literal["zh", "en"]

_NAMES: dict[str, tuple[str, str]] = {
    # how a trace was found, or what there is instead
    Found.AT_COUNTER: (
        "所关联的取号或终端会话确有窗口办理",
        "its ticket or session was at a counter",
    ),
    Found.SAME_APPLICANT: (
        "同一申请人在本科室有取号",
        "its applicant had a ticket in this section",
    ),
    Found.NEVER_CALLED: ("所关联的号从未被叫号", "its ticket was never called"),
    Missing.NOTHING_FITS: ("查无取号或终端记录", "no ticket or session could be its"),
    Missing.VISIT_NEAR: (
        "未关联，同时段本科室有其他取号",
        "a visit of the section then could be its",
    ),
    Missing.SAME_COUNTER: (
        "未关联，同窗口同时段有未认领的取号",
        "a visit at its counter could be its",
    ),
    Missing.ELSEWHERE: (
        "未关联，申请人当天在其他科室有取号",
        "its applicant was in another section",
    ),
    Missing.FROM_CHAT: ("由线上帮办转来", "it came out of an assistance chat"),
    # confidence
    "certain": ("确定", "certain"),
    "likely": ("很可能", "likely"),
    "possible": ("可能", "possible"),
    # signs
    "no-trace": ("无现场痕迹", "no trace on site"),
    "no-counter-volume": ("进驻事项窗口几乎无件", "listed item, no counter volume"),
    "department-share": ("科室直收占比上升", "department's share rising"),
    # channels
    CaseChannel.COUNTER: ("窗口", "counter"),
    CaseChannel.DEPARTMENT: ("科室直收", "department"),
    # states of an order
    OrderState.OPEN: ("待分派", "open"),
    OrderState.ASSIGNED: ("整改中", "assigned"),
    OrderState.DONE: ("已整改待复查", "done, not checked yet"),
    OrderState.MOVED: ("复查有效", "checked: improved"),
    OrderState.UNMOVED: ("复查未见效", "checked: not improved"),
    OrderState.REOPENED: ("重新整改", "reopened"),
}


def name_of(code: str, language: Language) -> str:
    """KeyError names the code that has no name yet."""
    chinese, english = _NAMES[code]
    return chinese if language == "zh" else english
