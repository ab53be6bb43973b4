"""The channels a worker tells alerts over, and the words it uses.

Wiring only: settings and rulebook in, outboxes out. Called by `streams.worker`.
"""

from collections.abc import Callable

import aiohttp

from schemas.outcomes import AlertRow
from sinks.alert_text import Language, Names, alert_text
from sinks.channels import Channel, LogChannel, WebhookChannel, WebhookSettings
from sinks.outbox import Outbox
from streams.closing import Closing
from streams.core.rules import Rulebook
from streams.settings import Settings


def open_outboxes(settings: Settings, closing: Closing) -> list[Outbox]:
    """One for each channel that is configured."""
    session = aiohttp.ClientSession()
    closing.add("the webhook's connections", session.close, 0.1)
    channels: list[Channel] = [LogChannel()]
    if settings.webhook:
        webhook = WebhookSettings(url=settings.webhook, secret=settings.webhook_secret)
        channels.append(WebhookChannel(webhook, session))
    outboxes = [Outbox(channel) for channel in channels]
    for outbox in outboxes:
        closing.add("a channel's outbox", outbox.close, 0.3)
    return outboxes


def words_of(settings: Settings, book: Rulebook) -> Callable[[AlertRow], str]:
    """An alert in the language of the hall."""
    chinese = settings.language == "zh"
    names = Names(
        promises={
            promise.value: rules.title_zh if chinese else rules.title_en
            for promise, rules in book.promises.items()
        },
        sections={
            section.code: section.name_zh if chinese else section.name_en
            for section in (book.elsewhere, *book.sections.values())
        },
    )
    language = Language.CHINESE if chinese else Language.ENGLISH

    def say(alert: AlertRow) -> str:
        return alert_text(alert, names, language)

    return say
