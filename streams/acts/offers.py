"""What can be done about an alert now, and by whom: the acts a message or a list offers.

Owns which acts are offered and the tokens that do them. Pure. Called by `register` (lists) and by
the wiring of messages. Invariant: nothing is offered that `checks` would refuse whoever asks.
"""

from msgspec import Struct

from schemas.acting import ActKind, Offer
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from streams.acts.checks import NO_PROMISE
from streams.acts.links import Token, sign


class Reader(Struct, frozen=True):
    """Who reads a message: one person, or those who share a channel. Neither: nobody knows who,
    and then nothing can be done in anybody's name."""

    by: str = ""
    channel: str = ""  #: that several people have

    @property
    def known(self) -> bool:
        return bool(self.by or self.channel)


def acts_on(alert: AlertRow) -> tuple[ActKind, ...]:
    if alert.promise in NO_PROMISE or alert.closed_as is ClosedAs.RETRACTED:
        return ()
    still = alert.state is not AlertState.CLOSED
    offered = {
        ActKind.ACKNOWLEDGE: still and alert.acknowledged_at is None,
        ActKind.EXCUSE: alert.breached_at is not None and alert.excused_at is None,
        ActKind.SILENCE: still,
    }
    return tuple(kind for kind, holds in offered.items() if holds)


def offers_of(key: bytes, alert: AlertRow, reader: Reader, expires: int) -> tuple[Offer, ...]:
    """`expires`: seconds since the epoch. Without a key, or a reader, none."""
    if not key or not reader.known:
        return ()
    return tuple(
        Offer(
            kind,
            sign(
                key,
                Token(
                    kind,
                    alert.alert,
                    reader.by,
                    expires,
                    alert.section,
                    alert.partition,
                    reader.channel,
                ),
            ),
        )
        for kind in acts_on(alert)
    )
