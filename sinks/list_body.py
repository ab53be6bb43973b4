"""Several alerts in one message: a group of a minute, a storm, what came in quiet hours.

Owns how many are listed, and what is said of the others. Pure; called by `bodies`. Invariant: every
alert is counted, listed or not, and of one that was told of twice the later word stands.
"""

from collections import Counter
from collections.abc import Sequence

from schemas.outcomes import AlertState
from sinks.alert_body import alert_body, untagged
from sinks.alert_facts import SPECIAL, Facts
from sinks.body import Body, Line, body
from sinks.names import Phrase
from sinks.notice import NoticeKind
from sinks.promise_words import promise_words
from sinks.special_body import special_body

#: More do not fit on a phone's screen.
MOST_LISTED = 10

_TAGS = {
    NoticeKind.WARNED: Phrase("【预警】", "[WARNING] "),
    NoticeKind.BREACHED: Phrase("【告警】", "[ALERT] "),
    NoticeKind.ESCALATED: Phrase("【升级】", "[ESCALATED] "),
    NoticeKind.CLOSED: Phrase("【解除】", "[CLOSED] "),
    NoticeKind.RETRACTED: Phrase("【撤回】", "[RETRACTED] "),
}
_GROUP_OF = Phrase("{section} {count} 起：{promise}", "{section}, {count} times: {promise}")
_GROUP = Phrase("{section} {count} 起", "{section}: {count} alerts")
_SECTIONS = Phrase("{count} 个科室", "{count} sections")
_ITEM = Phrase("{where}：{what}", "{where}: {what}")
_MORE = Phrase("另有 {count} 起", "and {count} more")
_ONE_BY_ONE = Phrase(
    "请逐项处理，先办还在等的人", "Go through them; whoever still waits comes first."
)
_NOTHING = Phrase("不用处理", "Nothing to do")
_STORM = Phrase(
    "【告警集中】{section} {since} 以来 {count} 起",
    "[MANY] {section}: {count} alerts since {since}",
)
_STORM_PART = Phrase("{promise}：{count} 起", "{promise}: {count}")
_STORM_PLACE = Phrase("最多的是{counters}", "Most of them: {counters}")
_PLACE = Phrase("{counter}（{count} 起）", "{counter} ({count})")
_STORM_HELD = Phrase(
    "暂不逐条通知，每一起都已记录", "Not told one by one for now; each is recorded"
)
_STORM_TODO = Phrase(
    "请到现场看看：是系统故障、窗口不够，还是来人太多",
    "Go and look: is a system down, are counters missing, or is it a crowd?",
)
_QUIET = Phrase(
    "【免打扰汇总】{since} 至 {until}，{count} 起",
    "[QUIET HOURS] {since} to {until}: {count} alerts",
)
_QUIET_OPEN = Phrase(
    "请先处理还没结束的 {count} 起", "{count} of them still stand: take these first."
)
_QUIET_OVER = Phrase("都已结束，不用处理", "All are over; nothing to do")


def group_body(told: Sequence[tuple[Facts, NoticeKind]], kind: NoticeKind) -> Body:
    first = told[0][0]
    count = len(told)
    promise = _same_promise(told)
    section = _section(told)
    tag = first.say(_TAGS.get(kind, _TAGS[NoticeKind.BREACHED]))
    if promise:
        title = first.say(_GROUP_OF, section=section, count=count, promise=first.promise)
    else:
        title = first.say(_GROUP, section=section, count=count)
    still = [facts for facts, _ in told if facts.alert.state is not AlertState.CLOSED]
    if not still:
        todo = first.say(_NOTHING)
    elif promise:
        warned = kind is NoticeKind.WARNED
        todo = first.say(promise_words(promise).warned) if warned else first.todo
    else:
        todo = first.say(_ONE_BY_ONE)
    clauses = dict.fromkeys(facts.alert.clause for facts, _ in told)
    clause = first.say(
        Phrase("依据：{clauses}", "Clause {clauses}"), clauses=first.listed([*clauses])
    )
    return body(tag + title, [*_listed(told), Line(todo, bool(still)), clause])


def storm_body(told: Sequence[tuple[Facts, NoticeKind]], since: float) -> Body:
    first = told[0][0]
    promises = Counter(facts.promise for facts, _ in told)
    counters = Counter(facts.counter for facts, _ in told if facts.counter)
    lines: list[str | Line | None] = [
        first.say(_STORM_PART, promise=promise, count=count)
        for promise, count in promises.most_common(MOST_LISTED)
    ]
    if len(counters) > 1:
        places = [
            first.say(_PLACE, counter=counter, count=count)
            for counter, count in counters.most_common(3)
        ]
        lines.append(first.say(_STORM_PLACE, counters=first.listed(places)))
    lines += [first.say(_STORM_HELD), Line(first.say(_STORM_TODO), True)]
    title = first.say(_STORM, section=_section(told), since=first.clock(since), count=len(told))
    return body(title, lines)


def quiet_body(told: Sequence[tuple[Facts, NoticeKind]], since: float, until: float) -> Body:
    first = told[0][0]
    still = sum(facts.alert.state is not AlertState.CLOSED for facts, _ in told)
    todo = first.say(_QUIET_OPEN, count=still) if still else first.say(_QUIET_OVER)
    title = first.say(_QUIET, since=first.clock(since), until=first.clock(until), count=len(told))
    return body(title, [*_listed(told), Line(todo, bool(still))])


def _listed(told: Sequence[tuple[Facts, NoticeKind]]) -> list[str | Line | None]:
    promise, sections = _same_promise(told), len(_sections(told)) > 1
    lines: list[str | Line | None] = []
    for facts, kind in told[:MOST_LISTED]:
        special = facts.alert.promise in SPECIAL
        title = untagged((special_body(facts) if special else alert_body(facts, kind)).title)
        where = facts.joined(facts.section if sections else "", facts.counter, facts.number)
        if promise:
            for colon in ("：", ": "):
                title = title.removeprefix(facts.promise + colon)
        if promise and where:
            title = facts.say(_ITEM, where=where, what=title)
        else:
            title = facts.joined(where, title)
        lines.append(title)
    if len(told) > MOST_LISTED:
        lines.append(told[0][0].say(_MORE, count=len(told) - MOST_LISTED))
    return lines


def _same_promise(told: Sequence[tuple[Facts, NoticeKind]]) -> str:
    """ "" where they are several."""
    promises = {facts.alert.promise for facts, _ in told}
    return next(iter(promises)) if len(promises) == 1 else ""


def _sections(told: Sequence[tuple[Facts, NoticeKind]]) -> set[str]:
    return {facts.alert.section for facts, _ in told}


def _section(told: Sequence[tuple[Facts, NoticeKind]]) -> str:
    first = told[0][0]
    count = len(_sections(told))
    return first.section if count == 1 else first.say(_SECTIONS, count=count)
