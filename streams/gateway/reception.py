"""Unpacked events → held to the contract, and to what their sender may say.

Owns what is taken and what is refused; the contract itself is `schemas.decode`'s, asked exactly as
a worker asks it, so that nothing is answered with 202 that would be refused there for its form.
Pure: `now` is an argument. Called by `serve`. Invariant: one event refused, none taken.

What only a worker can tell it still tells, by a dead letter: that an event is older than the
correction horizon and its journey is no longer in memory.
"""

from collections.abc import Sequence
from enum import StrEnum

from schemas import privacy
from schemas.decode import Reason, Rejected, decode
from schemas.everywhere import EVERYWHERE_TYPES
from schemas.frame import Frame, milliseconds
from streams.core.partition import Limits
from streams.event_sender import Outgoing
from streams.gateway.binding import Wire
from streams.gateway.problem import Fault, Problem, Trouble, problem_of
from streams.gateway.senders import Sender

#: As a worker with its defaults allows it against the broker's clock.
_FUTURE_MS = Limits().future_ms


class OwnReason(StrEnum):
    """Why the gateway refuses what the contract would take; beside `schemas.decode.Reason`."""

    OUT_OF_SCOPE = "out-of-scope"
    #: Of a field said twice only the last is looked at, and all of it would be kept.
    REPEATED_FIELD = "repeated-field"


def receive(wires: Sequence[Wire], sender: Sender, now_ms: int) -> list[Outgoing] | Problem:
    """All of them ready to be sent, or what is wrong with those that are at fault."""
    taken: list[Outgoing] = []
    faults: list[Fault] = []
    for index, wire in enumerate(wires):
        event = _event(wire, sender, now_ms)
        match event:
            case Frame():
                everywhere = str(event.__struct_config__.tag) in EVERYWHERE_TYPES
                taken.append(Outgoing(event.subject, wire.value, wire.headers, everywhere))
            case Rejected(reason=reason, field=field, detail=detail):
                faults.append(Fault(index=index, field=field, reason=reason, detail=detail))
            case Fault():
                faults.append(
                    Fault(index=index, field=event.field, reason=event.reason, detail=event.detail)
                )
    if not faults:
        return taken
    reasons = {fault.reason for fault in faults}
    if reasons == {OwnReason.OUT_OF_SCOPE}:
        return problem_of(Trouble.OUT_OF_SCOPE, faults, len(wires))
    if reasons == {Reason.MALFORMED}:
        return problem_of(Trouble.MALFORMED, faults, len(wires))
    return problem_of(Trouble.REFUSED, faults, len(wires))


def _event(wire: Wire, sender: Sender, now_ms: int) -> Frame | Rejected | Fault:
    event = decode(wire.value, wire.headers)
    if isinstance(event, Rejected):
        return event
    if not privacy.surely_clean(wire.value) and privacy.repeats_a_name(wire.value):
        return _fault(OwnReason.REPEATED_FIELD, "", "a field is said twice in one object")
    if not sender.may_say(str(event.__struct_config__.tag)):
        return _fault(
            OwnReason.OUT_OF_SCOPE, "type", f"{sender.name} may not send events of this type"
        )
    if not sender.may_be(event.source):
        return _fault(
            OwnReason.OUT_OF_SCOPE, "source", f"{sender.name} may not send for this source"
        )
    if milliseconds(event.time) > now_ms + _FUTURE_MS:
        return Rejected(
            Reason.FROM_THE_FUTURE,
            "time",
            f"time is more than {_FUTURE_MS // 60_000} minutes ahead; set the sender's clock",
        )
    return event


def _fault(reason: OwnReason, field: str, detail: str) -> Fault:
    return Fault(index=0, field=field, reason=reason, detail=detail)
