"""A broker that denies a worker one of its topics: told at once, with what to grant."""

from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from streams.broker.brokers import Brokers
from streams.broker.topics import TopicRefusedError, ensure_topics
from tests.kafka.apache import ApacheKafka

pytestmark = pytest.mark.kafka

AUTHORISED = """\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""


def test_a_denied_topic_is_named_with_what_to_grant(tmp_path: Path) -> None:
    kafka = ApacheKafka(tmp_path / "kafka", AUTHORISED)
    try:
        kafka.start()
        ensure_topics(Brokers(kafka.bootstrap), "hall", 2)
        admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        denied = ResourcePattern(ResourceType.TOPIC, "hall.outcomes")
        rule = ACL("User:*", "*", ACLOperation.ALL, ACLPermissionType.DENY, denied)
        admin.create_acls([rule])
        admin.close()
        with pytest.raises(TopicRefusedError, match=r"denies .*\(hall\.outcomes\)") as told:
            ensure_topics(Brokers(kafka.bootstrap), "hall", 2)
        assert "HALLWATCH_GROUP" in str(told.value)
    finally:
        kafka.kill()
