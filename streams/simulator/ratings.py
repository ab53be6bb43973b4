"""The rating system and the survey: who is asked after a visit, a chat or a case, and the answer.

Listens to what the others say. Invariant: who is asked is asked once, and there is one outcome.
"""

from random import Random
from typing import Literal

from msgspec import Struct

from schemas import rating
from schemas.assist import AssistClosed, Author
from schemas.case import CaseFinished
from schemas.decode import Event
from schemas.rating import About
from schemas.survey import AnsweredData, SurveyAnswered
from schemas.ticket import (
    TicketCalled,
    TicketCancelledByClerk,
    TicketIssued,
    TicketLeft,
    TicketNoShow,
    TicketServed,
)
from streams.simulator.attend import SECOND
from streams.simulator.hall import Hall
from streams.simulator.rhythm import MINUTE, source
from streams.simulator.voice import Stage, Voice

RATING_SYSTEM = "/hall/rating"
SURVEY_SYSTEM = "/hall/survey"

#: A wait that spoils the mood, minutes.
_LONG = 20.0

#: Seconds to the invitation, to the answer, and to the default for want of one.
_SPANS: dict[About, tuple[float, float, float]] = {
    About.VISIT: (6, 25, 180),
    About.CHAT: (2, 60, 900),
    About.CASE: (60, 7_200, 432_000),
}

_COMPLAINTS = ("waited-too-long", "too-many-visits", "unfriendly", "not-explained")


class _Waiting(Struct):
    """One visit until it is called."""

    since: int
    minutes: float = 0.0


class Ratings:
    """All invitations."""

    def __init__(self, hall: Hall, stage: Stage) -> None:
        self._rates = hall.ratings
        self._stage = stage
        self._visits: dict[str, _Waiting] = {}

    def open(self) -> None:
        self._stage.agenda.hear(self._hear)

    def _hear(self, at: int, event: Event) -> None:
        match event:
            case TicketIssued():
                self._visits[event.subject] = _Waiting(at)
            case TicketCalled() if visit := self._visits.get(event.subject):
                visit.minutes = visit.minutes or (at - visit.since) / MINUTE
            case TicketServed():
                visit = self._visits.pop(event.subject)
                device = f"R{event.data.counter.removeprefix('C')}"
                self._ask(About.VISIT, event, at, visit.minutes, device)
                self._survey(event, at, visit.minutes)
            case TicketLeft() | TicketNoShow() | TicketCancelledByClerk():
                self._visits.pop(event.subject, None)
            case AssistClosed() if event.data.by is not Author.CITIZEN:
                self._ask(About.CHAT, event, at)
            case CaseFinished():
                self._ask(About.CASE, event, at)

    def _ask(
        self,
        about: About,
        event: TicketServed | AssistClosed | CaseFinished,
        at: int,
        waited: float = 0.0,
        device: str = "",
    ) -> None:
        rates, section = self._rates, event.data.section
        random = source(self._stage.seed, "rating", event.subject)
        if random.random() < rates.not_invited:
            return
        voice = Voice(self._stage, event.subject, RATING_SYSTEM, "rating/")
        plain = rating.RatingData(section=section, about=about)
        soon, answer, default = _SPANS[about]
        at += int(random.uniform(soon / 2, soon) * SECOND)
        if device and random.random() < rates.device_failed:
            failed = rating.DeviceFailedData(section=section, about=about, device=device)
            voice.say(at, rating.RatingDeviceFailed, failed)
            return
        voice.say(at, rating.RatingInvited, plain)
        luck = random.random()
        answered = at + int(random.uniform(2, answer) * SECOND)
        if luck < rates.rated:
            stars = self._stars(random, waited)
            reason = random.choice(_COMPLAINTS) if stars < 3 else None
            rated = rating.RatedData(section=section, about=about, stars=stars, reason=reason)
            voice.say(answered, rating.RatingRated, rated)
        elif luck < rates.rated + rates.declined:
            voice.say(answered, rating.RatingDeclined, plain)
        else:
            voice.say(at + int(default * SECOND), rating.RatingDefaulted, plain)

    def _stars(self, random: Random, waited: float) -> Literal[1, 2, 3, 4, 5]:
        low = self._rates.low * (3 if waited > _LONG else 1)
        if random.random() < low:
            return random.choice((1, 2, 2, 3, 3, 3))
        return random.choice((4, 5, 5, 5))

    def _survey(self, event: TicketServed, at: int, waited: float) -> None:
        """What he remembers of the wait is near the truth, and colours all else."""
        random = source(self._stage.seed, "survey", event.subject)
        if random.random() >= self._rates.surveyed:
            return
        overall = 6 if waited > _LONG else 9
        answers = {
            "overall": max(1, min(10, overall + random.randint(-3, 1))),
            "waited-minutes": max(0, round(waited * random.uniform(0.8, 1.5))),
            "clerk": random.randint(6, 10),
        }
        answered = AnsweredData(
            section=event.data.section, about=About.VISIT, survey="exit-poll", answers=answers
        )
        voice = Voice(self._stage, event.subject, SURVEY_SYSTEM, "survey/")
        voice.say(at + int(random.uniform(1, 40) * MINUTE), SurveyAnswered, answered)
