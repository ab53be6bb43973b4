"""`/act/<token>` over HTTP: looked at by GET, done by POST; `/act/list/<token>` leads to several.

Owns the routes and what each outcome looks like; deciding is the desk's matter. Added to the wall
by the wiring (`add_act_pages`). Invariants: GET and HEAD change nothing; the token is in no log, no
referrer and no cache.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from dashboards.acts import act_words as say
from dashboards.acts.answer import answer
from dashboards.acts.lists import ListPages, Lists
from dashboards.acts.page import ActPage, Choice
from dashboards.acts.refusals import refused_page, status_of
from dashboards.acts.telling import said, told
from dashboards.spoken import Spoken, language_of
from dashboards.stories.links import Details, plain_details
from schemas.acting import Entered, Filled, Opened, Refusal, Refused
from sinks.names import Language, Names

#: What he can mend on the page itself.
_OF_FORM = (
    Refusal.WHO,
    Refusal.WRONG_UNTIL,
    Refusal.REASON_MISSING,
    Refusal.REASON_TOO_LONG,
    Refusal.PERSONAL,
)


#: Of digits; what is longer is none of the choices.
_LONGEST_NUMBER = 6

#: A reason of the longest kind, in UTF-8 and form-encoded, several times over.
_LONGEST_FORM = 32 * 1024


class ActDesk(Lists, Protocol):
    """Where links are read and acts are entered."""

    async def opened(self, text: str) -> Opened | Refused: ...

    async def enter_by_link(self, text: str, filled: Filled) -> Entered | Refused: ...


class ActPages(Struct, frozen=True, kw_only=True):
    desk: ActDesk
    names: Mapping[Language, Names]
    language: Spoken
    details: Details = plain_details


def add_act_pages(app: web.Application, pages: ActPages) -> None:
    """Adds the route; styles are the wall's, so `app` is the wall's too."""
    served = _Served(pages)
    app.router.add_get("/act/{token}", served.look)
    lists = ListPages(pages.desk, pages.names, pages.language, pages.details)
    app.router.add_get("/act/list/{token}", lists.look)
    app.router.add_post("/act/{token}", served.act)


class _Served:
    def __init__(self, pages: ActPages) -> None:
        self._pages = pages

    async def look(self, request: web.Request) -> web.Response:
        opened = await self._pages.desk.opened(request.match_info["token"])
        language = language_of(request, self._pages.language)
        if isinstance(opened, Refused):
            return answer(self._refused(opened, language), status_of(opened))
        if opened.refused is not None:
            page = self._refused(opened.refused, language)
            return answer(self._with_alert(page, opened), 200)
        return answer(self._asking(opened, language), 200)

    async def act(self, request: web.Request) -> web.Response:
        token, language = request.match_info["token"], language_of(request, self._pages.language)
        desk = self._pages.desk
        opened = await desk.opened(token)
        if isinstance(opened, Refused):
            return answer(self._refused(opened, language), status_of(opened))
        filled = await _filled(request)
        entered = await desk.enter_by_link(token, filled)
        if isinstance(entered, Entered):
            return answer(self._entered(opened, entered, language), 200)
        if entered.why in _OF_FORM:
            title, means = (said(words, language) for words in say.refused_words(entered.why))
            # What is personal is not shown again: it may be somebody else's screen next.
            again = replace(filled, reason="") if entered.why is Refusal.PERSONAL else filled
            page = replace(self._asking(opened, language), wrong=f"{title}。{means}", filled=again)
            if language == "en":
                page = replace(page, wrong=f"{title}. {means}")
            return answer(page, status_of(entered))
        page = self._with_alert(self._refused(entered, language), opened)
        if entered.why is Refusal.AWAY:
            people = self._people(opened, language)
            page = replace(page, form=opened.asked.kind, filled=filled, people=people)
        return answer(page, status_of(entered))

    def _asking(self, opened: Opened, language: Spoken) -> ActPage:
        kind, people = opened.asked.kind, self._people(opened, language)
        person = self._person(opened.asked.by, language)
        if people:
            person = said(say.ANYBODY, language)
        page = ActPage(
            language=language,
            level="near",
            title=said(say.ASKED[kind], language),
            lead=() if opened.alert else (said(say.NOT_KNOWN, language),),
            form=kind,
            means=said(say.MEANS[kind], language).format(person=person),
            people=people,
            foot=said(say.UNTIL, language).format(at=self._moment(opened, opened.expires)),
        )
        return self._with_alert(page, opened)

    def _entered(self, opened: Opened, entered: Entered, language: Spoken) -> ActPage:
        kind = opened.asked.kind
        means = said(say.DONE_MEANS[kind], language).format(
            person=self._person(entered.by, language),
            at=self._moment(opened, entered.at),
            until=self._moment(opened, entered.until),
        )
        title = said(say.DONE[kind], language)
        page = ActPage(language=language, level="good", title=title, lead=(means,))
        return self._with_alert(page, opened)

    def _with_alert(self, page: ActPage, opened: Opened) -> ActPage:
        """The alert in the words of its message, without what is to be done."""
        path = self._pages.details(opened.asked.alert, int(opened.expires))
        if opened.alert is None:
            return replace(page, lines=(opened.asked.alert,), explain=path)
        names = self._names(page.language)
        heading, lines = told(opened.alert, names, page.language, self._now(opened))
        return replace(page, heading=heading, lines=lines, explain=path)

    def _refused(self, refused: Refused, language: Spoken) -> ActPage:
        return refused_page(refused, self._names(language), language)

    def _now(self, opened: Opened) -> float:
        row = opened.alert
        if row is not None and row.closed_at is not None:
            return row.closed_at
        return datetime.now().timestamp()

    def _moment(self, opened: Opened, at: float) -> str:
        zone = self._names("zh").zone(opened.alert.section if opened.alert else "")
        return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%m-%d %H:%M")

    def _people(self, opened: Opened, language: Spoken) -> list[Choice]:
        return [Choice(code, self._person(code, language)) for code in opened.people]

    def _person(self, code: str, language: Spoken) -> str:
        return self._names(language).people.get(code, code)

    def _names(self, language: Spoken) -> Names:
        return self._pages.names[Language(language)]


async def _filled(request: web.Request) -> Filled:
    """Nothing of a form that is none: then what is missing is told."""
    if request.content_type != "application/x-www-form-urlencoded":
        return Filled()
    if request.content_length is None or request.content_length > _LONGEST_FORM:
        return Filled()
    form = await request.post()
    given = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    minutes = given.get("minutes", "")
    return Filled(
        by=given.get("by", ""),
        reason=given.get("reason", ""),
        # None of the choices otherwise, which is told.
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < _LONGEST_NUMBER else 0,
    )
