"""The register of acts: looked up, checked, made into an event, taken by the broker.

Owns the order of these. Called by the pages, the HTTP API and the command line through their
wiring. Invariant: what is entered was checked against what is known of the alert; a signed link
holds even while ClickHouse is away, since it carries what is needed.
"""

import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec.structs import replace

from schemas.acting import (
    SILENCE_MINUTES,
    ActKind,
    Asked,
    Entered,
    Filled,
    ListedAlert,
    Opened,
    OpenedList,
    Refusal,
    Refused,
    SilenceAsked,
)
from schemas.frame import Frame
from schemas.outcomes import AlertRow
from streams.acts.checks import (
    check_act,
    check_alert,
    check_silence,
    check_silence_of_an_alert,
    unknown_alert,
)
from streams.acts.events import Place, act_event, encoded, silence_event
from streams.acts.links import Token, read_list_token, read_token
from streams.acts.offers import Reader, offers_of
from streams.acts.sender import NotTakenError
from streams.core.rules import Rulebook

#: Silences of a link end at a whole five minutes: pressed twice they are one.
_UNTIL_S = 300


class AlertsAwayError(Exception):
    """Nobody can say now what is known of an alert; the text says why."""


class Alerts(Protocol):
    """What is known of alerts. Each raises AlertsAwayError."""

    async def find(self, alert: str) -> AlertRow | None: ...

    async def near(self, alert: str) -> Sequence[str]: ...

    async def listed(self, only_open: bool, section: str) -> Sequence[AlertRow]: ...


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
            people=self._book.having(token.channel) if token.channel else (),
        )

    async def opened_list(self, text: str) -> OpenedList | Refused:
        """What a link under several alerts leads to. Raises AlertsAwayError."""
        if not self._key:
            return _no_links()
        token = read_list_token(self._key, text, self._now())
        if isinstance(token, Refused):
            return token
        rows = [
            row
            for section in dict.fromkeys(token.sections)
            for row in await self._alerts.listed(True, section)
        ]
        rows.sort(key=lambda row: (row.breached_at is None, row.started_at, row.alert))
        reader = Reader(token.by, token.channel)
        return OpenedList(
            expires=token.expires,
            alerts=tuple(
                ListedAlert(row, offers_of(self._key, row, reader, token.expires)) for row in rows
            ),
        )

    async def enter_by_link(self, text: str, filled: Filled) -> Entered | Refused:
        token = self._token(text)
        if isinstance(token, Refused):
            return token
        by = self._who(token, filled)
        if isinstance(by, Refused):
            return by
        row = await self._row_if_at_hand(token.alert)
        asked = Asked(kind=token.kind, alert=token.alert, by=by, reason=filled.reason)
        if token.kind is ActKind.SILENCE:
            refused = None if row is None else check_alert(asked, row)
            return refused or await self._silence_from(token, asked, filled.minutes)
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
        return refused or await self._send(silence_event(asked, at), asked.by, at, None)

    def _who(self, token: Token, filled: Filled) -> str | Refused:
        if not token.channel:
            return token.by
        if filled.by in self._book.having(token.channel):
            return filled.by
        detail = "several people have this link; say which of them you are"
        return Refused(why=Refusal.WHO, field="by", detail=detail)

    async def _silence_from(self, token: Token, asked: Asked, minutes: int) -> Entered | Refused:
        if minutes not in SILENCE_MINUTES:
            detail = f"minutes is none of {', '.join(map(str, SILENCE_MINUTES))}"
            return Refused(why=Refusal.WRONG_UNTIL, field="minutes", detail=detail)
        at = self._now()
        until = math.ceil((at + minutes * 60) / _UNTIL_S) * _UNTIL_S
        silence = SilenceAsked(
            section=token.section,
            promise=token.alert.partition("/")[0],
            until=datetime.fromtimestamp(until, UTC),
            by=asked.by,
            reason=asked.reason,
        )
        now = datetime.fromtimestamp(at, UTC)
        refused = check_silence_of_an_alert(silence, self._book, now)
        if refused is not None:
            return refused
        entered = await self._send(silence_event(silence, at), silence.by, at, None)
        return replace(entered, until=until) if isinstance(entered, Entered) else entered

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
            return _no_links()
        return read_token(self._key, text, self._now())

    async def _row_if_at_hand(self, alert: str) -> AlertRow | None:
        try:
            return await self._alerts.find(alert)
        except AlertsAwayError:
            return None


def _no_links() -> Refused:
    return Refused(why=Refusal.FORGED, field="token", detail="no links are made here")
