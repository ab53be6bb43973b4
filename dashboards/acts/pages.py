"""`/act/<token>` over HTTP: looked at by GET, done by POST.

Owns the routes and what each outcome looks like; deciding is the desk's matter. Added to the wall
by the wiring (`add_act_pages`). Invariants: GET and HEAD change nothing; the token is in no log, no
referrer and no cache.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from dashboards.acts import act_words as say
from dashboards.acts.page import ActPage, Level, as_page
from dashboards.stories.links import path_of
from dashboards.stories.story import Page
from dashboards.words import Words
from schemas.acting import Entered, Opened, Refusal, Refused
from schemas.outcomes import AlertState
from sinks.alert_body import alert_body, untagged
from sinks.alert_facts import SPECIAL, Facts
from sinks.names import Language, Names
from sinks.notice import NoticeKind
from sinks.special_body import special_body

#: The wall's own, but that a form may post to where it came from.
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_STATUS = {
    Refusal.FORGED: 403,
    Refusal.UNKNOWN_PERSON: 403,
    Refusal.EXPIRED: 410,
    Refusal.UNKNOWN_ALERT: 404,
    Refusal.REASON_MISSING: 422,
    Refusal.REASON_TOO_LONG: 422,
    Refusal.PERSONAL: 422,
    Refusal.WRONG_FIELD: 422,
    Refusal.AWAY: 503,
}
_CONFLICT = 409  #: of whatever was done, or is over

#: What he can mend on the page itself.
_OF_REASON = (Refusal.REASON_MISSING, Refusal.REASON_TOO_LONG, Refusal.PERSONAL)

#: A reason of the longest kind, in UTF-8 and form-encoded, several times over.
_LONGEST_FORM = 32 * 1024


class ActDesk(Protocol):
    """Where links are read and acts are entered."""

    async def opened(self, text: str) -> Opened | Refused: ...

    async def enter_by_link(self, text: str, reason: str) -> Entered | Refused: ...


class ActPages(Struct, frozen=True, kw_only=True):
    desk: ActDesk
    names: Mapping[Language, Names]
    language: Literal["zh", "en"]


def add_act_pages(app: web.Application, pages: ActPages) -> None:
    """Adds the route; styles are the wall's, so `app` is the wall's too."""
    served = _Served(pages)
    app.router.add_get("/act/{token}", served.look)
    app.router.add_post("/act/{token}", served.act)


class _Served:
    def __init__(self, pages: ActPages) -> None:
        self._pages = pages

    async def look(self, request: web.Request) -> web.Response:
        opened = await self._pages.desk.opened(request.match_info["token"])
        language = self._language(request)
        if isinstance(opened, Refused):
            return _answer(self._refused(opened, language), _status(opened))
        if opened.refused is not None:
            page = self._refused(opened.refused, language)
            return _answer(self._with_alert(page, opened), 200)
        return _answer(self._asking(opened, language), 200)

    async def act(self, request: web.Request) -> web.Response:
        token, language = request.match_info["token"], self._language(request)
        desk = self._pages.desk
        opened = await desk.opened(token)
        if isinstance(opened, Refused):
            return _answer(self._refused(opened, language), _status(opened))
        reason = await _reason(request)
        entered = await desk.enter_by_link(token, reason)
        if isinstance(entered, Entered):
            return _answer(self._entered(opened, entered, language), 200)
        if entered.why in _OF_REASON:
            title, means = (_in(words, language) for words in say.refused_words(entered.why))
            # What is personal is not shown again: it may be somebody else's screen next.
            again = "" if entered.why is Refusal.PERSONAL else reason
            page = replace(self._asking(opened, language), wrong=f"{title}。{means}", reason=again)
            if language == "en":
                page = replace(page, wrong=f"{title}. {means}")
            return _answer(page, _status(entered))
        page = self._with_alert(self._refused(entered, language), opened)
        if entered.why is Refusal.AWAY:
            page = replace(page, form=opened.asked.kind, reason=reason)
        return _answer(page, _status(entered))

    def _asking(self, opened: Opened, language: Literal["zh", "en"]) -> ActPage:
        kind, person = opened.asked.kind, self._person(opened.asked.by, language)
        page = ActPage(
            language=language,
            level="near",
            title=_in(say.ASKED[kind], language),
            lead=() if opened.alert else (_in(say.NOT_KNOWN, language),),
            form=kind,
            means=_in(say.MEANS[kind], language).format(person=person),
            foot=_in(say.UNTIL, language).format(at=self._moment(opened, opened.expires)),
        )
        return self._with_alert(page, opened)

    def _entered(self, opened: Opened, entered: Entered, language: Literal["zh", "en"]) -> ActPage:
        kind = opened.asked.kind
        means = _in(say.DONE_MEANS[kind], language).format(
            person=self._person(entered.by, language), at=self._moment(opened, entered.at)
        )
        title = _in(say.DONE[kind], language)
        page = ActPage(language=language, level="good", title=title, lead=(means,))
        return self._with_alert(page, opened)

    def _refused(self, refused: Refused, language: Literal["zh", "en"]) -> ActPage:
        title, means = (_in(words, language) for words in say.refused_words(refused.why))
        level: Level = "bad"
        if refused.why in (Refusal.DONE, Refusal.OVER, Refusal.RETRACTED):
            level = "plain"
        zone = ZoneInfo(self._names(language).time_zone)
        at = datetime.fromtimestamp(refused.at, zone).strftime("%m-%d %H:%M")
        lead = means.format(person=self._person(refused.by, language), at=at)
        return ActPage(language=language, level=level, title=title, lead=(lead,))

    def _with_alert(self, page: ActPage, opened: Opened) -> ActPage:
        """The alert in the words of its message, without what is to be done."""
        row, names = opened.alert, self._names(page.language)
        path = path_of(Page.EXPLAIN, opened.asked.alert)
        if row is None:
            return replace(page, lines=(opened.asked.alert,), explain=path)
        facts = Facts(row, names, Language(page.language), self._now(opened))
        special = row.promise in SPECIAL
        body = special_body(facts) if special else alert_body(facts, _KINDS[row.state])
        lines = [line.words for line in body.lines if not line.strong]
        return replace(page, heading=untagged(body.title), lines=lines, explain=path)

    def _now(self, opened: Opened) -> float:
        row = opened.alert
        if row is not None and row.closed_at is not None:
            return row.closed_at
        return datetime.now().timestamp()

    def _moment(self, opened: Opened, at: float) -> str:
        zone = self._names("zh").zone(opened.alert.section if opened.alert else "")
        return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%m-%d %H:%M")

    def _person(self, code: str, language: Literal["zh", "en"]) -> str:
        return self._names(language).people.get(code, code)

    def _names(self, language: Literal["zh", "en"]) -> Names:
        return self._pages.names[Language(language)]

    def _language(self, request: web.Request) -> Literal["zh", "en"]:
        match request.query.get("lang"):
            case "en":
                return "en"
            case "zh":
                return "zh"
            case _:
                return self._pages.language


_KINDS = {
    AlertState.WARNED: NoticeKind.WARNED,
    AlertState.BREACHED: NoticeKind.BREACHED,
    AlertState.CLOSED: NoticeKind.CLOSED,
}


async def _reason(request: web.Request) -> str:
    """ "" of a form that is none: then a reason is missing."""
    if request.content_type != "application/x-www-form-urlencoded":
        return ""
    if request.content_length is None or request.content_length > _LONGEST_FORM:
        return ""
    form = await request.post()
    given = form.get("reason", "")
    return given.strip() if isinstance(given, str) else ""


def _status(refused: Refused) -> int:
    return _STATUS.get(refused.why, _CONFLICT)


def _in(words: Words, language: Literal["zh", "en"]) -> str:
    said: str = getattr(words, language)
    return said


def _answer(page: ActPage, status: int) -> web.Response:
    response = web.Response(body=as_page(page, "../"), status=status)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if status == 503:
        response.headers["Retry-After"] = "15"
    return response
