"""The first sentences of an explanation: what it comes to, for somebody who reads no further.

Owns the sentences, for each kind of alert. Pure; called by `explain`. Invariant: what is said of a
running clock says as of when.
"""

from collections.abc import Iterator

from dashboards.stories.clock_points import Clock
from dashboards.stories.clock_run import past
from dashboards.stories.clock_words import clock_words, limit_words
from dashboards.stories.found import AlertFound
from dashboards.stories.life import marks_of
from dashboards.stories.row_words import STATUS_LEVEL, STATUS_WORDS
from dashboards.stories.share_key import ShareKey, share_key
from dashboards.stories.story import Level
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertState, Status
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT

_BEGAN = Words(
    "{who}：自 {start}（{what}）起计时，时限 {limit}。",
    "{who}: the clock runs from {start} ({what}), limit {limit}.",
)
_LATE = Words(
    "{end} {what}，用时 {took}，超出 {over}。", "{end}: {what}, after {took}, {over} over."
)
_IN_TIME = Words("{end} {what}，用时 {took}，未超时。", "{end}: {what}, after {took}, in time.")
_NEVER = Words(
    "{end} 结束时仍未办到（{status}），超出 {over}。",
    "It ended {end} without an answer ({status}), {over} over.",
)
_ENDED = Words("{end} 已结束（{status}）。", "It ended {end} ({status}).")
_STILL_LATE = Words(
    "截至 {now} 仍未办到，已用时 {took}，超出 {over}。",
    "As of {now} it is not answered: {took} so far, {over} over.",
)
_STILL = Words(
    "截至 {now} 尚未办到，已用时 {took}，还剩 {left}。",
    "As of {now} it is not answered: {took} so far, {left} left.",
)
_FOUND = Words(
    "{who}：{start} 发现，违反“{promise}”（{clause}）。",
    '{who}: found {start}, against "{promise}" (clause {clause}).',
)
_SHARE = Words(
    "{section}“{promise}”按 {day} 全天统计。",
    '{section}, "{promise}": a share of the whole of {day}.',
)
_COUNTED = Words(
    "当日 {all} 件：兑现 {kept} 件，未兑现 {broken} 件，兑现率 {share} %。",
    "{all} journeys that day: {kept} kept, {broken} broken, {share} % kept.",
)
_SILENT = Words(
    "{section}负责的数据源 {source} 自 {start} 后没有任何数据，已超过 {limit}（只计服务时间）。",
    "Source {source}, looked after by {section}, was last heard of {start}: "
    "silent for more than {limit} of service hours.",
)
_SILENT_NOW = Words(
    "请检查该系统及网络。其未结事项列为存疑，暂不逐条告警。",
    "Check the system and its network. "
    "Its open journeys are suspected, and nobody is paged for them.",
)
_SILENT_OVER = Words(
    "{end} 恢复来数，存疑事项已按补到的数据重新判定。",
    "Heard of again {end}; what was suspected is judged anew.",
)
_STOPPED = Words(
    "分区 {place} 拒收的记录过多，自 {start} 停止接入；记录仍在 Kafka 中，没有丢失。",
    "Too much of partition {place} was refused: intake stands still since {start}. "
    "Its records are in Kafka, and nothing is lost.",
)
_STOPPED_NOW = Words(
    "请系统管理员检查来源（hallwatch deadletters list），处理后执行 hallwatch resume {partition}。",
    "Look into it (hallwatch deadletters list), mend the source, "
    "then hallwatch resume {partition}.",
)
_STOPPED_OVER = Words("{end} 恢复接入。", "It goes on since {end}.")
_QUEUE = Words(
    "{section}（{service}）：{start} 有 {waiting} 人等候，按 {open} 个窗口的叫号速度，"
    "预计 {late} 人将超时；共需 {needed} 个窗口。",
    "{section} ({service}): {start} {waiting} people waited; at the pace of {open} counters "
    "{late} were expected to be late, and it took {needed} counters.",
)
_QUEUE_OVER = Words("{end} 预计不再有人超时。", "{end}: nobody was expected to be late any more.")
_SIMILAR = Words(
    "此前 {days} 天内，{section}“{promise}”另有告警 {alerts} 起，其中超时 {breached} 起。",
    'In the {days} days before it, {section} had {alerts} more alerts of "{promise}", '
    "{breached} of them breaches.",
)
_NONE_SIMILAR = Words(
    "此前 {days} 天内，{section}没有同类告警。",
    "No other alert of this kind at {section} in the {days} days before it.",
)


def lead_of(
    found: AlertFound, clock: Clock, title: str, teller: Teller, now: float
) -> Iterator[str]:
    """`title`: the promise as people call it."""
    alert = found.alert
    share = share_key(alert)
    if alert.promise == SOURCE_SILENT:
        yield from _source(found, clock, teller)
    elif alert.promise == INTAKE_STOPPED:
        yield from _intake(found, clock, teller)
    elif alert.promise == WAIT_FORECAST:
        yield from _queue(found, teller)
    elif share is not None:
        yield from _share(share, found, title, teller)
    elif not limit_words(teller, alert.promise, alert.rule_version, alert.limit_ms):
        yield teller.say(
            _FOUND,
            who=_who(found, teller),
            start=teller.moment(alert.started_at, alert.section),
            promise=title,
            clause=alert.clause,
        )
    else:
        yield from _journey(found, clock, teller, now)
    yield from marks_of(alert, teller)


