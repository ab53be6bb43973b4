"""The wait forecast's warning, as the duty desk reads it.

Owns its sentences. Pure; called by `bodies`. Invariant: it says how many will be late, how many
counters it takes, and that it is a forecast.
"""

from schemas.outcomes import AlertState
from sinks.alert_facts import Facts
from sinks.body import Body, Line, body
from sinks.names import Phrase

_WHERE = Phrase("{section}（{service}）", "{section} ({service})")
_TITLE = Phrase(
    "【预警】{where}预计 {late} 人将超时，建议再开 {more} 个窗口",
    "[SOON] {where}: {late} expected to be late, open {more} more",
)
_NOW = Phrase(
    "现有 {waiting} 人等候，{open} 个窗口在叫号，共需 {needed} 个",
    "Waiting: {waiting}; counters calling: {open}, needed: {needed}",
)
_HOW = Phrase("按最近的叫号速度估算", "Estimated from the pace of recent calls")
_TODO = Phrase(
    "请立即再开 {more} 个窗口，或请其他窗口支援叫号",
    "Open {more} more, or have other counters call this queue.",
)
_OVER = Phrase("【解除】{where}预计不再有人超时", "[OVER] {where}: nobody is expected to be late")
_OVER_FACT = Phrase("{since} 曾预计 {late} 人超时", "At {since} {late} were expected to be late")
_NOTHING = Phrase("不用处理", "Nothing to do")
_CLAUSE = Phrase("依据：{clause}", "Clause {clause}")


def forecast_body(facts: Facts) -> Body:
    alert = facts.alert
    where = _where(facts)
    if alert.state is AlertState.CLOSED:
        since = facts.clock(alert.warned_at or alert.started_at)
        return body(
            facts.say(_OVER, where=where),
            [
                facts.say(_OVER_FACT, since=since, late=alert.will_miss),
                facts.say(_NOTHING),
                facts.say(_CLAUSE, clause=alert.clause),
            ],
        )
    more = max(1, alert.counters_needed - alert.counters_open)
    return body(
        facts.say(_TITLE, where=where, late=alert.will_miss, more=more),
        [
            facts.say(
                _NOW,
                waiting=alert.waiting,
                open=alert.counters_open,
                needed=alert.counters_needed,
            ),
            facts.say(_HOW),
            Line(facts.say(_TODO, more=more), True),
            facts.say(_CLAUSE, clause=alert.clause),
        ],
    )


def _where(facts: Facts) -> str:
    """The section, and which of its queues: a service has no name but its code."""
    return facts.say(_WHERE, section=facts.section, service=facts.alert.service)
