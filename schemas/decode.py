"""Bytes of one Kafka record → an event, or the reason why not.

The only way in: past this module an event is a frozen struct that keeps the contract.
Does not write dead letters (the worker does). Invariants: never raises for bad input;
a `Rejected` names the field and never carries a value.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import get_args

import msgspec
from msgspec import Struct

from schemas import privacy
from schemas.act import ActEvent, AlertsSilenced
from schemas.assist import AssistEvent
from schemas.case import CaseEvent
from schemas.clock import ClockAdvanced
from schemas.closer import closer_looks
from schemas.duty import DutyEvent
from schemas.hotline import HotlineEvent
from schemas.lookup import LookupChanged
from schemas.permitted import meant, permitted
from schemas.queue import QueueCounted
from schemas.rating import RatingEvent
from schemas.rectification import RectificationEvent
from schemas.source import SourceHeartbeat
from schemas.survey import SurveyAnswered
from schemas.terminal import TerminalEvent
from schemas.ticket import TicketEvent
from schemas.total import TotalCounted

#: What a journey is made of, told by the hall's systems.
Told = (
    TicketEvent
    | TerminalEvent
    | AssistEvent
    | CaseEvent
    | RatingEvent
    | HotlineEvent
    | SurveyAnswered
    | DutyEvent
)

Event = (
    Told
    | ActEvent
    | AlertsSilenced
    | RectificationEvent
    | LookupChanged
    | TotalCounted
    | QueueCounted
    | SourceHeartbeat
    | ClockAdvanced
)

#: Kafka headers: name and value, which may be null.
Headers = Sequence[tuple[str, bytes | None]]

#: Times outside these years are mistakes of a source's clock (1 and 9999 do come in).
FIRST_YEAR, LAST_YEAR = 1990, 2099

#: Longer records are refused: no event of the contract comes near it.
LONGEST_BYTES = 64 * 1024

#: By class: it is asked of every event.
_CLOSER = dict(closer_looks(get_args(Event)))

#: Events by the name of their type.
BY_TYPE = {str(event.__struct_config__.tag): event for event in get_args(Event)}

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class Reason(StrEnum):
    """Why a record was refused. The first eight are the producer's to mend."""

    MALFORMED = "malformed"
    UNKNOWN_TYPE = "unknown-type"
    MISSING_FIELD = "missing-field"
    WRONG_TYPE = "wrong-type"
    NAIVE_TIME = "naive-time"
    OUT_OF_RANGE = "out-of-range"
    UNKNOWN_FIELD = "unknown-field"
    PERSONAL_DATA = "personal-data"
    KEY_MISMATCH = "key-mismatch"
    #: The source's clock is ahead of the broker's by more than the setting allows.
    FROM_THE_FUTURE = "from-the-future"
    #: Older than the correction horizon, and its journey is no longer in memory.
    TOO_LATE = "too-late"
    #: ClickHouse could not read a row: a bug of ours, kept so that nothing is lost.
    ROW_REFUSED = "row-refused"
    #: A message no channel took for its people (`streams.notify`).
    UNDELIVERED = "undelivered"


class Rejected(Struct, frozen=True):
    """A refused record: the reason, the field's path (`data.counter`), and a sentence."""

    reason: Reason
    field: str
    detail: str


