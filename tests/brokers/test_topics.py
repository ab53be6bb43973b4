"""The worker's topics on every broker: created once, checked always, mended where possible."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from schemas.topics import ALL, EVENTS, STATE, topic_name
from streams.broker.brokers import Brokers
from streams.broker.reach import connected
from streams.broker.topics import PartitionsDifferError, TopicRefusedError, ensure_topics
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka


@pytest.fixture
def admin(broker: Broker) -> Iterator[KafkaAdminClient]:
    with connected(Brokers(broker.bootstrap)) as client:
        yield client


def counts(admin: KafkaAdminClient, prefix: str) -> dict[str, int]:
    names = [topic_name(prefix, topic) for topic in ALL]
    return {
        described["name"]: len(described["partitions"])
        for described in admin.describe_topics(names)
        if described["error_code"] == 0
    }


def settings(admin: KafkaAdminClient, name: str) -> dict[str, str]:
    found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    return {key: entry["value"] for key, entry in found["topic"][name].items()}


def test_all_topics_are_created_with_the_same_count_and_a_second_time_changes_nothing(
    broker: Broker, admin: KafkaAdminClient, topic_prefix: str
) -> None:
    for _ in range(2):
        ensure_topics(Brokers(broker.bootstrap), topic_prefix, 3)
        assert counts(admin, topic_prefix) == {topic_name(topic_prefix, topic): 3 for topic in ALL}


def test_what_is_missing_is_added_to_what_is_there(
    broker: Broker, admin: KafkaAdminClient, topic_prefix: str
) -> None:
    admin.create_topics({topic_name(topic_prefix, EVENTS): {"num_partitions": 2}})
    ensure_topics(Brokers(broker.bootstrap), topic_prefix, 2)
    assert counts(admin, topic_prefix) == {topic_name(topic_prefix, topic): 2 for topic in ALL}


def test_another_count_is_refused_by_name_with_both_counts_and_nothing_is_created(
    broker: Broker, admin: KafkaAdminClient, topic_prefix: str
) -> None:
    name = topic_name(topic_prefix, EVENTS)
    admin.create_topics({name: {"num_partitions": 5, "replication_factor": 1}})
    with pytest.raises(PartitionsDifferError) as refusal:
        ensure_topics(Brokers(broker.bootstrap), topic_prefix, 4)
    for part in (f"{name} has 5", "the 4 wanted", "HALLWATCH_PARTITIONS=5"):
        assert part in str(refusal.value)
    assert counts(admin, topic_prefix) == {name: 5}


def test_topics_that_disagree_among_themselves_offer_no_setting_as_a_cure(
    broker: Broker, admin: KafkaAdminClient, topic_prefix: str
) -> None:
    for topic, count in ((EVENTS, 4), (STATE, 2)):
        admin.create_topics(
            {topic_name(topic_prefix, topic): {"num_partitions": count, "replication_factor": 1}}
        )
    with pytest.raises(PartitionsDifferError) as refusal:
        ensure_topics(Brokers(broker.bootstrap), topic_prefix, 4)
    assert f"{topic_name(topic_prefix, STATE)} has 2" in str(refusal.value)
    assert "HALLWATCH_PARTITIONS=" not in str(refusal.value)


def test_workers_starting_at_the_same_moment_agree(
    broker: Broker, admin: KafkaAdminClient, topic_prefix: str
) -> None:
    with ThreadPoolExecutor(4) as workers:
        list(
            workers.map(
                lambda _: ensure_topics(
                    Brokers(broker.bootstrap), topic_prefix, 3, say=lambda _: None
                ),
                range(4),
            )
        )
    assert set(counts(admin, topic_prefix).values()) == {3}


@pytest.mark.kafka
def test_settings_are_as_declared_and_a_changed_one_is_put_right_aloud(
    apache_kafka: ApacheKafka, topic_prefix: str
) -> None:
    name = topic_name(topic_prefix, STATE)
    said: list[str] = []
    ensure_topics(Brokers(apache_kafka.bootstrap), topic_prefix, 1, say=said.append)
    assert said == []
    with connected(Brokers(apache_kafka.bootstrap)) as admin:
        assert settings(admin, name)["cleanup.policy"] == "compact"
        assert settings(admin, name)["max.message.bytes"] == str(STATE.max_message_bytes)
        changed = {"cleanup.policy": "delete", "min.compaction.lag.ms": "77"}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, changed)])
        ensure_topics(Brokers(apache_kafka.bootstrap), topic_prefix, 1, say=said.append)
        assert settings(admin, name)["cleanup.policy"] == "compact"
        # A setting hallwatch does not declare is the operator's.
        assert settings(admin, name)["min.compaction.lag.ms"] == "77"
    assert len(said) == 1
    assert "cleanup.policy delete -> compact" in said[0]


@pytest.mark.kafka
def test_too_high_a_replication_factor_is_refused_with_the_numbers(
    apache_kafka: ApacheKafka, topic_prefix: str
) -> None:
    with pytest.raises(TopicRefusedError, match="replication factor 3"):
        ensure_topics(Brokers(apache_kafka.bootstrap), topic_prefix, 1, replication=3)


def test_the_embedded_broker_is_said_to_tell_no_settings(broker: Broker, topic_prefix: str) -> None:
    said: list[str] = []
    ensure_topics(Brokers(broker.bootstrap), topic_prefix, 1, say=said.append)
    assert bool(said) == (broker.kind == "embedded")
