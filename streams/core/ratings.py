"""好差评: how a journey was rated, as a join of milestones.

Owns the part of a journey that `rating.*` events tell; journeys of several kinds have it.
Invariant: invited and rated are two figures: each field is of one kind of event.
"""

from typing import Protocol

from msgspec import Struct

from schemas.rating import (
    RatingDeclined,
    RatingDefaulted,
    RatingDeviceFailed,
    RatingInvited,
    RatingRated,
)
from schemas.survey import SurveyAnswered
from streams.core.marks import Joins, Mark, earliest, kept_raw, latest


class Ratings(Struct, array_like=True, gc=False):
    """What became of asking the citizen."""

    invited: Mark | None = None
    rated: tuple[int, str, int] | None = None  #: the last one, with its stars
    declined: Mark | None = None
    device_failed: Mark | None = None


class Rateable(Protocol):
    ratings: Ratings | None


def _of(journey: Rateable) -> Ratings:
    if journey.ratings is None:
        journey.ratings = Ratings()
    return journey.ratings


def _invited(journey: Rateable, event: RatingInvited, at: int) -> None:
    ratings = _of(journey)
    ratings.invited = earliest(ratings.invited, (at, event.id))


def _rated(journey: Rateable, event: RatingRated, at: int) -> None:
    ratings = _of(journey)
    rated = (at, event.id, event.data.stars)
    if ratings.rated is None or rated > ratings.rated:
        ratings.rated = rated


def _declined(journey: Rateable, event: RatingDeclined, at: int) -> None:
    ratings = _of(journey)
    ratings.declined = latest(ratings.declined, (at, event.id))


def _device_failed(journey: Rateable, event: RatingDeviceFailed, at: int) -> None:
    ratings = _of(journey)
    ratings.device_failed = earliest(ratings.device_failed, (at, event.id))


#: A survey's answers are joined to the journey where they are read: in ClickHouse. A default
#: the system put in is no rating.
RATING_JOINS: Joins = {
    RatingInvited: _invited,
    RatingRated: _rated,
    RatingDeclined: _declined,
    RatingDefaulted: kept_raw,
    RatingDeviceFailed: _device_failed,
    SurveyAnswered: kept_raw,
}
