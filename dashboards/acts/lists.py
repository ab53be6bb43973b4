"""`/act/list/<token>`: what is not over in somebody's sections, each with what can be done.

Owns the route of lists. Called by `pages`. Invariant: looking changes nothing; every way leads to a
page with a button of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from aiohttp import web

from dashboards.acts import act_words as say
from dashboards.acts.answer import answer
from dashboards.acts.page import ActPage, Choice, Item
from dashboards.acts.refusals import refused_page, status_of
from dashboards.acts.telling import said, told
from dashboards.spoken import Spoken, language_of
from dashboards.stories.links import Details
from dashboards.stories.store_rows import StoreAwayError
from schemas.acting import ListedAlert, OpenedList, Refused
from sinks.names import Language, Names

#: More nobody goes through on a phone; what is done makes room for the next.
_MOST_LISTED = 50

_ROOT = "../../"


class Lists(Protocol):
    async def opened_list(self, text: str) -> OpenedList | Refused:
        """Raises StoreAwayError."""


class ListPages:
    def __init__(
        self,
        desk: Lists,
        names: Mapping[Language, Names],
        language: Spoken,
        details: Details,
    ) -> None:
        self._desk = desk
        self._names = names
        self._language = language
        self._details = details

    async def look(self, request: web.Request) -> web.Response:
        language = language_of(request, self._language)
        try:
            opened = await self._desk.opened_list(request.match_info["token"])
        except StoreAwayError:
            title, means = said(say.LIST_AWAY_TITLE, language), said(say.LIST_AWAY, language)
            page = ActPage(language=language, level="bad", title=title, lead=(means,))
            return answer(page, 503, _ROOT)
        if isinstance(opened, Refused):
            page = refused_page(opened, self._names[Language(language)], language)
            return answer(page, status_of(opened), _ROOT)
        return answer(self._list(opened, language), 200, _ROOT)

    def _list(self, opened: OpenedList, language: Spoken) -> ActPage:
        listed = opened.alerts[:_MOST_LISTED]
        if not listed:
            return ActPage(language=language, level="good", title=said(say.LIST_EMPTY, language))
        more = len(opened.alerts) - len(listed)
        return ActPage(
            language=language,
            level="bad" if listed[0].alert.breached_at is not None else "near",
            title=said(say.LIST, language).format(count=len(opened.alerts)),
            items=[self._item(one, int(opened.expires), language) for one in listed],
            foot=said(say.LIST_MORE, language).format(count=more) if more else "",
        )

    def _item(self, one: ListedAlert, expires: int, language: Spoken) -> Item:
        title, lines = told(
            one.alert, self._names[Language(language)], language, datetime.now().timestamp()
        )
        explain = self._details(one.alert.alert, expires)
        ways = [Choice(explain, said(say.EXPLAINED, language).removesuffix(" ›"))]
        ways += [
            Choice(f"act/{offer.token}", said(say.BUTTON[offer.kind], language))
            for offer in one.offers
        ]
        return Item(title, lines, ways)
