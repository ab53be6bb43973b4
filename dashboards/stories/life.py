"""An alert's life so far: warned, broken, acknowledged, escalated, excused, closed.

Owns the order and the words of it. Pure; called by `trace` and `explain`. Invariant: what people
did is told from the alert's row where it says so, else from the `alert.*` events of its journey,
and never twice.
"""

from collections.abc import Iterable

from dashboards.stories.found import Heard
from dashboards.stories.outcome import is_timed, outcome_words
from dashboards.stories.row_words import SHARE_WORDS
from dashboards.stories.share_key import share_key
from dashboards.stories.story import Item, Level
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.act import AlertAcknowledged, AlertExcused, AlertsSilenced
from schemas.outcomes import AlertRow, AlertState, ClosedAs

_WARNED = Words("预警", "Warned")
_BROKEN = Words("超过时限", "Limit passed")
_FOUND = Words("发现", "Found")
_ACKNOWLEDGED = Words("{who} 认领处理", "Acknowledged by {who}")
_ESCALATED = Words("逐级上报（第 {level} 级）", "Escalated (step {level})")
_EXCUSED = Words("{who} 登记免责：{reason}", "Excused by {who}: {reason}")
_CLOSED = Words("关闭：{how}", "Closed: {how}")
_OVER = Words("关闭时未记时刻：{how}", "Closed, at no known moment: {how}")
_SILENCED = Words(
    "{who} 设置静默至 {until}：{reason}（照常记录，不发通知）",
    "Silenced by {who} until {until}: {reason} (recorded all the same, nobody told)",
)
_SOMEBODY = Words("有关人员", "somebody")

_MARKS = {
    "historical": Words(
        "系统补读积压数据时发现：只记录，当时没有通知任何人。",
        "Found while catching up with a backlog: recorded, and nobody was paged.",
    ),
    "correction": Words(
        "由迟到的数据得出或更正。", "Opened or closed by evidence that came in late."
    ),
    "silenced": Words(
        "产生时处于静默期：照常记录，没有通知任何人。",
        "It was silenced when it was found: recorded, and nobody was told.",
    ),
    "suspected": Words(
        "数据源失联期间产生，存疑：只记录，没有通知任何人。",
        "Its source was silent, so it is suspected: recorded, and nobody was paged.",
    ),
}


def marks_of(alert: AlertRow, teller: Teller) -> tuple[str, ...]:
    """Whole sentences about what is out of the ordinary."""
    return tuple(teller.say(words) for name, words in _MARKS.items() if getattr(alert, name))


def life_of(
    alert: AlertRow,
    events: Iterable[Heard],
    teller: Teller,
    silences: Iterable[AlertsSilenced] = (),
) -> tuple[Item, ...]:
    """In the order it happened; what has no moment of its own stands last."""
    steps = [*_decided(alert, teller), *_acts(alert, events, teller)]
    for silence in silences:
        data = silence.data
        words = teller.say(
            _SILENCED,
            who=teller.person(data.by),
            until=teller.moment(data.until.timestamp(), alert.section),
            reason=data.reason,
        )
        steps.append(("silenced", silence.time.timestamp(), words, Level.PLAIN))
    steps.sort(key=lambda step: float("inf") if step[1] is None else step[1])
    return tuple(
        Item(
            name=name,
            words=words,
            when=None if at is None else teller.when(at, alert.section),
            level=level,
        )
        for name, at, words, level in steps
    )


_Step = tuple[str, float | None, str, Level]


def _decided(alert: AlertRow, teller: Teller) -> list[_Step]:
    """What the core said."""
    steps: list[_Step] = []
    if alert.warned_at is not None:
        steps.append(("warned", alert.warned_at, teller.say(_WARNED), Level.NEAR))
    if alert.breached_at is not None:
        share = SHARE_WORDS[AlertState.BREACHED] if share_key(alert) else _FOUND
        words = teller.say(_BROKEN if is_timed(alert, teller) else share)
        steps.append(("breached", alert.breached_at, words, Level.BAD))
    if alert.state is AlertState.CLOSED:
        how = teller.say(outcome_words(alert, teller))
        kept = alert.closed_as in (ClosedAs.MET, ClosedAs.RETRACTED, ClosedAs.EXCUSED)
        level = Level.GOOD if kept else Level.PLAIN
        words = teller.say(_OVER if alert.closed_at is None else _CLOSED, how=how)
        steps.append(("closed", alert.closed_at, words, level))
    return steps


def _acts(alert: AlertRow, events: Iterable[Heard], teller: Teller) -> list[_Step]:
    """What people did.  Rows that are older than the columns say nothing."""
    told = {
        type(one.event): one.event
        for one in events
        if isinstance(one.event, AlertAcknowledged | AlertExcused)
        and one.event.data.alert == alert.alert
    }
    steps: list[_Step] = []
    known, excuse = told.get(AlertAcknowledged), told.get(AlertExcused)
    at = alert.acknowledged_at or (known.time.timestamp() if known else None)
    if at is not None:
        who = alert.acknowledged_by or (known.data.by if known else "")
        words = teller.say(_ACKNOWLEDGED, who=_who(who, teller))
        steps.append(("acknowledged", at, words, Level.GOOD))
    escalated = alert.escalated_at
    if escalated is not None:
        words = teller.say(_ESCALATED, level=alert.escalation_level)
        steps.append(("escalated", escalated, words, Level.BAD))
    by = alert.excused_by or (excuse.data.by if excuse else "")
    if by:
        reason = alert.excused_reason
        if not reason and isinstance(excuse, AlertExcused):
            reason = excuse.data.reason
        words = teller.say(_EXCUSED, who=_who(by, teller), reason=reason or "—")
        moment = alert.excused_at or (excuse.time.timestamp() if excuse else None)
        steps.append(("excused", moment, words, Level.GOOD))
    return steps


def _who(code: str, teller: Teller) -> str:
    return teller.person(code) if code else teller.say(_SOMEBODY)
