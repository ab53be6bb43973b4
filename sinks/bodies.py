"""What people are told, as notices: one alert, several, a storm, quiet hours, a day.

The one door to the words of messages. Owns which of them a notice is made of. Called by the
wiring and by what notifies. Pure. Invariant: title and text of a notice hold no link and no secret,
and every alert it tells of is in `alerts`.
"""

from collections.abc import Sequence
from datetime import datetime

from schemas.outcomes import AlertMessage
from sinks.alert_body import alert_body
from sinks.alert_facts import SPECIAL, Facts
from sinks.body import Body, as_notice
from sinks.list_body import group_body, quiet_body, storm_body
from sinks.names import Language, Names
from sinks.notice import Link, Notice, NoticeKind
from sinks.special_body import special_body

_TYPE = "hall.alert."

#: Of several kinds in one notice the first of these.
_GRAVEST = (
    NoticeKind.ESCALATED,
    NoticeKind.BREACHED,
    NoticeKind.WARNED,
    NoticeKind.RETRACTED,
    NoticeKind.CLOSED,
)


def notice_of(
    message: AlertMessage,
    names: Names,
    language: Language = Language.CHINESE,
    links: Sequence[Link] = (),
    told_before: Sequence[str] | None = None,
) -> Notice:
    """One alert. `told_before`: names of who was told, for an escalation; None: whom the
    org chart has before this step. The notice's id is the message's."""
    kind = kind_of(message)
    body = body_of(message, names, language, told_before)
    return as_notice(message.id, kind, body, (message,), links)


def body_of(
    message: AlertMessage,
    names: Names,
    language: Language = Language.CHINESE,
    told_before: Sequence[str] | None = None,
) -> Body:
    facts = _facts(message, names, language)
    if message.data.promise in SPECIAL:
        return special_body(facts)
    return alert_body(facts, kind_of(message), told_before)


def notice_of_several(
    id: str,
    messages: Sequence[AlertMessage],
    names: Names,
    language: Language = Language.CHINESE,
    links: Sequence[Link] = (),
) -> Notice:
    """A group, in the order of their coming; at least one."""
    told, kind = _told(messages, names, language), _gravest(messages)
    return as_notice(id, kind, group_body(told, kind), messages, links)


def notice_of_storm(
    id: str,
    messages: Sequence[AlertMessage],
    names: Names,
    language: Language = Language.CHINESE,
    links: Sequence[Link] = (),
    *,
    since: float,
) -> Notice:
    """So many that they are not told one by one; `since`: seconds since the epoch."""
    body = storm_body(_told(messages, names, language), since)
    return as_notice(id, _gravest(messages), body, messages, links)


def notice_of_quiet(
    id: str,
    messages: Sequence[AlertMessage],
    names: Names,
    language: Language = Language.CHINESE,
    links: Sequence[Link] = (),
    *,
    since: float,
    until: float,
) -> Notice:
    """What came in somebody's quiet hours; seconds since the epoch."""
    body = quiet_body(_told(messages, names, language), since, until)
    return as_notice(id, _gravest(messages), body, messages, links)


def kind_of(message: AlertMessage) -> NoticeKind:
    return NoticeKind(message.type.removeprefix(_TYPE))


def _gravest(messages: Sequence[AlertMessage]) -> NoticeKind:
    kinds = {kind_of(message) for message in messages}
    return next(kind for kind in _GRAVEST if kind in kinds)


def _told(
    messages: Sequence[AlertMessage], names: Names, language: Language
) -> list[tuple[Facts, NoticeKind]]:
    """Each alert once, by the last that was said of it; moments as of the last message."""
    latest: dict[str, AlertMessage] = {}
    for message in messages:
        latest[message.data.alert] = message
    now = max(map(_at, messages))
    return [
        (Facts(message.data, names, language, now), kind_of(message)) for message in latest.values()
    ]


def _facts(message: AlertMessage, names: Names, language: Language) -> Facts:
    return Facts(message.data, names, language, _at(message))


def _at(message: AlertMessage) -> float:
    return datetime.fromisoformat(message.time).timestamp()
