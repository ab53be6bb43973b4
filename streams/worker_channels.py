"""The channels a worker tells alerts over, and how it remembers what it told.

Wiring only: settings and rulebook in, `Notices` out. Called by `streams.worker`.
"""

from collections.abc import Callable
from datetime import timedelta

import aiohttp

from schemas.topics import DELIVERIES, topic_name
from sinks.channel_kinds import open_channel
from sinks.channel_webhook import Webhook, WebhookSettings
from sinks.channels import Channel, LogChannel
from sinks.courier import Courier, Patience
from sinks.names import Language
from streams.app_notify import Notices
from streams.broker.brokers import brokers_of
from streams.checkpoint import StateLog
from streams.closing import Closing
from streams.core.rules import Rulebook
from streams.durable import Durable
from streams.faust_app import names_of
from streams.journal import Deliveries, Journal
from streams.notify.notifier import Notifier
from streams.read_log import Log
from streams.settings import Settings
from streams.worker_links import MessageLinks
from streams.worker_words import words_of

#: No channel of a data file can be called so: a code has no spaces.
LOG, WEBHOOK = "the log", "the webhook"


def open_notices(
    settings: Settings,
    book: Rulebook,
    closing: Closing,
    durable: Callable[[int, StateLog], Durable],
    failed: Callable[[BaseException], None],
    mute: bool,
) -> Notices:
    """`durable`: how one partition is written, and who else is shut out. `mute`: nobody is
    told anything."""
    patience = timedelta(milliseconds=book.notifying.give_up_ms)
    plain: dict[str, Channel] = {}
    people: dict[str, Channel] = {}
    if not mute:
        session = aiohttp.ClientSession(auto_decompress=False)
        closing.add("the channels' connections", session.close, 0.1)
        plain = _plain(settings, session, patience)
        people = {
            name: open_channel(
                name, rule.kind, rule.options, session, patience=Patience(give_up_after=patience)
            )
            for name, rule in book.channels.items()
        }
    log = Log(brokers_of(settings), settings.transactions)
    topic = topic_name(settings.topic_prefix, DELIVERIES)
    states = StateLog(topic, log)

    def open_journal(number: int) -> Journal:
        return Journal(number, names_of(settings), durable(number, states))

    notices = Notices(
        Notifier(book, tuple(plain)),
        {**plain, **people},
        words_of(settings, book, MessageLinks(settings, book, Language(settings.language))),
        Deliveries(topic, log),
        open_journal,
        patience,
        failed,
    )
    closing.add("the channels", notices.close, 0.3)
    return notices


def _plain(
    settings: Settings, session: aiohttp.ClientSession, patience: timedelta
) -> dict[str, Channel]:
    """Those that get everything, whoever is configured to be told."""
    channels: dict[str, Channel] = {LOG: LogChannel()}
    if settings.webhook:
        webhook = WebhookSettings(url=settings.webhook, secret=settings.webhook_secret)
        way = Webhook(webhook, session)
        channels[WEBHOOK] = Courier(way, patience=Patience(give_up_after=patience))
    return channels
