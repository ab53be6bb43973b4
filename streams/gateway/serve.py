"""The gateway as a web application: one place to send events to, and its description.

    POST /events         events in, in any of the three content modes; 202 once Kafka has them
    GET  /openapi.json   the same for machines

Owns the order of the checks, cheapest first: key, allowance, size, form, contract, Kafka. Called by
`streams.cli_gateway`. Invariants: 202 is said after the acknowledgement and never before it;
nothing is remembered of a request but counts, so that a repeated one is answered as the first.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from msgspec import Struct

from streams.event_sender import EventSender, NotTakenError, Outgoing
from streams.gateway.allowance import Allowance
from streams.gateway.binding import BatchLimits, Posted, longest, unpack
from streams.gateway.counts import Counts
from streams.gateway.keyring import Keyring
from streams.gateway.openapi import document
from streams.gateway.problem import MEDIA_TYPE, Problem, Trouble, problem
from streams.gateway.reception import receive
from streams.gateway.senders import Sender

log = logging.getLogger(__name__)

#: What is refused, one sentence each; whoever starts the process thins it out.
refusals = logging.getLogger("gateway.refusals")

#: A body that takes longer holds a connection for nothing.
_BODY_WITHIN_S = 30.0

#: After which a sender may try again what Kafka has not taken.
_RETRY_AFTER_S = 2

_Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GatewaySettings(Struct, frozen=True):
    """`per_second`, `at_once`: events of a sender whose entry says nothing else."""

    per_second: int = 200
    at_once: int = 2_000
    batch: BatchLimits = BatchLimits()


class Accepted(Struct, frozen=True):
    """The body of a 202: how many events Kafka has acknowledged."""

    accepted: int


class Gateway:
    """Where requests come in."""

    def __init__(
        self,
        settings: GatewaySettings,
        keyring: Keyring,
        events: EventSender,
        counts: Counts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock`: of the allowances, in seconds."""
        self._clock = clock
        self._settings = settings
        self._keyring = keyring
        self._events = events
        self._counts = counts
        self._allowances: dict[tuple[str, int], Allowance] = {}

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_in_problems])
        app.router.add_post("/events", self.take)
        app.router.add_get("/openapi.json", _show_document)
        return app

    async def take(self, request: web.Request) -> web.Response:
        """`POST /events`."""
        sender = self._keyring.holder(_token(request))
        if sender is None:
            self._counts.answered("", 401)
            detail = "show a key of this gateway: Authorization: Bearer hw_…"
            wanted = {"WWW-Authenticate": 'Bearer realm="hallwatch"'}
            return _answer(problem(Trouble.NO_KEY, detail, "Authorization"), wanted)
        with self._counts.in_hand.track_inprogress():
            return await self._taken_from(sender, request)

    async def _taken_from(self, sender: Sender, request: web.Request) -> web.Response:
        allowance = self._allowance(sender)
        if not allowance.take(1, self._clock()):
            return self._too_many(sender, allowance.until(1, self._clock()))
        posted = Posted(request.content_type, request.charset or "", tuple(request.headers.items()))
        most = longest(posted, self._settings.batch)
        if isinstance(most, Problem):
            return self._refused(sender, most)
        body = await _read(request, most)
        if isinstance(body, Problem):
            return self._refused(sender, body)
        wires = unpack(posted, body, self._settings.batch)
        if isinstance(wires, Problem):
            return self._refused(sender, wires)
        if len(wires) > 1 and not allowance.take(len(wires) - 1, self._clock()):
            # The first was for asking; whoever comes back asks again.
            return self._too_many(sender, allowance.until(len(wires), self._clock()))
        ready = receive(wires, sender, time.time_ns() // 1_000_000)
        if isinstance(ready, Problem):
            return self._refused(sender, ready)
        return await self._sent(sender, ready)

    async def _sent(self, sender: Sender, events: list[Outgoing]) -> web.Response:
        try:
            with self._counts.seconds.time():
                await self._events.send(events)
        except NotTakenError:
            self._counts.answered(sender.name, 503)
            detail = "Kafka has not taken the events in time; send them again, they count once"
            away = problem(Trouble.NOT_TAKEN, detail)
            return _answer(away, {"Retry-After": str(_RETRY_AFTER_S)})
        self._counts.events.labels(sender.name).inc(len(events))
        self._counts.answered(sender.name, 202)
        return web.Response(
            status=202,
            body=msgspec.json.encode(Accepted(len(events))),
            headers={"Content-Type": "application/json"},
        )

    def _allowance(self, sender: Sender) -> Allowance:
        settings = self._settings
        per_second = sender.per_second or settings.per_second
        found = self._allowances.get((sender.name, per_second))
        if found is None:
            # A whole batch must fit in.
            most = max(settings.at_once, settings.batch.most_events)
            found = Allowance(per_second, most, self._clock())
            self._allowances[sender.name, per_second] = found
        return found

    def _too_many(self, sender: Sender, wait_s: float) -> web.Response:
        rate = sender.per_second or self._settings.per_second
        detail = f"{sender.name} may send {rate} events a second; wait, then send these again"
        wait = {"Retry-After": str(max(1, math.ceil(wait_s)))}
        return self._refused(sender, problem(Trouble.TOO_MANY, detail), wait)

    def _refused(
        self, sender: Sender, why: Problem, headers: Mapping[str, str] | None = None
    ) -> web.Response:
        faults = why.errors or []
        self._counts.answered(sender.name, why.status, [fault.reason for fault in faults])
        refusals.warning(f"{sender.name}: {why.trouble}: {why.detail}")
        return _answer(why, headers or {})


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _read(request: web.Request, most: int) -> bytes | Problem:
    too_long = problem(Trouble.TOO_LONG, f"the body has more than {most} bytes")
    if (request.content_length or 0) > most:
        return too_long
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_WITHIN_S):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > most:
                    return too_long
    except TimeoutError:
        return problem(Trouble.TOO_SLOW, f"the body did not come within {_BODY_WITHIN_S:.0f} s")
    return bytes(body)


def _answer(why: Problem, headers: Mapping[str, str]) -> web.Response:
    return web.Response(
        status=why.status,
        body=msgspec.json.encode(why),
        headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **headers},
    )


@web.middleware
async def _in_problems(request: web.Request, handler: _Route) -> web.StreamResponse:
    """What aiohttp refuses by itself reads like the rest; a bug of ours says nothing of itself."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _answer(problem(Trouble.NO_SUCH_PAGE, "events are sent to /events"), {})
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        why = problem(Trouble.NO_SUCH_METHOD, f"this page takes {allowed}")
        return _answer(why, {"Allow": allowed})
    except web.HTTPException:
        raise
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception:
        log.exception("a request could not be answered")
        return _answer(problem(Trouble.OURS, "the request could not be answered"), {})


class WithoutRequest(logging.Filter):
    """For `aiohttp.server`: what is no HTTP it logs as it came, whatever was in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


async def _show_document(_: web.Request) -> web.Response:
    return web.Response(body=document(), headers={"Content-Type": "application/json"})
