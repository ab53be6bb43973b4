"""The channels a worker tells alerts over, and the words it uses.

Wiring only: settings and rulebook in, outboxes out. Called by `streams.worker`.
"""

from collections.abc import Callable

import aiohttp

from schemas.outcomes import AlertMessage
from sinks.bodies import notice_of
from sinks.channel_webhook import Webhook, WebhookSettings
from sinks.channels import Channel, LogChannel
from sinks.courier import Courier
from sinks.names import Language
from sinks.notice import Notice
from sinks.outbox import Outbox
from streams.closing import Closing
from streams.core.rules import Rulebook
from streams.settings import Settings
from streams.worker_names import site_names


def open_outboxes(settings: Settings, closing: Closing) -> list[Outbox]:
    """One for each channel that is configured."""
    session = aiohttp.ClientSession()
    closing.add("the webhook's connections", session.close, 0.1)
    channels: list[Channel] = [LogChannel()]
    if settings.webhook:
        webhook = WebhookSettings(url=settings.webhook, secret=settings.webhook_secret)
        channels.append(Courier(Webhook(webhook, session)))
    outboxes = [Outbox(channel) for channel in channels]
    for outbox in outboxes:
        closing.add("a channel's outbox", outbox.close, 0.3)
    return outboxes


def words_of(settings: Settings, book: Rulebook) -> Callable[[AlertMessage], Notice]:
    """An alert in the language of the hall."""
    language = Language(settings.language)
    names = site_names(book, language)

    def say(message: AlertMessage) -> Notice:
        return notice_of(message, names, language)

    return say
