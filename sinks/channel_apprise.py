"""Any of apprise's services: Telegram, SMS gateways, PagerDuty, a hundred more.

Owns one call at a time in a thread, since apprise is synchronous and some of its services
wait for ever. Trying again is the courier's. Built by `sinks.channel_kinds`. Invariant: no
second call is begun while one is still out; a notice whose call comes back late, with a yes,
is not sent again.

apprise says yes or no, not why: a no is tried again until the courier gives up. Redirects
are its services' matter, not ours. Needs the extra `apprise`.
"""

import asyncio
import logging
from datetime import timedelta
from urllib.parse import urlsplit

import apprise
from msgspec import Struct

from sinks.courier import Attempt, Passing, Taken
from sinks.notice import GOOD_NEWS, Notice, NoticeKind, link_in_markdown, one_line
from sinks.pace import Limit
from sinks.threads import Threads

LIMITS = (Limit(20, 60.0),)

_TYPES = {
    NoticeKind.WARNED: apprise.NotifyType.WARNING,
    NoticeKind.BREACHED: apprise.NotifyType.FAILURE,
    NoticeKind.ESCALATED: apprise.NotifyType.FAILURE,
    **dict.fromkeys(GOOD_NEWS, apprise.NotifyType.SUCCESS),
}


class AppriseSettings(Struct, frozen=True, kw_only=True):
    url: str  #: of one service, as apprise writes it; its tokens are in it
    timeout: timedelta = timedelta(seconds=30)

    def __repr__(self) -> str:
        return f"AppriseSettings({_scheme(self.url)})"


class Apprise:
    """Raises ValueError if apprise does not know the address."""

    def __init__(self, settings: AppriseSettings) -> None:
        keep_apprise_quiet()
        self._settings = settings
        self._services = apprise.Apprise()
        if not self._services.add(settings.url):
            raise ValueError("apprise does not know this address")
        self._threads = Threads(1, "apprise")
        self._call: tuple[str, asyncio.Task[bool]] | None = None
        self.name = f"apprise {_scheme(settings.url)}"

    async def attempt(self, notice: Notice) -> Attempt:
        if self._call is None:
            call = self._threads.run(self._notify, notice)
            self._call = (notice.id, asyncio.create_task(call, name=self.name))
        id_, task = self._call
        timeout = self._settings.timeout.total_seconds()
        await asyncio.wait({task}, timeout=timeout)
        if not task.done():
            return Passing("no answer in time")
        self._call = None
        if id_ != notice.id:
            return await self.attempt(notice)  # that was the one before, given up meanwhile
        if error := task.exception():
            return Passing(f"failed ({type(error).__name__})")
        return Taken() if task.result() else Passing("not taken; apprise does not say why")

    def _notify(self, notice: Notice) -> bool:
        lines = [*notice.markdown.splitlines(), *map(link_in_markdown, notice.links)]
        taken = self._services.notify(
            title=one_line(notice.title),
            body="\n\n".join(lines) or one_line(notice.title),
            notify_type=_TYPES.get(notice.kind, apprise.NotifyType.INFO),
            body_format=apprise.NotifyFormat.MARKDOWN,
        )
        return bool(taken)


def known(url: str) -> bool:
    """Whether apprise can make a service of the address; nothing is sent."""
    keep_apprise_quiet()
    return bool(apprise.Apprise.instantiate(url, suppress_exceptions=True))


def keep_apprise_quiet() -> None:
    """Its complaints, and the addresses its HTTP library traces, hold tokens."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    urllib3 = logging.getLogger("urllib3")
    urllib3.setLevel(max(urllib3.level, logging.WARNING))


def _scheme(url: str) -> str:
    return urlsplit(url).scheme or "?"
