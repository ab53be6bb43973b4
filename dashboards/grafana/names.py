"""What the codes in a panel's answer are called, where they are not a site's own.

Owns the words of causes and states. Called by `sql`. Invariant: a code that is not listed is
shown as it is.
"""

from collections.abc import Mapping

from dashboards.words import PROMISES, Words

NAMES_OF: Mapping[str, Mapping[str, Words]] = {
    "promise": {promise.id: promise.label for promise in PROMISES},
    "cause": {
        "approver": Words("审批人补要材料", "Asked for by the approver"),
        "receiver": Words("收件人补要材料", "Asked for by the receiver"),
        "returned": Words("退件", "Returned"),
        "unknown": Words("不明", "Not known"),
        "clerk": Words("工作人员", "The clerk"),
        "system": Words("系统", "The system"),
        "device-failed": Words("评价器故障", "Device out of order"),
    },
    "state": {
        "warned": Words("即将超时", "About to break"),
        "breached": Words("已超时", "Breached"),
        "closed": Words("已结", "Closed"),
    },
    "grade": {
        "good": Words("达标", "Good"),
        "fair": Words("需关注", "Fair"),
        "poor": Words("不达标", "Poor"),
    },
}

_YES_OR_NO = (Words("是", "Yes"), Words("否", "No"))

#: Names that are true or false, and what is said instead.
TRUE_OR_FALSE: Mapping[str, tuple[Words, Words]] = {
    "promised": _YES_OR_NO,
    "excused": _YES_OR_NO,
    "hall": _YES_OR_NO,
    "standing": _YES_OR_NO,
    "silenced": _YES_OR_NO,
    "suspected": _YES_OR_NO,
}
