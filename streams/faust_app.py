"""Faust as a worker needs it: its settings, its topics, and nothing done to the bytes.

Called by `streams.app` and the worker's wiring. Invariant: Faust neither decodes nor
commits anything of ours.
"""

import faust
from faust.serializers import codecs

from schemas.topics import ALERTS, DEAD_LETTERS, EVENTS, OUTCOMES, topic_name
from streams.broker.brokers import Brokers, brokers_of
from streams.publish import Names
from streams.settings import Settings
from streams.transport import FetchSettings


class _Untouched(codecs.Codec):
    """Batches pass Faust as they are: bytes are decoded by the lanes."""

    def _loads(self, s: object) -> object:
        return s

    def _dumps(self, s: object) -> object:
        return s


codecs.register("hallwatch-records", _Untouched())


def names_of(settings: Settings) -> Names:
    """The topics of this deployment."""
    prefix = settings.topic_prefix
    return Names(
        topic_name(prefix, EVENTS),
        topic_name(prefix, OUTCOMES),
        topic_name(prefix, ALERTS),
        topic_name(prefix, DEAD_LETTERS),
        settings.partitions,
    )


def batches_of(app: faust.App, name: str) -> faust.TopicT:
    # acks=False: positions are ours (streams.lane, streams.progress), and Faust's own
    # bookkeeping of them costs a list entry per record.
    return app.topic(name, value_serializer="hallwatch-records", acks=False, internal=False)


def _credentials(brokers: Brokers) -> faust.SASLCredentials | faust.SSLCredentials | None:
    if (login := brokers.login) is not None:
        return faust.SASLCredentials(
            username=login.user,
            password=login.password,
            mechanism=login.mechanism,
            ssl_context=brokers.tls,
        )
    return faust.SSLCredentials(brokers.tls) if brokers.tls else None


def faust_app(settings: Settings) -> faust.App:
    brokers = brokers_of(settings)
    return faust.App(
        settings.group,
        broker=[f"kafka://{address}" for address in brokers.addresses],
        broker_credentials=_credentials(brokers),
        store="memory://",
        datadir=str(settings.data / "faust"),
        autodiscover=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=settings.partitions,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=60_000,  # how late new partitions are noticed
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=settings.session_seconds / 5,
        broker_request_timeout=max(40.0, settings.session_seconds + 10.0),  # Faust insists
        broker_commit_interval=3600.0,  # nothing of ours is committed by Faust
        producer_acks=1,
        consumer_max_fetch_size=FetchSettings().of_a_partition(settings.partitions),
        stream_wait_empty=True,
        logging_config=None,
        worker_redirect_stdouts=False,
    )
