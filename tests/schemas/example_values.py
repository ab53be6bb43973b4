"""What the examples are made of: all fields of each type's data, and values it must refuse.

Owns the values; which files are made of them is `make_examples`. Invariant: every type of the
contract stands in `FULL` with every field (`test_examples` compares them).
"""

from typing import Any

#: An event as it stands in JSON.
Json = dict[str, Any]

TERMINAL = {"section": "S03", "terminal": "T301", "counter": "C301"}
CLERK = "clerk-2041"
TICKET, CHAT = "221014-S03-0127", "221014-chat-0098"
CASE = {"item": "company-start", "department": "D-07", "clerk": CLERK}
ALERT = "appointment-wait-general/221014-S03-0127/1"

#: All fields of each type's data, apart from `section`, which every type has.
FULL: dict[str, Json] = {
    "ticket.issued": {
        "service": "company-start",
        "channel": "appointment",
        "complexity": "complex",
        "appointment": "2022-10-14T09:30:00+08:00",
        "applicant": "p-7f3a91",
        "priority": 1,
    },
    "ticket.checked-in": {},
    "ticket.called": {"counter": "C301", "clerk": CLERK},
    "ticket.recalled": {"counter": "C301", "clerk": CLERK},
    "ticket.transferred": {"to_section": "S04", "to_counter": "C402", "reason": "other-item"},
    "ticket.held": {"counter": "C301", "reason": "copies-needed"},
    "ticket.no-show": {"counter": "C301", "reason": "called-three-times"},
    "ticket.left": {"counter": "C301", "reason": "returned-the-ticket"},
    "ticket.served": {"counter": "C301", "clerk": CLERK},
    "ticket.cancelled-by-clerk": {"counter": "C301", "reason": "duplicate"},
    "terminal.session-started": {**TERMINAL, "clerk": CLERK},
    "terminal.session-ended": TERMINAL,
    "terminal.authorised": {**TERMINAL, "scope": "fill-in-form"},
    "terminal.form-confirmed": {**TERMINAL, "form": "F-110"},
    "terminal.identity-check-started": TERMINAL,
    "terminal.identity-check-passed": TERMINAL,
    "terminal.signed": {**TERMINAL, "document": "D-2201"},
    "terminal.materials-submitted": {**TERMINAL, "item": "company-start", "materials": 5},
    "terminal.material-requested": {
        **TERMINAL,
        "item": "company-start",
        "material": "lease-contract",
    },
    "terminal.recording-started": {
        **TERMINAL,
        "recording": "recordings/2022-10-14/C301/0931.mkv",
        "retention_hold": True,
    },
    "terminal.recording-stopped": {
        **TERMINAL,
        "recording": "recordings/2022-10-14/C301/0931.mkv",
        "seconds": 812.5,
    },
    "terminal.fault": {"counter": "C301", "fault": "card-reader", "severity": "warning"},
    "terminal.heartbeat": {"counter": "C301"},
    "assist.requested": {"service": "residence-permit", "applicant": "p-7f3a91"},
    "assist.assigned": {"clerk": CLERK},
    "assist.message": {"author": "human", "clerk": CLERK, "visible": True, "automatic": False},
    "assist.resolved": {"resolved": True},
    "assist.closed": {"by": "citizen"},
    "assist.handed-to-department": {"department": "D-07"},
    "assist.knowledge-gap-noted": {"item": "residence-permit"},
    "case.accepted": {
        **CASE,
        "counter": "C301",
        "ticket": TICKET,
        "channel": "counter",
        "applicant": "p-7f3a91",
        "chat": CHAT,
    },
    "case.received": {**CASE, "counter": "C301", "ticket": TICKET},
    "case.returned": {**CASE, "counter": "C301", "ticket": TICKET, "reason": "not-ours"},
    "case.supplement-requested": {
        **CASE,
        "counter": "C301",
        "ticket": TICKET,
        "material": "lease-contract",
        "by": "approver",
        "reason": "page-missing",
    },
    "case.supplemented": {**CASE, "counter": "C301", "ticket": "221017-S03-0044"},
    "case.deferral-granted": {
        **CASE,
        "counter": "C301",
        "ticket": TICKET,
        "material": "lease-contract",
        "due": "2022-10-28T17:00:00+08:00",
    },
    "case.decided": {**CASE, "counter": "C301", "ticket": TICKET, "approved": True},
    "case.finished": {**CASE, "counter": "C301", "ticket": TICKET, "result": "granted"},
    "case.linked": {"ticket": TICKET, "chat": CHAT, "session": "T301-0931"},
    "case.reconciled": {"trace": False, "confidence": "likely", "sign": "department-share"},
    "rating.invited": {"about": "visit"},
    "rating.rated": {"about": "case", "stars": 2, "reason": "waited-too-long"},
    "rating.declined": {"about": "chat"},
    "rating.defaulted": {"about": "case"},
    "rating.device-failed": {"about": "visit", "device": "R301"},
    "hotline.received": {"topic": "counter-service", "complexity": "complex"},
    "hotline.contacted": {"clerk": CLERK},
    "hotline.closed": {"clerk": CLERK, "resolved": False},
    "survey.answered": {
        "about": "visit",
        "survey": "2022-q4",
        "answers": {"overall": 8, "waited-minutes": 25},
    },
    "duty.signed-on": {"counter": "C301", "clerk": CLERK},
    "duty.paused": {"counter": "C301", "clerk": CLERK, "reason": "meal"},
    "duty.back": {"counter": "C301", "clerk": CLERK},
    "duty.seen": {"counter": "C301", "clerk": CLERK},
    "duty.signed-off": {"counter": "C301", "clerk": CLERK},
    "alert.acknowledged": {"alert": ALERT, "by": "chief-s03"},
    "alert.excused": {
        "alert": ALERT,
        "by": "chief-s03",
        "reason": "系统升级，叫号屏暂停二十分钟",
    },
    "alert.silenced": {
        "promise": "appointment-wait-general",
        "until": "2022-10-14T12:00:00+08:00",
        "by": "chief-s03",
        "reason": "消防演练",
    },
    "rectification.opened": {
        "by": "hallwatch",
        "promise": "appointment-wait-general",
        "clause": "四（二）1",
        "cause": "一周内同一窗口五次超时",
        "due": "2022-10-28T17:00:00+08:00",
        "counter": "C301",
        "alerts": [ALERT, "appointment-wait-general/221014-S03-0130/1"],
    },
    "rectification.assigned": {"by": "director", "to": "chief-s03"},
    "rectification.done": {"by": "chief-s03", "measure": "高峰时段增开一个窗口"},
    "rectification.rechecked": {
        "by": "hallwatch",
        "before": 0.125,
        "after": 0.03,
        "judged": 412,
        "moved": True,
    },
    "rectification.reopened": {
        "by": "hallwatch",
        "reason": "同样的超时又出现三次",
        "due": "2022-11-11T17:00:00+08:00",
    },
    "lookup.changed": {"available": False},
    "source.heartbeat": {},
}

