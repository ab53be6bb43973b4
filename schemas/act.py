"""What people do about alerts: `alert.*` events; `subject` is the alert's journey.

Owns the shapes only. Made by the signed links of a message, the HTTP API and the command
line, never by the hall's systems. Invariant: each names who did it.
"""

from typing import Annotated

from msgspec import Meta

from schemas.frame import Code, Data, Frame, Moment, Reference

#: Why, in a person's words, which may be Chinese. ID numbers, phone numbers and mail addresses
#: are refused like everywhere; a name cannot be told from other words, so whoever asks for
#: them says that no citizen's belongs here (`schemas.words` knows which fields these are).
Words = Annotated[str, Meta(min_length=1, max_length=500)]


class ActData(Data, frozen=True, kw_only=True):
    alert: Reference  #: promise/journey/cycle
    by: Code  #: of the people in the org chart


class AcknowledgedData(ActData, frozen=True, kw_only=True):
    """He looks after it: nobody further up is told."""


class ExcusedData(ActData, frozen=True, kw_only=True):
    reason: Words


class SilencedData(Data, frozen=True, kw_only=True):
    """`section` and, if given, one promise: recorded all the same, and nobody is told."""

    promise: Code | None = None
    until: Moment
    by: Code
    reason: Words


class AlertAcknowledged(Frame, frozen=True, kw_only=True, tag="alert.acknowledged"):
    data: AcknowledgedData


class AlertExcused(Frame, frozen=True, kw_only=True, tag="alert.excused"):
    data: ExcusedData


class AlertsSilenced(Frame, frozen=True, kw_only=True, tag="alert.silenced"):
    """From `time` on. `subject` names the silence; sent into every partition."""

    data: SilencedData


ActEvent = AlertAcknowledged | AlertExcused