def decode(
    value: bytes | None, headers: Headers = (), key: bytes | None = None, clean: bool = False
) -> Event | Rejected:
    """One record of the events topic, structured or binary CloudEvents mode.

    `key` is the record's key: it must equal the subject, or two workers would each see
    half a journey; None (no Kafka) skips that check. `clean`: `privacy.surely_clean` has
    been asked about the value already, and said yes.
    """
    if value is None:
        return Rejected(Reason.MALFORMED, "", "the record has no value")
    if len(value) > LONGEST_BYTES:
        return Rejected(Reason.OUT_OF_RANGE, "", f"longer than {LONGEST_BYTES} bytes")
    if headers and any(name.startswith("ce_") for name, _ in headers):
        framed = _framed(value, headers)
        if isinstance(framed, Rejected):
            return framed
        value, clean = framed, False
    half_read = False
    if not clean and not privacy.surely_clean(value):
        try:
            finding = privacy.find_personal(value)
        except privacy.UnreadableError:
            half_read = True
        else:
            if finding:
                return _personal(finding)
    try:
        event = _decoder.decode(value)
    except msgspec.ValidationError as error:
        return _explain(str(error), value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Rejected(Reason.MALFORMED, "", f"no JSON: {_without_values(str(error))}")
    except RecursionError:
        return Rejected(Reason.MALFORMED, "", "nested too deep")
    except (ValueError, OverflowError):
        return Rejected(Reason.OUT_OF_RANGE, "", "a number or time that cannot be held")
    closer = _CLOSER.get(type(event))
    if half_read or (closer is not None and closer.words):
        # What made it unreadable was in a part that is not kept; look at what is. And a name
        # may pass for words only where the event that was read has words.
        finding = privacy.find_personal(msgspec.json.encode(event))
        if finding:
            return _personal(finding)
    if not FIRST_YEAR <= event.time.year <= LAST_YEAR:
        return _out_of_years("time")
    if key is not None and key != event.subject.encode():
        return Rejected(
            Reason.KEY_MISMATCH, "subject", "the record's key must be the event's subject"
        )
    if closer is not None:
        for name in closer.moments:
            moment = getattr(event.data, name)
            if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                return _out_of_years(f"data.{name}")
    return event


def _personal(finding: privacy.Finding) -> Rejected:
    return Rejected(
        Reason.PERSONAL_DATA,
        finding.field,
        f"{finding.field} holds {finding.what}; send a pseudonym or a code, or leave it out",
    )


def _out_of_years(field: str) -> Rejected:
    return Rejected(
        Reason.OUT_OF_RANGE, field, f"{field} is not between {FIRST_YEAR} and {LAST_YEAR}"
    )


def _framed(value: bytes, headers: Headers) -> bytes | Rejected:
    """Binary mode: the attributes are headers `ce_…`, the value is the `data` object.

    CloudEvents Kafka binding 1.0.2 §3.2: header values are UTF-8 strings.
    """
    attributes: dict[str, object] = {}
    for name, content in headers:
        lowered = name.lower()
        if lowered.startswith("ce_"):
            try:
                if content is None:
                    raise ValueError("null")
                attributes[lowered[3:]] = content.decode("utf-8")
            except ValueError:
                # Of a name that can be no attribute's nothing is said: it may be anything.
                known = lowered[3:] if _ATTRIBUTE.fullmatch(lowered[3:]) else ""
                return Rejected(Reason.MALFORMED, known, f"a header ce_{known} is no UTF-8 text")
    try:
        msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return Rejected(Reason.MALFORMED, "data", "the value is no JSON")
    attributes["data"] = msgspec.Raw(value)
    return msgspec.json.encode(attributes)


#: CloudEvents names attributes in lower case letters (and digits, which none of ours has).
_ATTRIBUTE = re.compile(r"[a-z]{1,20}")

_PATH = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"field `(?P<name>[^`]{1,64})`")
_EXPECTED = re.compile(r"^Expected `(?P<expected>[^`]*)`, got `(?P<got>[^`]*)`")


def _explain(message: str, value: bytes) -> Rejected:
    """msgspec's sentence → our reason, the field's path, a sentence without values."""
    found = _PATH.search(message)
    path = found.group("path") if found else ""
    sentence = message[: found.start()] if found else message
    named = _NAMED.search(sentence)
    if sentence.startswith("Object missing"):
        field = f"{path}.{named.group('name')}".lstrip(".") if named else path
        if field == "type":
            return Rejected(Reason.UNKNOWN_TYPE, "type", "the event has no type")
        return Rejected(Reason.MISSING_FIELD, field, f"{field} is missing")
    if sentence.startswith("Object contains unknown"):
        # The one name that is the producer's. JSON that breaks off behind it was not looked
        # through for what is personal.
        name = privacy.mask_name(named.group("name")) if named else ""
        field = f"{path}.{name}".strip(".")
        return Rejected(Reason.UNKNOWN_FIELD, field, f"{field} is not a field of this event")
    if path == "type":
        nearest = meant(value, BY_TYPE)
        hint = f"; is it {nearest}?" if nearest else ""
        detail = f"no event of the contract has this type{hint}"
        return Rejected(Reason.UNKNOWN_TYPE, "type", detail)
    if "timezone component" in sentence:
        return Rejected(Reason.NAIVE_TIME, path, f"{path} has no offset from UTC; add +08:00 or Z")
    expected = _EXPECTED.search(sentence)
    if expected:
        wanted, got = expected.group("expected", "got")
        detail = f"{path or 'the record'} must be {wanted}, not {got}"
        return Rejected(Reason.WRONG_TYPE, path, detail)
    choice = permitted(value, path, BY_TYPE)
    if choice:
        return Rejected(Reason.OUT_OF_RANGE, path, f"{path} must be one of {', '.join(choice)}")
    return Rejected(Reason.OUT_OF_RANGE, path, f"{path}: {_without_values(sentence)}")


def _without_values(sentence: str) -> str:
    """Takes out what the producer sent: it may be what nobody should read in a log.

    From the first quote to the last: the value may have quotes of its own.
    """
    return re.sub(r"['\"].*['\"]", "…", sentence, flags=re.DOTALL)
