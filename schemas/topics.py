"""Topics: names, and how each is kept. Declared once; created by the worker at start.

Invariant: all of them have the same number of partitions, and what is decided from partition p of
`events` goes to partition p of the others; but alerts go to the partition of their section, so
that whoever tells people has all of one section, and what he told stands in the same partition
of `deliveries`.
"""

from datetime import timedelta

from msgspec import Struct


class Topic(Struct, frozen=True):
    """One topic's suffix and policy; `Topics.name` puts the deployment's prefix before it."""

    suffix: str
    retention: timedelta | None = None  #: None: kept for ever (compacted)
    compacted: bool = False
    broker_time: bool = False  #: stamped by the broker on arrival, whatever a producer says
    max_message_bytes: int = 8 * 1024 * 1024


EVENTS = Topic("events", retention=timedelta(days=7), broker_time=True)
OUTCOMES = Topic("outcomes", retention=timedelta(days=7))
ALERTS = Topic("alerts", retention=timedelta(days=30))
STATE = Topic("state", compacted=True)
DELIVERIES = Topic("deliveries", compacted=True)  #: what was told to whom, and what waits
DEAD_LETTERS = Topic("deadletters", retention=timedelta(days=30))

ALL = (EVENTS, OUTCOMES, ALERTS, STATE, DELIVERIES, DEAD_LETTERS)


#: Of topics that are not kept for ever.
_SEGMENT = timedelta(days=1)


def topic_name(prefix: str, topic: Topic) -> str:
    """`hall` + `events` → `hall.events`."""
    return f"{prefix}.{topic.suffix}"


def topic_config(topic: Topic) -> dict[str, str]:
    """The broker settings the policy stands for.

    The state topic is cleaned often and in small segments, so that a restart reads
    little more than one record per open journey.
    """
    config = {"max.message.bytes": str(topic.max_message_bytes)}
    if topic.compacted:
        config |= {
            "cleanup.policy": "compact",
            "segment.bytes": str(16 * 1024 * 1024),
            "segment.ms": "600000",
            "min.cleanable.dirty.ratio": "0.1",
            "delete.retention.ms": "3600000",
        }
    if topic.broker_time:
        # Ingest time is the broker's (semantics §3): lag and lateness are measured by it.
        config["message.timestamp.type"] = "LogAppendTime"
    if topic.retention is not None:
        config["retention.ms"] = _milliseconds(topic.retention)
        # Kafka deletes whole segments: what is in one is kept for as long as it is written to,
        # which by Kafka's default is a week more.
        config["segment.ms"] = _milliseconds(min(topic.retention, _SEGMENT))
    return config


def _milliseconds(span: timedelta) -> str:
    return str(int(span.total_seconds() * 1000))
