"""What the pages of acts say, in both languages.

Owns the words. Read by `page` and `pages`. Invariant: whatever comes of a link, the page says in a
sentence what it means and what to do now.
"""

from dashboards.words import Words
from schemas.acting import ActKind, Refusal

ASKED = {
    ActKind.ACKNOWLEDGE: Words("认领这条告警", "Take up this alert"),
    ActKind.EXCUSE: Words("为这条告警申请免责", "Excuse this alert"),
    ActKind.SILENCE: Words("暂停这类通知", "Silence alerts like this"),
}
MEANS = {
    ActKind.ACKNOWLEDGE: Words(
        "按下后记为由“{person}”处理，不再逐级上报。",
        "Press it, and it is yours, {person}: nobody further up is told.",
    ),
    ActKind.EXCUSE: Words(
        "以“{person}”的名义登记。原始数据照旧，统计时另列免责。",
        "Entered as {person}. The raw figure stands; excused ones are shown beside it.",
    ),
    ActKind.SILENCE: Words(
        "以“{person}”的名义登记。暂停期间本科室的这一项照常记录，只是不再通知。",
        "Entered as {person}. This promise of the section is recorded as ever; nobody is told.",
    ),
}
#: Of a link that several people have.
ANYBODY = Words("您本人", "yourself")
WHO = Words("您是哪一位", "Who are you?")
CHOOSE = Words("请选择", "Choose")
HOW_LONG = Words("暂停多久", "For how long")
LASTS = {
    30: Words("半小时", "Half an hour"),
    60: Words("1 小时", "1 hour"),
    120: Words("2 小时", "2 hours"),
    240: Words("4 小时", "4 hours"),
}
BUTTON = {
    ActKind.ACKNOWLEDGE: Words("我已知悉，由我处理", "I look after it"),
    ActKind.EXCUSE: Words("登记免责", "Excuse it"),
    ActKind.SILENCE: Words("暂停通知", "Silence them"),
}
DONE = {
    ActKind.ACKNOWLEDGE: Words("已认领", "Taken up"),
    ActKind.EXCUSE: Words("已登记免责", "Excused"),
    ActKind.SILENCE: Words("已暂停通知", "Silenced"),
}
DONE_MEANS = {
    ActKind.ACKNOWLEDGE: Words(
        "“{person}”于 {at} 认领，不再逐级上报。请尽快处理。",
        "Taken up by {person} at {at}; nobody further up is told. Please see to it.",
    ),
    ActKind.EXCUSE: Words(
        "“{person}”于 {at} 登记免责。原始数据照旧。",
        "Excused by {person} at {at}. The raw figure stands.",
    ),
    ActKind.SILENCE: Words(
        "“{person}”于 {at} 登记，暂停到 {until}。到时自动恢复通知。",
        "By {person} at {at}, until {until}. Then everybody is told again by itself.",
    ),
}

LIST = Words("还没结束的告警：{count} 起", "Alerts that still stand: {count}")
LIST_EMPTY = Words("都已结束，不用处理", "All are over; nothing to do")
LIST_MORE = Words("另有 {count} 起，先处理上面的", "and {count} more; take these first")
LIST_AWAY = Words(
    "暂时查不到，请过一会儿再打开。", "It cannot be looked up now. Open it again soon."
)
LIST_AWAY_TITLE = Words("暂时打不开", "Not now")

REASON = Words("理由（必填）", "Reason (required)")
REASON_HINT = Words(
    "例如：叫号系统停机二十分钟。不要写办事人的姓名、证件号、电话。",
    "For example: the call system was down. No citizen's name, ID or telephone number.",
)
UNTIL = Words("链接在 {at} 前有效", "The link holds until {at}")
EXPLAINED = Words("查看详情 ›", "How it came about ›")
NOT_KNOWN = Words(
    "暂时查不到这条告警的明细，仍可登记。",
    "Its details cannot be looked up now; it can be entered all the same.",
)

REFUSED: dict[Refusal, tuple[Words, Words]] = {
    Refusal.FORGED: (
        Words("链接无效", "This link is not valid"),
        Words(
            "链接不完整或被改动过。请从原消息重新点开。",
            "It is cut off, or was changed. Open it from the message again.",
        ),
    ),
    Refusal.EXPIRED: (
        Words("链接已过期", "This link has expired"),
        Words(
            "超过了有效期。需要登记请联系系统管理员。",
            "Its time is over. Ask the administrator if it still has to be entered.",
        ),
    ),
    Refusal.UNKNOWN_ALERT: (
        Words("没有这条告警", "There is no such alert"),
        Words("请从原消息重新点开。", "Open it from the message again."),
    ),
    Refusal.UNKNOWN_PERSON: (
        Words("名册里没有您的登记", "You are not in the org chart"),
        Words(
            "人员名册改动过，此链接对应的人已不在册。请联系系统管理员。",
            "Whoever this link was made for is no longer listed. Ask the administrator.",
        ),
    ),
    Refusal.NO_PROMISE: (
        Words("这条告警不用认领", "Nothing to enter here"),
        Words("它说的是系统，不是对办事人的承诺。", "It is about a system, not about a promise."),
    ),
    Refusal.OVER: (
        Words("告警已经结束", "The alert is over"),
        Words("不用再认领。", "There is nothing left to take up."),
    ),
    Refusal.RETRACTED: (
        Words("告警已撤回", "The alert was retracted"),
        Words("后到的数据表明没有问题，不用处理。", "Late data shows that all was well."),
    ),
    Refusal.ONLY_WARNED: (
        Words("没有超时，不用免责", "Not late: nothing to excuse"),
        Words("这条只是预警。", "This was a warning only."),
    ),
    Refusal.DONE: (
        Words("已经有人登记", "Done already"),
        Words("“{person}”于 {at} 登记过，不用再登记。", "{person} did so at {at}."),
    ),
    Refusal.WHO: (
        Words("请选择您是哪一位", "Say who you are"),
        Words("这条消息几个人都能看到，要记清楚是谁办的。", "Several people have this message."),
    ),
    Refusal.WRONG_UNTIL: (
        Words("请选择暂停多久", "Say for how long"),
        Words("没有时长不能登记。", "It cannot be entered without."),
    ),
    Refusal.REASON_MISSING: (
        Words("请填写理由", "A reason is needed"),
        Words("没有理由不能登记。", "It cannot be entered without one."),
    ),
    Refusal.REASON_TOO_LONG: (
        Words("理由太长", "The reason is too long"),
        Words("请写在 500 字以内。", "At most 500 characters."),
    ),
    Refusal.PERSONAL: (
        Words("理由里有个人信息", "There is something personal in it"),
        Words(
            "像是证件号、电话或邮箱。请去掉再登记，刚才的内容没有保存。",
            "It looks like an ID, telephone number or address. Leave it out; nothing was kept.",
        ),
    ),
    Refusal.AWAY: (
        Words("暂时没有登记上", "Not entered yet"),
        Words("系统忙，请过一会儿再按一次。", "Please press again in a moment."),
    ),
}
_ANY = (
    Words("没有登记上", "Not entered"),
    Words("请联系系统管理员。", "Ask the administrator."),
)


def refused_words(why: Refusal) -> tuple[Words, Words]:
    return REFUSED.get(why, _ANY)