#: Values out of range beside the ones every type gets: type → field → value.
OUT_OF_RANGE: dict[str, dict[str, Any]] = {
    "ticket.issued": {"channel": "by-fax", "complexity": "hard", "applicant": "x" * 65},
    "terminal.materials-submitted": {"materials": -1},
    "terminal.recording-stopped": {"seconds": 86_401},
    "terminal.fault": {"severity": "fatal"},
    "assist.message": {"author": "robot"},
    "assist.closed": {"by": "nobody"},
    "assist.assigned": {"clerk": "no-digit-in-it"},
    "case.accepted": {"channel": "by-fax", "applicant": "x1" * 33},
    "case.supplement-requested": {"by": "robot"},
    "case.finished": {"result": "forgotten"},
    "case.reconciled": {"confidence": "sure", "sign": "gut-feeling"},
    "rating.invited": {"about": "weather"},
    "rating.rated": {"stars": 6},
    "hotline.received": {"complexity": "hard"},
    "hotline.contacted": {"clerk": "no-digit-in-it"},
    "survey.answered": {"answers": {}},
    "duty.seen": {"counter": "x" * 65},
    "alert.excused": {"reason": ""},
    "alert.silenced": {"reason": "因" * 501},
    "rectification.opened": {"alerts": [f"a/{number}" for number in range(201)]},
    "rectification.rechecked": {"before": 1.01, "judged": -1},
}

#: Not text where text, not a number where a number is wanted.
WRONG_TYPE: dict[str, dict[str, Any]] = {
    "ticket.issued": {"priority": "high"},
    "terminal.materials-submitted": {"materials": 2.5},
    "terminal.recording-started": {"retention_hold": "yes"},
    "terminal.recording-stopped": {"seconds": "812"},
    "assist.message": {"visible": 1},
    "assist.resolved": {"resolved": "yes"},
    "case.deferral-granted": {"due": True},
    "case.decided": {"approved": "yes"},
    "case.reconciled": {"trace": 1},
    "rating.rated": {"stars": 4.5},
    "hotline.closed": {"resolved": "yes"},
    "survey.answered": {"answers": [8, 25]},
    "alert.excused": {"reason": ["late"]},
    "rectification.opened": {"alerts": ALERT},
    "rectification.rechecked": {"after": "0.03", "moved": "yes"},
    "lookup.changed": {"available": "down"},
}


#: Whom an event is about: the first beginning of its type that fits.
_SUBJECTS = {
    "terminal.fault": "T301",
    "terminal.heartbeat": "T301",
    "source.": "queue-1",
    "assist.": CHAT,
    "case.": "221014-case-0042",
    "rating.rated": "221014-case-0042",
    "rating.defaulted": "221014-case-0042",
    "rating.declined": CHAT,
    "hotline.": "221014-12345-0007",
    "duty.": "221014-C301-am",
    "alert.silenced": "S03-221014-1",
    "rectification.": "R-2022-014",
    "lookup.": "e-licence",
    "": TICKET,
}


def subject(kind: str) -> str:
    return next(found for begin, found in _SUBJECTS.items() if kind.startswith(begin))
