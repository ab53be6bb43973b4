"""What is done about each promise, in words: who counts, what has to happen, what was missed.

Owns the sentences of every promise of semantics §1, in the hall's two languages; what happened is
said by `alert_lines`. Read by the bodies. Invariants: each sentence names something a person can
do at once; a promise that is not listed is told in words that hold for any.
"""

from enum import StrEnum

from msgspec import Struct

from sinks.names import Phrase


class Shape(StrEnum):
    """How a promise is broken, and so how it is told."""

    DEADLINE = "deadline"
    CONDITION = "condition"
    RATIO = "ratio"


class PromiseWords(Struct, frozen=True, kw_only=True):
    shape: Shape = Shape.DEADLINE
    number: Phrase  #: what people call the journey's key
    began: Phrase  #: what started the clock
    warned: Phrase  #: what to do while there is time
    breached: Phrase  #: what to do now that there is none
    met: Phrase  #: that it was done after all
    never: Phrase  #: that it was not, and is over
    after: Phrase  #: what to do when it was never done
    found: Phrase | None = None  #: of a condition: what was found, as the title says it


_TICKET = Phrase("号码", "Ticket")
_CHAT = Phrase("会话", "Chat")
_CASE = Phrase("办件", "Case")
_ORDER = Phrase("工单", "Order")
_SHIFT = Phrase("班次", "Shift")
_NUMBER = Phrase("编号", "No.")

_WAIT = PromiseWords(
    number=_TICKET,
    began=Phrase("开始等候", "waiting since"),
    warned=Phrase(
        "请马上叫号；窗口都在忙就加开一个", "Call the ticket; if all counters are busy, open one."
    ),
    breached=Phrase(
        "请立即叫号并当面致歉；队伍还长就加开窗口",
        "Call the ticket now and apologise; if the queue is long, open a counter.",
    ),
    met=Phrase("已叫到号", "the ticket was called"),
    never=Phrase("没有叫到号，办事人已离开", "never called; the citizen has left"),
    after=Phrase("请联系办事人另约时间", "Contact the citizen and offer another time."),
)

_HOTLINE_CLOSE = PromiseWords(
    number=_ORDER,
    began=Phrase("收到工单", "received"),
    warned=Phrase(
        "请催办承办人，到期前办结并答复来电人",
        "Press whoever has the order: close it and answer the caller in time.",
    ),
    breached=Phrase(
        "请今天办结；办不完的先向来电人说明进展",
        "Close it today; if that cannot be, tell the caller how far it is.",
    ),
    met=Phrase("工单已办结", "the order was closed"),
    never=Phrase("工单没有办结", "the order was never closed"),
    after=Phrase("请联系来电人说明情况", "Call the caller and explain."),
)

