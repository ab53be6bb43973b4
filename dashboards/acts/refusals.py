"""What nobody could enter: why, in words and as a status of HTTP.

Pure; called by `pages` and `lists`. Invariant: what he may come back to is no error to a browser
that waits, and nothing of a token is said.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards.acts import act_words as say
from dashboards.acts.page import ActPage, Level
from dashboards.acts.telling import said
from dashboards.spoken import Spoken
from schemas.acting import Refusal, Refused
from sinks.names import Names

_STATUS = {
    Refusal.FORGED: 403,
    Refusal.UNKNOWN_PERSON: 403,
    Refusal.EXPIRED: 410,
    Refusal.UNKNOWN_ALERT: 404,
    Refusal.REASON_MISSING: 422,
    Refusal.REASON_TOO_LONG: 422,
    Refusal.PERSONAL: 422,
    Refusal.WRONG_FIELD: 422,
    Refusal.WHO: 422,
    Refusal.WRONG_UNTIL: 422,
    Refusal.AWAY: 503,
}
_CONFLICT = 409  #: of whatever was done, or is over


def status_of(refused: Refused) -> int:
    return _STATUS.get(refused.why, _CONFLICT)


def refused_page(refused: Refused, names: Names, language: Spoken) -> ActPage:
    title, means = (said(words, language) for words in say.refused_words(refused.why))
    level: Level = "bad"
    if refused.why in (Refusal.DONE, Refusal.OVER, Refusal.RETRACTED):
        level = "plain"
    at = datetime.fromtimestamp(refused.at, ZoneInfo(names.time_zone)).strftime("%m-%d %H:%M")
    lead = means.format(person=names.people.get(refused.by, refused.by), at=at)
    return ActPage(language=language, level=level, title=title, lead=(lead,))
