"""The HTTP API: alerts listed, acknowledged, excused; sections silenced. JSON, with a bearer key.

Owns the routes and how a refusal reads; deciding is the desk's matter. Added to the wall by the
wiring (`add_act_api`), where there is a key. Invariants: without the key nothing is said, not even
whether an alert exists; a mistake is told with the field it is in.
"""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from dashboards.stories.store_rows import StoreAwayError
from schemas.acting import ActKind, Asked, Entered, Refusal, Refused, SilenceAsked
from schemas.outcomes import AlertRow

_LONGEST_BODY = 16 * 1024

_STATUS = {
    Refusal.UNKNOWN_ALERT: 404,
    Refusal.DONE: 409,
    Refusal.OVER: 409,
    Refusal.RETRACTED: 409,
    Refusal.ONLY_WARNED: 409,
    Refusal.NO_PROMISE: 409,
    Refusal.AWAY: 503,
}
_WRONG = 422


class ApiDesk(Protocol):
    """Each may raise StoreAwayError."""

    async def enter(self, asked: Asked) -> Entered | Refused: ...

    async def silence(self, asked: SilenceAsked) -> Entered | Refused: ...

    async def listed(self, only_open: bool, section: str) -> Sequence[AlertRow]: ...


class _Acknowledge(Struct, frozen=True, forbid_unknown_fields=True):
    by: str


class _Excuse(Struct, frozen=True, forbid_unknown_fields=True):
    by: str
    reason: str


class _Silence(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    section: str
    until: Annotated[datetime, Meta(tz=True)]
    by: str
    reason: str
    promise: str = ""


_Body = TypeVar("_Body", bound=Struct)
_Route = Callable[[web.Request], Awaitable[web.Response]]


class _ProblemError(Exception):
    def __init__(self, status: int, field: str, detail: str) -> None:
        super().__init__(detail)
        self.response = _json({"error": {"field": field, "detail": detail}}, status)


def add_act_api(app: web.Application, desk: ApiDesk, key: bytes) -> None:
    """Adds the routes. `key`: of whoever may use them; never empty."""
    if not key:
        raise ValueError("an API without a key would be everybody's")
    api = _Api(desk)

    def guarded(route: _Route) -> _Route:
        async def guard(request: web.Request) -> web.Response:
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            known = hmac.compare_digest(given.strip().encode(), key)
            if scheme.lower() != "bearer" or not known:
                response = _json({"error": {"field": "Authorization", "detail": "no, or a wrong, "
                    "bearer key"}}, 401)  # fmt: skip
                response.headers["WWW-Authenticate"] = "Bearer"
                return response
            try:
                return await route(request)
            except _ProblemError as problem:
                return problem.response
            except StoreAwayError as error:
                detail = f"ClickHouse does not answer: {error}"
                return _json({"error": {"field": "", "detail": detail}}, 503)

        return guard

    app.router.add_get("/api/alerts", guarded(api.alerts))
    app.router.add_post("/api/alerts/{alert:.+}/acknowledge", guarded(api.acknowledge))
    app.router.add_post("/api/alerts/{alert:.+}/excuse", guarded(api.excuse))
    app.router.add_post("/api/silences", guarded(api.silence))


class _Api:
    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    async def alerts(self, request: web.Request) -> web.Response:
        only_open = request.query.get("open", "0")
        if only_open not in ("0", "1"):
            raise _ProblemError(_WRONG, "open", "open is 1 or 0")
        rows = await self._desk.listed(only_open == "1", request.query.get("section", ""))
        return _json({"alerts": rows}, 200)

    async def acknowledge(self, request: web.Request) -> web.Response:
        body = await _read(request, _Acknowledge)
        alert = request.match_info["alert"]
        return _answer(
            await self._desk.enter(Asked(kind=ActKind.ACKNOWLEDGE, alert=alert, by=body.by))
        )

    async def excuse(self, request: web.Request) -> web.Response:
        body = await _read(request, _Excuse)
        alert = request.match_info["alert"]
        asked = Asked(kind=ActKind.EXCUSE, alert=alert, by=body.by, reason=body.reason)
        return _answer(await self._desk.enter(asked))

    async def silence(self, request: web.Request) -> web.Response:
        body = await _read(request, _Silence)
        asked = SilenceAsked(
            section=body.section,
            promise=body.promise,
            until=body.until,
            by=body.by,
            reason=body.reason,
        )
        return _answer(await self._desk.silence(asked))


async def _read(request: web.Request, kind: type[_Body]) -> _Body:
    if (request.content_length or 0) > _LONGEST_BODY:
        raise _ProblemError(413, "", "the body is too long")
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        field = where.strip("`").removeprefix("$.") or _named(what)
        raise _ProblemError(_WRONG, field, what) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _ProblemError(400, "", "the body is no JSON") from None


def _named(sentence: str) -> str:
    """The field of "Object missing required field `by`"."""
    return sentence.split("`")[1] if sentence.startswith("Object ") and "`" in sentence else ""


def _answer(outcome: Entered | Refused) -> web.Response:
    if isinstance(outcome, Entered):
        return _json({"id": outcome.id, "by": outcome.by, "at": outcome.at}, 200)
    error: dict[str, Any] = {
        "why": outcome.why,
        "field": outcome.field,
        "detail": outcome.detail,
    }
    if outcome.near:
        error["near"] = outcome.near
    return _json({"error": error}, _STATUS.get(outcome.why, _WRONG))


def _json(content: object, status: int) -> web.Response:
    response = web.Response(body=msgspec.json.encode(content), status=status)
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response
