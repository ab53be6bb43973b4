"""The topics, brought to what schemas.topics declares.

Owns creating them, checking their partition counts and mending their settings. Does not
declare them, and never deletes one. Called by the worker before Faust starts, by the demo
and the tests. Invariant: when `ensure_topics` returns, every topic exists with exactly the
wanted number of partitions.
"""

import logging
import time
from collections.abc import Collection, Mapping
from datetime import timedelta

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
)

from schemas.topics import ALL, Topic, topic_config, topic_name
from streams.broker.brokers import Brokers
from streams.broker.reach import Say, connected

log = logging.getLogger(__name__)

_VISIBLE_WITHIN_S = 30.0

#: What an existing topic's settings are, by topic name.
Settings = Mapping[str, Mapping[str, str]]


class PartitionsDifferError(Exception):
    """A topic exists with another number of partitions than wanted."""


def more_partitions_error(
    topic: str, wanted: int, beyond: Collection[int]
) -> PartitionsDifferError:
    """For a topic that was given partitions while workers run."""
    return PartitionsDifferError(
        f"topic {topic} was given partitions beyond the {wanted} this deployment has"
        f" ({', '.join(map(str, sorted(beyond)))}). The topics beside it have no such"
        " partitions, and the later events of journeys under way may be in another one than"
        " their earlier ones. Nothing is decided from them, and nothing in them is lost. Cure:"
        " stop the producers, and go on under another HALLWATCH_TOPIC_PREFIX with"
        " HALLWATCH_PARTITIONS as many as wanted; Kafka cannot take partitions away again."
    )


class TopicRefusedError(Exception):
    """The broker would not create or show a topic."""


def ensure_topics(
    brokers: Brokers,
    prefix: str,
    partitions: int,
    *,
    replication: int = 1,
    patience: timedelta = timedelta(seconds=60),
    say: Say = log.warning,
) -> None:
    """Create what is missing, refuse what cannot be used, mend what differs.

    May be run by many workers at once and any number of times. Raises BrokerUnreachableError,
    PartitionsDifferError or TopicRefusedError, each with its cure in the message.
    """
    wanted = {topic_name(prefix, topic): topic for topic in ALL}
    with connected(brokers, patience=patience, say=say) as admin:
        try:
            _refuse_denied(admin, list(wanted))
            found = count_partitions(admin, list(wanted))
            _refuse_other_counts(found, prefix, partitions)  # before anything is created
            missing = {name: topic for name, topic in wanted.items() if name not in found}
            for name, topic in missing.items():
                _create(admin, name, topic, partitions, replication)
            if missing:
                found = _wait_until_visible(admin, list(wanted))
                # Another worker with another setting may have been first.
                _refuse_other_counts(found, prefix, partitions)
        except KafkaError as error:
            raise TopicRefusedError(
                f"the broker at {brokers} answers, but does not show its topics: {error}"
            ) from error
        _mend_settings(admin, wanted, say)


def count_partitions(admin: KafkaAdminClient, names: list[str]) -> dict[str, int]:
    """Of each of these topics that exists."""
    return {
        described["name"]: len(described["partitions"])
        for described in admin.describe_topics(names)
        if described["error_code"] == 0 and described["partitions"]
    }


def _refuse_denied(admin: KafkaAdminClient, names: list[str]) -> None:
    """Else such a topic looks as if it were missing."""
    denied = sorted(
        described["name"]
        for described in admin.describe_topics(names)
        if described["error_code"] == TopicAuthorizationFailedError.errno
    )
    if denied:
        raise TopicRefusedError(
            f"the broker denies this worker its topics ({', '.join(denied)}). Cure: grant it"
            " DESCRIBE, READ and WRITE on them, READ on its group (HALLWATCH_GROUP), and WRITE"
            " on the transactional ids that begin with the name of the state or the deliveries"
            " topic"
        )


def _refuse_other_counts(found: Mapping[str, int], prefix: str, partitions: int) -> None:
    others = {name: count for name, count in found.items() if count != partitions}
    if not others:
        return
    listed = ", ".join(f"{name} has {count}" for name, count in sorted(others.items()))
    counts = set(found.values())
    keep = f"set HALLWATCH_PARTITIONS={counts.pop()}, or " if len(counts) == 1 else ""
    raise PartitionsDifferError(
        f"topics with another number of partitions than the {partitions} wanted: {listed}."
        f" All topics of {prefix}.* must have the same number, since what is decided from a"
        " partition goes to the same partition of the others, and a journey keeps its"
        f" partition for life. Cure: {keep}choose another HALLWATCH_TOPIC_PREFIX, or stop every"
        " producer and worker, delete the topics named here and start again (what they hold"
        " is lost). If nobody created them on purpose, a client did while they were missing:"
        " turn the broker's auto.create.topics.enable off."
    )


def _create(
    admin: KafkaAdminClient, name: str, topic: Topic, partitions: int, replication: int
) -> None:
    try:
        admin.create_topics(
            {
                name: {
                    "num_partitions": partitions,
                    "replication_factor": replication,
                    "configs": topic_config(topic),
                }
            }
        )
    except TopicAlreadyExistsError:
        pass  # another worker was first
    except KafkaError as error:
        raise TopicRefusedError(
            f"the broker does not create topic {name} with {partitions} partitions and"
            f" replication factor {replication}: {error}"
        ) from error


def _wait_until_visible(admin: KafkaAdminClient, names: list[str]) -> dict[str, int]:
    """Metadata spreads after creation; a producer that looks too early would fail."""
    give_up_at = time.monotonic() + _VISIBLE_WITHIN_S
    while True:
        found = count_partitions(admin, names)
        hidden = sorted(set(names) - set(found))
        if not hidden:
            return found
        if time.monotonic() > give_up_at:
            raise TopicRefusedError(
                f"created, but not shown by the broker after {_VISIBLE_WITHIN_S:.0f} s:"
                f" {', '.join(hidden)}"
            )
        time.sleep(0.05)


def _mend_settings(admin: KafkaAdminClient, wanted: Mapping[str, Topic], say: Say) -> None:
    try:
        found = _read_settings(admin, list(wanted))
    except KafkaError as error:  # often: we may read and write, but not see settings
        say(f"topic settings are unchecked: {error}")
        return
    if not any(found.values()):
        say("this broker does not tell topic settings: retention and compaction are unchecked")
        return
    for name, topic in wanted.items():
        differing = {
            key: value
            for key, value in topic_config(topic).items()
            if found[name].get(key) != value
        }
        if not differing:
            continue
        listed = ", ".join(
            f"{key} {found[name].get(key, 'default')} -> {value}"
            for key, value in sorted(differing.items())
        )
        try:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, differing)])
            say(f"topic {name}: settings changed as declared: {listed}")
        except (KafkaError, ValueError) as error:
            say(f"topic {name}: settings differ and cannot be changed ({error}): {listed}")


def _read_settings(admin: KafkaAdminClient, names: list[str]) -> Settings:
    """What was set on each topic; brokers leave out what is at its default."""
    answers = admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    ).get("topic", {})
    return {
        name: {key: str(entry["value"]) for key, entry in answers.get(name, {}).items()}
        for name in names
    }
