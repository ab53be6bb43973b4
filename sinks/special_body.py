"""What is no broken promise: a silent source, a partition that stands still, a failed channel.

Owns their sentences; a forecast has a module of its own. Pure; called by `bodies`. Invariant:
each says since when, what it means for the hall's figures, and what to do next.
"""

from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertState
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT
from sinks.alert_facts import Facts
from sinks.body import Body, Line, body
from sinks.forecast_body import forecast_body
from sinks.names import Phrase

_SILENT = Phrase(
    "【数据中断】{source} 超过 {limit}没有数据", "[SILENT] {source}: nothing for {limit}"
)
_SILENT_SINCE = Phrase("最后一次收到数据：{since}", "Last heard of at {since}")
_SILENT_MEANS = Phrase(
    "它的在办事项暂不逐条告警", "Its open journeys are not told one by one meanwhile"
)
_SILENT_TODO = Phrase("请检查这个系统和网络", "Check the system and its network.")
_BACK = Phrase("【恢复】{source} 又有数据了", "[BACK] {source} is heard of again")
_BACK_FACT = Phrase("{since} 至 {until} 没有数据", "Silent from {since} to {until}")
_BACK_MEANS = Phrase(
    "其间的事项已重新核对，还在超时的会另行告警",
    "What is still late is told of by itself",
)

_STOPPED = Phrase("【停止接入】{place}坏数据太多", "[STOPPED] {place}: too much bad data")
_STOPPED_SINCE = Phrase(
    "{since} 起停止接入，数据没有丢失", "Stands still since {since}; nothing is lost"
)
_STOPPED_WHY = Phrase("坏在：{reasons}", "Refused: {reasons}")
_STOPPED_MEANS = Phrase("这部分的告警和统计暂停", "Its alerts and figures stand still, too")
_STOPPED_TODO = Phrase(
    "请系统管理员先看 hallwatch deadletters list，修好来源后执行 hallwatch resume {partition}",
    "For the administrator: hallwatch deadletters list; mend the source;"
    " then hallwatch resume {partition}",
)
_RESUMED = Phrase("【恢复】{place}恢复接入", "[BACK] {place} takes data again")
_RESUMED_FACT = Phrase(
    "{since} 至 {until} 停止接入，数据没有丢失", "Stood still from {since} to {until}"
)
_RESUMED_TODO = Phrase(
    "来源修好后可重发坏数据：hallwatch deadletters resend",
    "Once the source is mended: hallwatch deadletters resend",
)
_PLACE = Phrase("{topic} 第 {number} 分区", "{topic}, partition {number}")
_COUNT = Phrase("{reason} {count} 条", "{reason} {count}")
_REASONS = {
    "malformed": Phrase("格式不对", "not readable"),
    "unknown-type": Phrase("类型不认识", "unknown type"),
    "missing-field": Phrase("缺字段", "field missing"),
    "wrong-type": Phrase("字段类型不对", "field of the wrong type"),
    "naive-time": Phrase("时间没有时区", "time without its zone"),
    "out-of-range": Phrase("数值超出范围", "value out of range"),
    "unknown-field": Phrase("有多余字段", "unknown field"),
    "personal-data": Phrase("含个人信息", "personal data"),
    "key-mismatch": Phrase("键不一致", "key differs"),
    "from-the-future": Phrase("时间在将来", "from the future"),
    "too-late": Phrase("来得太晚", "too late"),
    "row-refused": Phrase("数据库不收", "refused by the database"),
}