PROMISES: dict[str, PromiseWords] = {
    "online-first-response": PromiseWords(
        number=_CHAT,
        began=Phrase("办事人转人工", "asked for a human"),
        warned=Phrase("请坐席马上回复办事人", "Answer the citizen now."),
        breached=Phrase(
            "请立即回复办事人；坐席忙就改派给空闲坐席",
            "Answer the citizen now, or hand the chat to a clerk who is free.",
        ),
        met=Phrase("已有人工回复", "a human replied"),
        never=Phrase("会话已结束，没有人工回复过", "the chat is over, and no human ever replied"),
        after=Phrase(
            "请主动联系办事人，答复原来的问题", "Contact the citizen, answer the question."
        ),
    ),
    "appointment-wait-general": _WAIT,
    "appointment-wait-complex": _WAIT,
    "walk-in-wait": _WAIT,
    "counter-filing": PromiseWords(
        number=_TICKET,
        began=Phrase("开始核验身份", "identity check began"),
        warned=Phrase(
            "请到窗口看一下，帮忙核验和收件", "Go to the counter, help with checks and papers."
        ),
        breached=Phrase(
            "请到窗口协助收件；系统卡住就换一台终端",
            "Help at the counter; if the system hangs, move to another terminal.",
        ),
        met=Phrase("材料已提交", "the materials were submitted"),
        never=Phrase("没有提交材料就结束了", "it ended without the materials submitted"),
        after=Phrase(
            "请联系办事人，问清卡在哪里并帮其办完",
            "Contact the citizen, find out what it hung on, and finish it.",
        ),
    ),
    "exempt-materials": PromiseWords(
        shape=Shape.CONDITION,
        number=_NUMBER,
        found=Phrase("向办事人要了“{what}”", "“{what}” was asked for"),
        began=Phrase("提出要求", "asked for"),
        warned=Phrase("请提醒窗口不要收这份材料", "Remind the counter not to ask for it."),
        breached=Phrase(
            "请告诉办事人不用交，由窗口自行调取",
            "Tell the citizen it is not needed; the counter looks it up.",
        ),
        met=Phrase("已更正", "it was put right"),
        never=Phrase("向办事人要过“{what}”", "“{what}” had been asked for"),
        after=Phrase("请在科室例会上讲评", "Go through it at the section's meeting."),
    ),
    "counter-not-department": PromiseWords(
        shape=Shape.CONDITION,
        number=_CASE,
        found=Phrase("受理没有经过窗口", "a case that passed no counter"),
        began=Phrase("核对发现", "found"),
        warned=Phrase("请核实是否在窗口受理", "Find out whether a counter took it in."),
        breached=Phrase(
            "请核实由谁在哪里收的件，并改由窗口受理",
            "Find out who took it in and where; have a counter do so.",
        ),
        met=Phrase("已核实在窗口受理", "it was taken in at a counter"),
        never=Phrase("没有查到窗口受理的记录", "no trace of a counter was found"),
        after=Phrase("请在台账记下核实结果", "Note in the ledger what was found."),
    ),
    "session-recorded": PromiseWords(
        shape=Shape.CONDITION,
        number=_TICKET,
        found=Phrase("提交了材料，没有录像记录", "materials submitted, no recording"),
        began=Phrase("提交材料", "materials submitted"),
        warned=Phrase("请检查录音录像是否开着", "See whether the recording is on."),
        breached=Phrase(
            "请检查该窗口的录音录像设备，找回这段录像",
            "Check the counter's recorder, and find this recording.",
        ),
        met=Phrase("录像记录已补到", "the recording came in"),
        never=Phrase("没有收到录像记录", "no recording ever came in"),
        after=Phrase(
            "请报修设备，并在台账记下", "Have the recorder mended, note it in the ledger."
        ),
    ),
    "counter-staffed": PromiseWords(
        number=_SHIFT,
        began=Phrase("窗口无人", "nobody there"),
        warned=Phrase(
            "请看一下窗口；有事离开要登记原因", "Look at the counter; a pause needs its reason."
        ),
        breached=Phrase(
            "请立即派人顶岗，并让离岗人员登记原因",
            "Send a stand-in now; whoever left gives the reason.",
        ),
        met=Phrase("已有人返岗", "somebody is back"),
        never=Phrase("直到下班没有人返岗", "nobody came back before closing"),
        after=Phrase("请找当班人员了解原因", "Ask whoever was on duty why."),
    ),
    "hotline-contact": PromiseWords(
        number=_ORDER,
        began=Phrase("收到工单", "received"),
        warned=Phrase("请今天联系来电人", "Call the caller today."),
        breached=Phrase(
            "请立即联系来电人，说明由谁办理", "Call the caller now and say who looks after it."
        ),
        met=Phrase("已联系来电人", "the caller was called"),
        never=Phrase("没有联系过来电人", "the caller was never called"),
        after=Phrase("请补打电话并说明情况", "Call all the same, and explain."),
    ),
    "hotline-close-general": _HOTLINE_CLOSE,
    "hotline-close-complex": _HOTLINE_CLOSE,
    "online-resolution-rate": PromiseWords(
        shape=Shape.RATIO,
        number=_CHAT,
        began=Phrase("", ""),
        warned=Phrase(
            "请盯住在办会话，解决不了的及时转部门",
            "Watch the open chats; hand on in time what cannot be solved.",
        ),
        breached=Phrase(
            "请回访今天未解决的会话，能解决的马上解决",
            "Go back to today's unresolved chats and resolve what can be.",
        ),
        met=Phrase("解决了", "resolved"),
        never=Phrase("未解决", "unresolved"),
        after=Phrase(
            "请明天补办未解决的会话，并补充知识库",
            "Take up the unresolved chats tomorrow; mend the knowledge base.",
        ),
    ),
    "rating-invited": PromiseWords(
        shape=Shape.RATIO,
        number=_NUMBER,
        began=Phrase("", ""),
        warned=Phrase("请提醒窗口办完就邀请评价", "Remind the counters to invite each citizen."),
        breached=Phrase(
            "请给漏邀的办事人补发评价邀请，并检查评价器",
            "Invite those left out, and check the rating devices.",
        ),
        met=Phrase("邀请了", "invited"),
        never=Phrase("漏邀", "not invited"),
        after=Phrase("请补发邀请，并查清是谁漏的", "Invite them now; find out who left them out."),
    ),
    "one-visit": PromiseWords(
        shape=Shape.RATIO,
        number=_CASE,
        began=Phrase("", ""),
        warned=Phrase(
            "请提醒窗口一次告知全部材料", "Remind the counters: tell all that is needed at once."
        ),
        breached=Phrase(
            "请逐件看是哪一步让办事人多跑，能容缺的先办",
            "See what sent each citizen back; take in what may follow later.",
        ),
        met=Phrase("一次办成", "done in one visit"),
        never=Phrase("跑了多次", "done in several"),
        after=Phrase("请在例会上逐件分析", "Go through each case at the meeting."),
    ),
}

_ANY = PromiseWords(
    number=_NUMBER,
    began=Phrase("开始", "began"),
    warned=Phrase("请负责科室尽快办理", "The section in charge: see to it soon."),
    breached=Phrase("请负责科室立即处理", "The section in charge: see to it now."),
    met=Phrase("已办到", "it was done"),
    never=Phrase("没有办到", "it was never done"),
    after=Phrase("请联系办事人说明情况", "Contact the citizen and explain."),
)


def promise_words(promise: str) -> PromiseWords:
    return PROMISES.get(promise, _ANY)
