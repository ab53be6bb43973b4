"""The links under a message: how it came about, and what its reader may do about it.

Wiring only: settings in, links out. Called by what puts alerts into notices. Invariant: a link that
acts is made for one alert, and for one person or those who share a channel; without the key none is
made.
"""

import time
from collections.abc import Callable, Sequence

from dashboards.stories.links import PROOF, Details, plain_details
from schemas.acting import ActKind
from schemas.outcomes import AlertRow
from sinks.names import Language, Phrase
from sinks.notice import Link
from streams.acts.links import DetailsToken, ListToken, sign
from streams.acts.offers import Reader, offers_of
from streams.core.rules import Rulebook
from streams.key_files import read_key
from streams.settings import Settings
from streams.worker_names import ANYONE

_EXPLAIN = Phrase("查看详情", "Details")
_ACTS = {
    ActKind.ACKNOWLEDGE: Phrase("我已知悉", "I look after it"),
    ActKind.EXCUSE: Phrase("申请免责", "Excuse it"),
    ActKind.SILENCE: Phrase("暂停通知", "Silence it for a while"),
}
_ONE_BY_ONE = Phrase("逐项处理", "Go through them")

_DAY_S = 86_400


def details_of(settings: Settings) -> Details:
    """The path proves that it came in a message, for where the wall asks who you are. Also where
    it asks nobody yet: what is sent today is opened tomorrow, when it may. Raises SettingsError."""
    key = read_key(settings.link_key_file, "LINK_KEY_FILE")
    if not key:
        return plain_details

    def proving(alert: str, expires: int) -> str:
        proof = sign(key, DetailsToken(alert, expires))
        return f"{plain_details(alert, expires)}?{PROOF}={proof}"

    return proving


class MessageLinks:
    """None at all without a public address; none that act without the key."""

    def __init__(
        self,
        settings: Settings,
        book: Rulebook,
        language: Language,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises SettingsError."""
        self._base = settings.public_url
        self._language = language
        self._key = read_key(settings.link_key_file, "LINK_KEY_FILE")
        self._valid_s = settings.link_days * _DAY_S
        self._details = details_of(settings)
        self._now = now
        # Where nobody is listed anybody acts, as "anyone".
        self._unknown = Reader() if book.people else Reader(by=ANYONE)

    def of_alert(self, alert: AlertRow, reader: Reader) -> tuple[Link, ...]:
        if not self._base:
            return ()
        explain = self._base + self._details(alert.alert, self._expires())
        offers = offers_of(self._key, alert, self._known(reader), self._expires())
        return (
            Link(_EXPLAIN.said(self._language), explain),
            *(
                Link(_ACTS[offer.kind].said(self._language), f"{self._base}act/{offer.token}")
                for offer in offers
            ),
        )

    def of_list(self, sections: Sequence[str], reader: Reader) -> tuple[Link, ...]:
        """To what is not over in these sections."""
        reader = self._known(reader)
        if not self._base or not self._key or not reader.known:
            return ()
        token = ListToken(tuple(sections), reader.by, self._expires(), reader.channel)
        url = f"{self._base}act/list/{sign(self._key, token)}"
        return (Link(_ONE_BY_ONE.said(self._language), url),)

    def _known(self, reader: Reader) -> Reader:
        return reader if reader.known else self._unknown

    def _expires(self) -> int:
        return int(self._now()) + self._valid_s
