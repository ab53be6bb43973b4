"""Alertmanager's API v2, as far as posting alerts goes.

Owns the checks its OpenAPI description and its validation make, and what it would hold to be
firing. Invariant: labels are the identity; the latest end wins, as in its merge.
"""

import re
from datetime import datetime

import msgspec
from msgspec import Struct, field

from tests.sinks.receivers.http import Answer, Asked, HttpReceiver, said

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Alert(Struct, frozen=True, forbid_unknown_fields=True):
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: datetime | None = None  # noqa: N815 - its name there
    endsAt: datetime | None = None  # noqa: N815
    generatorURL: str = ""  # noqa: N815
    tags: list[str] = field(default_factory=list)

    @property
    def identity(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.labels.items())


class AlertmanagerReceiver(HttpReceiver):
    path = "/api/v2/alerts"
    query = ""
    yes = Answer(200)

    def objection(self, asked: Asked) -> Answer | None:
        if asked.path != self.path:
            return Answer(404)
        if asked.headers["Content-Type"] != "application/json":
            return Answer(415)
        try:
            alerts = msgspec.json.decode(asked.body, type=list[Alert])
        except msgspec.ValidationError as error:
            return said({"code": 601, "message": str(error)}, 400)
        if not all(map(_is_sound, alerts)):
            return said("start time must be before end time, or a label is wrong", 400)
        return None

    def alerts(self) -> dict[frozenset[tuple[str, str]], Alert]:
        return {
            alert.identity: alert
            for asked in self.taken
            for alert in msgspec.json.decode(asked.body, type=list[Alert])
        }

    def firing(self, now: float) -> list[dict[str, str]]:
        return [
            alert.labels
            for alert in self.alerts().values()
            if alert.endsAt is None or alert.endsAt.timestamp() > now
        ]


def _is_sound(alert: Alert) -> bool:
    ordered = not (alert.startsAt and alert.endsAt) or alert.startsAt <= alert.endsAt
    named = all(_LABEL.fullmatch(name) and value for name, value in alert.labels.items())
    return ordered and named and bool(alert.labels.get("alertname"))