_FAILED = Phrase("【通知失败】{channel} 送不出去", "[UNDELIVERED] {channel} lets nothing through")
_FAILED_SINCE = Phrase("{since} 起，没有送到 {count} 条", "Since {since}; {count} not delivered")
_FAILED_WHY = Phrase("原因：{why}", "Why: {why}")
_FAILED_TODO = Phrase(
    "请系统管理员检查这个渠道；没送到的告警请到大屏查看",
    "For the administrator: check the channel. What was not delivered is on the wall.",
)
_WORKS = Phrase("【恢复】{channel} 又能送达了", "[BACK] {channel} delivers again")
_WORKS_FACT = Phrase(
    "{since} 至 {until} 没有送到 {count} 条，都已记录",
    "From {since} to {until} {count} were not delivered; all are recorded",
)
_NOTHING = Phrase("不用处理", "Nothing to do")
_CLAUSE = Phrase("依据：{clause}", "Clause {clause}")
_LATER = Phrase("补记：发现时事情已过", "Found afterwards")


def special_body(facts: Facts) -> Body:
    match facts.alert.promise:
        case promise if promise == WAIT_FORECAST:
            return forecast_body(facts)
        case promise if promise == SOURCE_SILENT:
            title, lines = _source(facts)
        case promise if promise == INTAKE_STOPPED:
            title, lines = _intake(facts)
        case _:
            title, lines = _channel(facts)
    if facts.alert.historical:
        lines.append(facts.say(_LATER))
    if facts.alert.clause:
        lines.append(facts.say(_CLAUSE, clause=facts.alert.clause))
    return body(title, lines)


def _source(facts: Facts) -> tuple[str, list[str | Line | None]]:
    alert = facts.alert
    since = facts.clock(alert.started_at)
    if alert.state is AlertState.CLOSED:
        until = facts.clock(alert.closed_at or alert.started_at)
        return facts.say(_BACK, source=alert.journey), [
            facts.section,
            facts.say(_BACK_FACT, since=since, until=until),
            facts.say(_BACK_MEANS),
            facts.say(_NOTHING),
        ]
    return facts.say(_SILENT, source=alert.journey, limit=facts.limit_words), [
        facts.section,
        facts.say(_SILENT_SINCE, since=since),
        facts.say(_SILENT_MEANS),
        Line(facts.say(_SILENT_TODO), True),
    ]


def _intake(facts: Facts) -> tuple[str, list[str | Line | None]]:
    alert = facts.alert
    since = facts.clock(alert.started_at)
    topic, _, number = alert.journey.rpartition("/")
    place = facts.say(_PLACE, topic=topic, number=number)
    if alert.state is AlertState.CLOSED:
        until = facts.clock(alert.closed_at or alert.started_at)
        return facts.say(_RESUMED, place=place), [
            facts.say(_RESUMED_FACT, since=since, until=until),
            facts.say(_RESUMED_TODO),
        ]
    reasons = facts.listed([_refused(facts, counted) for counted in alert.evidence])
    return facts.say(_STOPPED, place=place), [
        facts.say(_STOPPED_SINCE, since=since),
        facts.say(_STOPPED_WHY, reasons=reasons),
        facts.say(_STOPPED_MEANS),
        Line(facts.say(_STOPPED_TODO, partition=alert.partition), True),
    ]


def _refused(facts: Facts, counted: str) -> str:
    """`malformed 480`, as the core has it."""
    reason, _, count = counted.rpartition(" ")
    words = _REASONS.get(reason)
    if words is None:
        return counted
    return facts.say(_COUNT, reason=facts.say(words), count=count)


def _channel(facts: Facts) -> tuple[str, list[str | Line | None]]:
    alert = facts.alert
    since, count = facts.clock(alert.started_at), len(alert.evidence)
    if alert.state is AlertState.CLOSED:
        until = facts.clock(alert.closed_at or alert.started_at)
        return facts.say(_WORKS, channel=alert.journey), [
            facts.say(_WORKS_FACT, since=since, until=until, count=count),
            facts.say(_NOTHING),
        ]
    return facts.say(_FAILED, channel=alert.journey), [
        facts.say(_FAILED_SINCE, since=since, count=count),
        facts.say(_FAILED_WHY, why=alert.cause) if alert.cause else None,
        Line(facts.say(_FAILED_TODO), True),
    ]
