"""The links under a message: how it came about, and what its reader may do about it.

Wiring only: settings in, links out. Called by what puts alerts into notices. Invariant: a link that
acts is made for one person and one alert; without the key none is made.
"""

import time
from collections.abc import Callable

from dashboards.stories.links import path_of
from dashboards.stories.story import Page
from schemas.acting import ActKind
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from sinks.alert_facts import SPECIAL
from sinks.names import Language, Phrase
from sinks.notice import Link
from streams.acts.links import Token, sign
from streams.core.rules import Rulebook
from streams.key_files import read_key
from streams.settings import Settings
from streams.worker_names import ANYONE

_EXPLAIN = Phrase("查看详情", "Details")
_ACKNOWLEDGE = Phrase("我已知悉", "I look after it")
_EXCUSE = Phrase("申请免责", "Excuse it")

_DAY_S = 86_400

#: An alert, and the code of the one person its message is for; "": of nobody in particular, and
#: then nothing can be done by it, unless the org chart names nobody at all.
LinksOf = Callable[[AlertRow, str], tuple[Link, ...]]


def links_of(
    settings: Settings,
    book: Rulebook,
    language: Language,
    now: Callable[[], float] = time.time,
) -> LinksOf:
    """No links at all without a public address. Raises SettingsError."""
    base = settings.public_url
    nobody = "" if book.people else ANYONE
    key = read_key(settings.link_key_file, "LINK_KEY_FILE")

    def links(alert: AlertRow, person: str) -> tuple[Link, ...]:
        person = person or nobody
        if not base:
            return ()
        found = [Link(_EXPLAIN.said(language), base + path_of(Page.EXPLAIN, alert.alert))]
        if key and person:
            expires = int(now()) + settings.link_days * _DAY_S
            found += [
                Link(title.said(language), f"{base}act/{_token(key, kind, alert, person, expires)}")
                for kind, title in _acts_on(alert)
            ]
        return tuple(found)

    return links


def _acts_on(alert: AlertRow) -> list[tuple[ActKind, Phrase]]:
    """What can still be done about it."""
    if alert.promise in SPECIAL or alert.closed_as is ClosedAs.RETRACTED:
        return []
    acts = []
    if alert.state is not AlertState.CLOSED and alert.acknowledged_at is None:
        acts.append((ActKind.ACKNOWLEDGE, _ACKNOWLEDGE))
    if alert.breached_at is not None and alert.excused_at is None:
        acts.append((ActKind.EXCUSE, _EXCUSE))
    return acts


def _token(key: bytes, kind: ActKind, alert: AlertRow, person: str, expires: int) -> str:
    token = Token(kind, alert.alert, person, expires, alert.section, alert.partition)
    return sign(key, token)