def _journey(found: AlertFound, clock: Clock, teller: Teller, now: float) -> Iterator[str]:
    alert, words = found.alert, clock_words(found.alert.promise)
    yield teller.say(
        _BEGAN,
        who=_who(found, teller),
        start=teller.moment(clock.start, alert.section),
        what=teller.say(words.start),
        limit=limit_words(teller, alert.promise, alert.rule_version, alert.limit_ms),
    )
    took = clock.run.counted_ms
    values = {"took": teller.span(took), "over": teller.span(clock.over_ms)}
    if clock.stop is None:
        values["now"] = teller.moment(max(now, clock.start), alert.section, clock.start)
        left = past(teller, alert.promise, alert.section, now, clock.deadline or now)
        values["left"] = teller.span(left)
        if alert.state is not AlertState.CLOSED:
            yield teller.say(_STILL_LATE if clock.over_ms else _STILL, **values)
        return
    values["end"] = teller.moment(clock.stop, alert.section, clock.start)
    values["what"] = teller.say(words.stop)
    status = found.verdict.status if found.verdict else Status.LEFT_LATE
    values["status"] = teller.say(STATUS_WORDS[status])
    if clock.answered:
        yield teller.say(_LATE if clock.over_ms else _IN_TIME, **values)
    else:
        yield teller.say(_NEVER if clock.over_ms else _ENDED, **values)


def _queue(found: AlertFound, teller: Teller) -> Iterator[str]:
    alert = found.alert
    yield teller.say(
        _QUEUE,
        section=teller.section(alert.section),
        service=alert.service,
        start=teller.moment(alert.started_at, alert.section),
        waiting=alert.waiting,
        open=alert.counters_open,
        late=alert.will_miss,
        needed=alert.counters_needed,
    )
    if alert.closed_at is not None:
        yield teller.say(_QUEUE_OVER, end=teller.moment(alert.closed_at, alert.section))


def _who(found: AlertFound, teller: Teller) -> str:
    """Section, counter and clerk, as far as they are known."""
    alert, journey = found.alert, found.journey
    told = teller.section(alert.section)
    counter = alert.counter or (journey.counter if journey else "")
    clerk = alert.clerk or (journey.clerk if journey else "")
    if counter:
        told += f" {teller.counter(alert.section, counter)}"
    if clerk:
        person = teller.person(clerk)
        told += f" ({person})" if teller.language == "en" else f"（{person}）"
    return told


def _share(share: ShareKey, found: AlertFound, title: str, teller: Teller) -> Iterator[str]:
    alert, day = found.alert, found.day
    section = teller.section(share.section)
    yield teller.say(_SHARE, section=section, promise=title, day=share.day.isoformat())
    kept, broken = alert.kept, alert.judged - alert.kept
    if not alert.judged and day is not None:
        counts = day.by_status
        broken = sum(
            counts.get(one, 0) for one, level in STATUS_LEVEL.items() if level is Level.BAD
        )
        kept = counts.get(Status.KEPT, 0) + counts.get(Status.PROVISIONAL, 0)
    if kept + broken:
        percent = f"{100 * kept / (kept + broken):.1f}"
        yield teller.say(_COUNTED, all=kept + broken, kept=kept, broken=broken, share=percent)


def _source(found: AlertFound, clock: Clock, teller: Teller) -> Iterator[str]:
    alert = found.alert
    yield teller.say(
        _SILENT,
        section=teller.section(alert.section),
        source=alert.journey,
        start=teller.moment(clock.start, alert.section),
        limit=teller.span(alert.limit_ms),
    )
    if clock.stop is None:
        yield teller.say(_SILENT_NOW)
    else:
        yield teller.say(_SILENT_OVER, end=teller.moment(clock.stop, alert.section))


def _intake(found: AlertFound, clock: Clock, teller: Teller) -> Iterator[str]:
    alert = found.alert
    start = teller.moment(clock.start, alert.section)
    yield teller.say(_STOPPED, place=alert.journey, start=start)
    if clock.stop is None:
        yield teller.say(_STOPPED_NOW, partition=alert.partition)
    else:
        yield teller.say(_STOPPED_OVER, end=teller.moment(clock.stop, alert.section))


def similar_sentence(found: AlertFound, title: str, teller: Teller) -> str:
    similar = found.similar
    section = teller.section(found.alert.section)
    if not similar.alerts:
        return teller.say(_NONE_SIMILAR, days=similar.days, section=section)
    return teller.say(
        _SIMILAR,
        days=similar.days,
        section=section,
        promise=title,
        alerts=similar.alerts,
        breached=similar.breached,
    )
