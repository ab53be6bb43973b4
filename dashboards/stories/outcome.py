"""What became of an alert, in words that fit what it is about.

Owns the choice: only a clock can be late; a condition is not kept, a share is below its target.
Pure; called by `explain`, `judged` and `life`. Invariant: every state and every closing has words.
"""

from dashboards.stories.clock_words import limit_words
from dashboards.stories.row_words import (
    CLOSED_WORDS,
    NOT_KEPT,
    SHARE_WORDS,
    STATE_WORDS,
)
from dashboards.stories.share_key import share_key
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.outcomes import AlertRow, AlertState, ClosedAs


def is_timed(alert: AlertRow, teller: Teller) -> bool:
    """Whether it has a limit that can pass."""
    limit = limit_words(teller, alert.promise, alert.rule_version, alert.limit_ms)
    return bool(limit) and share_key(alert) is None


def outcome_words(alert: AlertRow, teller: Teller) -> Words:
    closed = alert.state is AlertState.CLOSED
    code = alert.closed_as if closed else alert.state
    if share_key(alert) is not None and code in SHARE_WORDS:
        return SHARE_WORDS[code]
    if code in (AlertState.BREACHED, ClosedAs.NEVER_MET) and not is_timed(alert, teller):
        return NOT_KEPT
    return CLOSED_WORDS[alert.closed_as] if closed else STATE_WORDS[alert.state]
