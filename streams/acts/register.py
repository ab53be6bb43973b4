"""The register of acts: looked up, checked, made into an event, taken by the broker.

Owns the order of these. Called by the pages, the HTTP API and the command line through their
wiring. Invariant: what is entered was checked against what is known of the alert; a signed link
holds even while ClickHouse is away, since it carries what is needed.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from schemas.acting import Asked, Entered, Opened, Refusal, Refused, SilenceAsked
from schemas.frame import Frame
from schemas.outcomes import AlertRow
from streams.acts.checks import check_act, check_alert, check_silence, unknown_alert
from streams.acts.events import Place, act_event, encoded, silence_event
from streams.acts.links import Token, read_token
from streams.acts.sender import NotTakenError
from streams.core.rules import Rulebook


class AlertsAwayError(Exception):
    """Nobody can say now what is known of an alert; the text says why."""


class Alerts(Protocol):
    """What is known of alerts. Both raise AlertsAwayError."""

    async def find(self, alert: str) -> AlertRow | None: ...

    async def near(self, alert: str) -> Sequence[str]: ...


class Sender(Protocol):
    """Has the broker take an event. Both raise NotTakenError."""

    async def to_one(self, key: bytes, value: bytes, partition: int | None) -> None: ...

    async def to_all(self, key: bytes, value: bytes) -> None: ...


class Register:
    """`key` "": no link was ever made, and none is taken. Use from one event loop."""

    def __init__(
        self,
        book: Rulebook,
        alerts: Alerts,
        sender: Sender,
        key: bytes = b"",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._book = book
        self._alerts = alerts
        self._sender = sender
        self._key = key
        self._now = now

    async def opened(self, text: str) -> Opened | Refused:
        """What a link leads to. Changes nothing."""
        token = self._token(text)
        if isinstance(token, Refused):
            return token
        asked = Asked(kind=token.kind, alert=token.alert, by=token.by)
        row = await self._row_if_at_hand(token.alert)
        return Opened(
            asked=asked,
            expires=token.expires,
            alert=row,
            refused=None if row is None else check_alert(asked, row),
        )

    async def enter_by_link(self, text: str, reason: str) -> Entered | Refused:
        token = self._token(text)
        if isinstance(token, Refused):
            return token
        asked = Asked(kind=token.kind, alert=token.alert, by=token.by, reason=reason)
        row = await self._row_if_at_hand(token.alert)
        return await self._enter(asked, row, Place(token.section, token.partition))

    async def enter(self, asked: Asked) -> Entered | Refused:
        """Raises AlertsAwayError: where its journey is cannot be told without."""
        row = await self._alerts.find(asked.alert)
        if row is None:
            return unknown_alert(await self._alerts.near(asked.alert))
        return await self._enter(asked, row, Place(row.section, row.partition))

    async def silence(self, asked: SilenceAsked) -> Entered | Refused:
        at = self._now()
        refused = check_silence(asked, self._book, datetime.fromtimestamp(at, UTC))
        if refused is not None:
            return refused
        return await self._send(silence_event(asked, at), asked.by, at, None)

    async def _enter(self, asked: Asked, row: AlertRow | None, place: Place) -> Entered | Refused:
        refused = check_act(asked, row, self._book)
        at = self._now()
        if refused is not None:
            if refused.why is Refusal.DONE and refused.by == asked.by:
                # He has done it already: pressed twice, or loaded again.
                event = act_event(asked, place.section, at)
                return Entered(id=event.id, by=asked.by, at=refused.at)
            return refused
        return await self._send(act_event(asked, place.section, at), asked.by, at, place)

    async def _send(
        self, event: Frame, by: str, at: float, place: Place | None
    ) -> Entered | Refused:
        value = encoded(event)
        if isinstance(value, Refused):
            return value
        key = event.subject.encode()
        try:
            if place is None:
                await self._sender.to_all(key, value)
            else:
                await self._sender.to_one(key, value, place.partition)
        except NotTakenError as error:
            return Refused(why=Refusal.AWAY, detail=str(error))
        return Entered(id=event.id, by=by, at=at)

    def _token(self, text: str) -> Token | Refused:
        if not self._key:
            return Refused(why=Refusal.FORGED, field="token", detail="no links are made here")
        return read_token(self._key, text, self._now())

    async def _row_if_at_hand(self, alert: str) -> AlertRow | None:
        try:
            return await self._alerts.find(alert)
        except AlertsAwayError:
            return None
