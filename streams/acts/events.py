"""The events that acts are, as the contract has them.

Owns their ids and subjects. Pure. Called by `register`. Invariant: the same act on the same alert
by the same person has the same id, so that a double click is one event.
"""

import hashlib
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from schemas.act import (
    AcknowledgedData,
    AlertAcknowledged,
    AlertExcused,
    AlertsSilenced,
    ExcusedData,
    SilencedData,
)
from schemas.acting import ActKind, Asked, Refusal, Refused, SilenceAsked
from schemas.decode import Reason, Rejected, decode
from schemas.frame import Frame
from streams.core.rules import Promise

SOURCE = "hallwatch/acts"

#: Of these a journey has several clocks, told apart behind a number sign.
_SEVERAL = frozenset({Promise.EXEMPT_MATERIALS.value, Promise.COUNTER_STAFFED.value})

_NAMED = 32  #: characters of a hash


class Place(Struct, frozen=True):
    """Where the journey of an alert is looked after."""

    section: str
    partition: int


def act_event(asked: Asked, section: str, at: float) -> AlertAcknowledged | AlertExcused:
    """`at`: seconds since the epoch."""
    id = f"{asked.kind}-{_hash(asked.alert, asked.by)}"
    subject, time = journey_of(asked.alert), _moment(at)
    if asked.kind is ActKind.EXCUSE:
        return AlertExcused(
            specversion="1.0",
            id=id,
            source=SOURCE,
            subject=subject,
            time=time,
            data=ExcusedData(
                section=section,
                alert=asked.alert,
                by=asked.by,
                reason=" ".join(asked.reason.split()),
            ),
        )
    return AlertAcknowledged(
        specversion="1.0",
        id=id,
        source=SOURCE,
        subject=subject,
        time=time,
        data=AcknowledgedData(section=section, alert=asked.alert, by=asked.by),
    )


def silence_event(asked: SilenceAsked, at: float) -> AlertsSilenced:
    name = _hash(asked.section, asked.promise, asked.until.isoformat(), asked.by)
    return AlertsSilenced(
        specversion="1.0",
        id=f"silence-{name}",
        source=SOURCE,
        subject=f"silence-{name}",
        time=_moment(at),
        data=SilencedData(
            section=asked.section,
            promise=asked.promise or None,
            until=asked.until,
            by=asked.by,
            reason=" ".join(asked.reason.split()),
        ),
    )


def journey_of(alert: str) -> str:
    """The key of the journey an alert is about."""
    promise, _, rest = alert.partition("/")
    journey = rest.rpartition("/")[0]
    return journey.partition("#")[0] if promise in _SEVERAL else journey


def encoded(event: Frame) -> bytes | Refused:
    """As it is sent; refused is what the contract would refuse, before anybody has it."""
    value = msgspec.json.encode(event)
    found = decode(value, (), event.subject.encode())
    if not isinstance(found, Rejected):
        return value
    personal = found.reason is Reason.PERSONAL_DATA
    return Refused(
        why=Refusal.PERSONAL if personal else Refusal.WRONG_FIELD,
        field=found.field.removeprefix("data."),
        detail=found.detail.removeprefix("data."),
    )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(round(at, 3), UTC)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_NAMED]
