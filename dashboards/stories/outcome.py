"""What became of an alert, in words that fit what it is about.

Owns the choice: only a clock can be late; a condition is not kept, a share is below its target.
Pure; called by `explain`, `judged` and `life`. Invariant: every state and every closing has words.
"""

from dashboards.stories.clock_words import limit_words
from dashboards.stories.row_words import (
    BELOW_TARGET,
    CLOSED_WORDS,
    NOT_KEPT,
    STATE_WORDS,
)
from dashboards.stories.share_key import share_key
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.outcomes import AlertRow, AlertState, ClosedAs


def is_timed(alert: AlertRow, teller: Teller) -> bool:
    """Whether it has a limit that can pass."""
    return bool(limit_words(teller, alert.promise, alert.rule_version, alert.limit_ms))


def outcome_words(alert: AlertRow, teller: Teller) -> Words:
    closed = alert.state is AlertState.CLOSED
    broken = alert.closed_as is ClosedAs.NEVER_MET if closed else alert.state is AlertState.BREACHED
    if broken and not is_timed(alert, teller):
        return BELOW_TARGET if share_key(alert) else NOT_KEPT
    return CLOSED_WORDS[alert.closed_as] if closed else STATE_WORDS[alert.state]
