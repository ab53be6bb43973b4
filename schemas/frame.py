"""The CloudEvents 1.0 frame every event travels in, and the value types its fields use.

Does not know any event type (see `ticket`, `terminal`, `assist`) and does not decode
(see `decode`). Invariant: an event is frozen, and its time carries a zone.
"""

from datetime import UTC, datetime, tzinfo
from typing import Annotated, Literal

from msgspec import Meta, Struct

#: An identifier of a thing: ticket, counter, section, item, terminal, recording.
#: Names of people are never identifiers; `schemas.privacy` refuses what looks like one.
Code = Annotated[str, Meta(min_length=1, max_length=64)]

#: A person, told apart without being known: letters, digits, ``._-`` with a digit among them.
Pseudonym = Annotated[str, Meta(pattern=r"^(?=.*[0-9])[A-Za-z0-9._-]{4,64}$")]

#: CloudEvents ids and sources may be longer (URIs, UUIDs with prefixes).
Reference = Annotated[str, Meta(min_length=1, max_length=256)]

#: A point in time with its offset from UTC; a naive time is refused.
Moment = Annotated[datetime, Meta(tz=True)]


class Frame(Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """CloudEvents 1.0 context attributes, as hallwatch needs them.

    `source` + `id` identify the event (a second one with the same pair changes nothing).
    `subject` is the journey: the ticket number (unique across days: put the date in it),
    the chat or, for liveness events, the device. It is also the Kafka key.
    `time` is when it happened, by the source's clock. Unknown extension attributes are
    allowed, as CloudEvents 1.0 asks, and not kept.
    """

    specversion: Literal["1.0"]
    id: Reference  #: unlike any other id of this source; the same event again has the same
    source: Reference  #: the system that says it
    subject: Code  #: the ticket, the chat, the case …, unlike any other's of any day; the Kafka key
    time: Moment  #: when it happened, by the source's clock, with its offset from UTC
    datacontenttype: Literal["application/json"] = "application/json"


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What every event says beside its frame: the section it happened in.

    A field the contract does not know is refused: it may hold what must not be stored.
    """

    section: Code  #: of the org chart (sections.toml)


#: The epoch, told in each offset seen: two datetimes of one zone subtract three times as
#: fast as two of different zones, and this is done for every event.
_EPOCHS: dict[tzinfo | None, datetime] = {}


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970-01-01 UTC, cut (not rounded): the unit of the core."""
    zone = moment.tzinfo
    epoch = _EPOCHS.get(zone)
    if epoch is None:
        epoch = _EPOCHS[zone] = datetime(1970, 1, 1, tzinfo=UTC).astimezone(zone)
    since = moment - epoch
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
