"""Alertmanager, for a site that runs one: alerts go to its API v2, its routes do the rest.

Owns what an alert looks like there. Trying again is the courier's. Built by
`sinks.channel_kinds`. Invariant: what was opened there is closed there, by the same labels.

Rules from Sending alerts (prometheus.io/docs/alerting/clients) and the Alerts API
(…/docs/alerting/latest/alerts_api): POST an array to /api/v2/alerts; labels are the
identity, annotations are not; an alert without `endsAt` is over five minutes after it was
last sent. We send once, so an open alert carries an end far ahead, and its closing a near one.
Severity is a label, because routes go by it: a breach ends its warning and begins anew.

A digest says nothing Alertmanager could act on and is taken without being sent; a test is an
alert of a minute.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from schemas.outcomes import AlertRow, AlertState
from sinks.courier import Attempt, Passing, Taken
from sinks.http_post import by_status, host_of, post
from sinks.notice import Notice, NoticeKind, one_line

PATH = "/api/v2/alerts"
TEST = "HallwatchTest"

_TEST_LASTS = 60.0
_WARNING, _CRITICAL = "warning", "critical"


class AlertmanagerSettings(Struct, frozen=True, kw_only=True):
    url: str  #: its root: http://alertmanager:9093
    timeout: timedelta = timedelta(seconds=10)
    open_for: timedelta = timedelta(days=1)  #: then it forgets an alert nobody closed

    def __repr__(self) -> str:
        return f"AlertmanagerSettings({host_of(self.url)})"


class Alertmanager:
    def __init__(
        self,
        settings: AlertmanagerSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self._url = settings.url.rstrip("/").removesuffix(PATH) + PATH
        self.name = f"alertmanager {host_of(settings.url)}"

    async def attempt(self, notice: Notice) -> Attempt:
        alerts = list(self._alerts(notice))
        if not alerts:
            return Taken()
        reply = await post(
            self._session,
            self._url,
            msgspec.json.encode(alerts),
            {"Content-Type": "application/json"},
            self._settings.timeout,
        )
        return reply if isinstance(reply, Passing) else by_status(reply)

    def _alerts(self, notice: Notice) -> Iterator[dict[str, Any]]:
        said = {"summary": one_line(notice.title), "description": notice.text}
        if notice.kind is NoticeKind.TEST:
            now = self._clock()
            yield _alert({"alertname": TEST}, said, now, now + _TEST_LASTS)
            return
        for message in notice.alerts:
            row = message.data
            annotations = {**said, "clause": row.clause, "rule_version": row.rule_version}
            for severity, since, until in self._phases(row):
                labels = {**_labels(row), "severity": severity}
                yield _alert(labels, annotations, since, until)

    def _phases(self, row: AlertRow) -> Iterator[tuple[str, float, float]]:
        """Severity, begin and end of each part of the alert's life so far."""
        far = self._clock() + self._settings.open_for.total_seconds()
        over = row.state is AlertState.CLOSED
        end = (row.closed_at or self._clock()) if over else far
        if row.warned_at is not None:
            yield _WARNING, row.warned_at, end if row.breached_at is None else row.breached_at
        if row.breached_at is not None:
            yield _CRITICAL, row.breached_at, end
        if row.warned_at is None and row.breached_at is None:
            yield _CRITICAL, row.started_at, end


def _labels(row: AlertRow) -> dict[str, str]:
    """Not the clerk: who is at fault is no matter for a machine's routes."""
    labels = {
        "alertname": row.promise,
        "alert": row.alert,
        "journey": row.journey,
        "section": row.section,
        "service": row.service,
        "counter": row.counter,
    }
    return {name: value for name, value in labels.items() if value}


def _alert(
    labels: dict[str, str], annotations: dict[str, str], since: float, until: float
) -> dict[str, Any]:
    return {
        "labels": labels,
        "annotations": annotations,
        "startsAt": _moment(since),
        # Late evidence may close an alert before it began; an end before the start is refused.
        "endsAt": _moment(max(since, until)),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
