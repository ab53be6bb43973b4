"""好差评: the rating system's `rating.*` events; `subject` is what is rated: a ticket, a chat
or a case, as `about` says.

Owns the shapes only. Invited and rated are two figures: that a citizen declined is nobody's
fault (semantics §2).
"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from schemas.frame import Code, Data, Frame


class About(StrEnum):
    """The kind of journey an event is about."""

    VISIT = "visit"
    CHAT = "chat"
    CASE = "case"


class RatingData(Data, frozen=True, kw_only=True):
    about: About = About.CASE


class RatedData(RatingData, frozen=True, kw_only=True):
    stars: Annotated[int, Meta(ge=1, le=5)]  #: 1 非常不满意 … 5 非常满意
    reason: Code | None = None  #: of the catalogue of reasons; free text stays where it was written


class DeviceFailedData(RatingData, frozen=True, kw_only=True):
    device: Code


class RatingInvited(Frame, frozen=True, kw_only=True, tag="rating.invited"):
    data: RatingData


class RatingRated(Frame, frozen=True, kw_only=True, tag="rating.rated"):
    data: RatedData


class RatingDeclined(Frame, frozen=True, kw_only=True, tag="rating.declined"):
    data: RatingData


class RatingDefaulted(Frame, frozen=True, kw_only=True, tag="rating.defaulted"):
    """Nobody rated in time, and the system put in its default: not a rating."""

    data: RatingData


class RatingDeviceFailed(Frame, frozen=True, kw_only=True, tag="rating.device-failed"):
    """The citizen could not be asked: the device is out of order."""

    data: DeviceFailedData


RatingEvent = RatingInvited | RatingRated | RatingDeclined | RatingDefaulted | RatingDeviceFailed
