"""A webhook's other side: takes CloudEvents, one or a batch, and checks the signature.

Owns what a careful receiver would refuse. Invariant: `events` are those it has taken, each
once, however often it came.
"""

import hmac
import time
from typing import Any

from tests.sinks.receivers.http import Answer, Asked, HttpReceiver

SECRET = "geheim-geheim"
_ONE, _SEVERAL = "application/cloudevents+json", "application/cloudevents-batch+json"
_FIVE_MINUTES = 300


class WebhookReceiver(HttpReceiver):
    """`secret` "": takes what is not signed."""

    def __init__(self, *answers: Answer, secret: str = "") -> None:
        super().__init__(*answers)
        self._secret = secret

    def objection(self, asked: Asked) -> Answer | None:
        if self._secret and not self._is_signed(asked):
            return Answer(401)
        kind = asked.headers["Content-Type"].partition(";")[0]
        if kind not in (_ONE, _SEVERAL):
            return Answer(415)
        events = [asked.json()] if kind == _ONE else asked.json()
        sound = all({"id", "source", "type"} <= set(event) for event in events)
        if not sound or "Idempotency-Key" not in asked.headers:
            return Answer(422)
        return super().objection(asked)

    @property
    def events(self) -> list[dict[str, Any]]:
        kept: dict[str, list[dict[str, Any]]] = {}
        for asked in self.taken:
            events = asked.json()
            kept.setdefault(
                asked.headers["Idempotency-Key"], events if isinstance(events, list) else [events]
            )
        return [event for events in kept.values() for event in events]

    def _is_signed(self, asked: Asked) -> bool:
        stamp, _, signature = asked.headers.get("X-Hallwatch-Signature", "").partition(",v1=")
        seconds = stamp.removeprefix("t=")
        if not seconds.isdecimal() or abs(time.time() - int(seconds)) > _FIVE_MINUTES:
            return False
        wanted = hmac.digest(self._secret.encode(), seconds.encode() + b"." + asked.body, "sha256")
        return hmac.compare_digest(signature, wanted.hex())
