"""An alert in the words of its message, without what is to be done.

Pure; called by `pages` and `lists`. Invariant: a page says of an alert what its message said.
"""

from dashboards.spoken import Spoken
from dashboards.words import Words
from schemas.outcomes import AlertRow, AlertState
from sinks.alert_body import alert_body, untagged
from sinks.alert_facts import SPECIAL, Facts
from sinks.names import Language, Names
from sinks.notice import NoticeKind
from sinks.special_body import special_body

_KINDS = {
    AlertState.WARNED: NoticeKind.WARNED,
    AlertState.BREACHED: NoticeKind.BREACHED,
    AlertState.CLOSED: NoticeKind.CLOSED,
}


def told(row: AlertRow, names: Names, language: Spoken, now: float) -> tuple[str, list[str]]:
    """Title and lines; `now` in seconds since the epoch."""
    facts = Facts(row, names, Language(language), now)
    special = row.promise in SPECIAL
    body = special_body(facts) if special else alert_body(facts, _KINDS[row.state])
    return untagged(body.title), [line.words for line in body.lines if not line.strong]


def said(words: Words, language: Spoken) -> str:
    found: str = getattr(words, language)
    return found
