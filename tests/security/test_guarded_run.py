"""A whole deployment with everything guarded: it works, and no secret and nothing personal gets
where it does not belong (semantics §4)."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from schemas.topics import DEAD_LETTERS, EVENTS, topic_name
from streams.broker.brokers import Brokers
from streams.broker.reach import connected
from tests.kafka.secured import PASSWORD, SecuredKafka
from tests.security.front import ENGINE_PASSWORD, Signed, tls_before
from tests.security.guarded import (
    ALERT,
    API_KEY,
    CHATS,
    GRAFANA_TOKEN,
    LINK_KEY,
    PREFIX,
    WALL_PASSWORD,
    Guarded,
)
from tests.security.planted import found_below, found_in, good_looking, planted
from tests.sinks.receivers import DingTalkReceiver, FeishuReceiver, WeComReceiver
from tests.sinks.receivers.mail import PASSWORD as MAIL_PASSWORD
from tests.sinks.receivers.robots import SECRET as ROBOT_SECRET
from tests.sinks.served import Served

pytestmark = pytest.mark.kafka

#: How long Kafka keeps a record at most, together.
_KEPT = ("retention.ms", "segment.ms")


@pytest.fixture(scope="module")
def ran(
    secured: SecuredKafka,
    engine: Served,
    signed: Signed,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Guarded]:
    """After its end; its broker and its ClickHouse run on."""
    with tls_before(engine.port, signed) as port:
        dsn = f"clickhouses://default:{ENGINE_PASSWORD}@127.0.0.1:{port}/hall?ca_cert={signed.ca}"
        guarded = Guarded(secured, dsn, signed, tmp_path_factory.mktemp("guarded"))
        asyncio.run(guarded.run())
        yield guarded
        guarded.database.close()


def test_everything_went_through_tls_and_logins(ran: Guarded) -> None:
    assert ran.database.one("SELECT count() AS n FROM journeys_now")["n"] >= len(CHATS)
    for name, told in ran.evidence.told.items():
        assert "chat-1" in told, name
    replayed = ran.evidence.said["hallwatch replay"]
    assert re.search(r"accepted +5 ", replayed), replayed
    assert re.search(r"[1-9]\d* messages in", ran.evidence.said["hallwatch simulate"])
    assert ran.evidence.said[f"hallwatch ack {ALERT} --by chief"]


SECRETS = {
    "the password for Kafka": PASSWORD,
    "the password for ClickHouse": ENGINE_PASSWORD,
    "the key of links": LINK_KEY,
    "the key of the API": API_KEY,
    "a password for the wall": WALL_PASSWORD,
    "Grafana's token": GRAFANA_TOKEN,
    "the password for mail": MAIL_PASSWORD,
    "a robot's signing key": ROBOT_SECRET,
    "WeCom's robot": WeComReceiver.query.partition("=")[2],
    "DingTalk's robot": DingTalkReceiver.query.partition("=")[2],
    "Feishu's robot": FeishuReceiver.path.rpartition("/")[2],
}


def test_no_secret_is_said_served_told_or_in_a_list_of_processes(ran: Guarded) -> None:
    evidence = ran.evidence
    secrets = {**SECRETS, "a key of the gateway": evidence.gateway_key}
    assert all(secrets.values())
    places = {
        **evidence.said,
        **evidence.served,
        **evidence.told,
        "the list of processes": "\n".join(evidence.processes),
    }
    for command in ("worker", "gateway", "replay", "deadletters list"):  # they were seen
        assert any(f"streams.cli {command}" in line for line in evidence.processes), command
    found = {
        (what, where)
        for what, secret in secrets.items()
        for where, text in places.items()
        if secret in text
    }
    assert found == set()


def test_the_gateway_refuses_what_is_personal_before_kafka(ran: Guarded) -> None:
    assert ran.evidence.refusals == [422] * len(good_looking())


def test_every_planted_record_is_a_dead_letter_with_its_field_named(ran: Guarded) -> None:
    rows = ran.database.ask("SELECT reason, field, partition, offset FROM dead_letters_now")
    assert len({(row["partition"], row["offset"]) for row in rows}) == len(planted())
    assert {row["reason"] for row in rows} >= {"personal-data"}
    assert all(row["field"] for row in rows if row["reason"] == "personal-data")


def test_nothing_personal_is_said_served_or_told(ran: Guarded) -> None:
    evidence = ran.evidence
    places = {**evidence.said, **evidence.served, **evidence.told}
    found = {where: found_in(text.encode()) for where, text in places.items()}
    assert {where: forms for where, forms in found.items() if forms} == {}


def test_nothing_personal_is_in_the_broker_s_folder_but_what_producers_wrote_themselves(
    ran: Guarded,
) -> None:
    data = ran.kafka.folder / "data"
    held = {name.partition("/")[0] for name in found_below(data)}
    # What was written past the gateway stands in the input topics, and is seen by this search.
    assert {f"{topic_name(PREFIX, EVENTS)}-0", f"{topic_name(PREFIX, EVENTS)}-1"} <= held
    others = {folder for folder in held if not re.search(r"\.events-\d+$", folder)}
    assert others == set()
    letters = data / f"{topic_name(PREFIX, DEAD_LETTERS)}-0"
    assert any(path.stat().st_size for path in letters.glob("*.log"))
    # It goes with its segments: nothing of it is kept longer than the topic is.
    events = topic_name(PREFIX, EVENTS)
    with connected(Brokers(ran.kafka.bootstrap)) as admin:
        told = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, events)])
    kept = {name: int(told["topic"][events][name]["value"]) for name in _KEPT}
    assert EVENTS.retention is not None
    assert kept["retention.ms"] == EVENTS.retention.total_seconds() * 1000
    assert kept["segment.ms"] <= 24 * 3600 * 1000


def test_nothing_personal_is_in_clickhouse(ran: Guarded, engine: Served) -> None:
    assert found_below(engine.folder) == {}
    client = ran.database
    tables = client.ask(
        "SELECT database, name FROM system.tables WHERE database IN ('hall', 'replay')"
        " AND engine LIKE '%MergeTree'"
    )
    assert {"events", "dead_letters", "journeys", "alerts"} <= {one["name"] for one in tables}
    for one in tables:
        rows = client.text(f"SELECT * FROM {one['database']}.{one['name']}", "JSONEachRow")
        assert found_in(rows.encode()) == [], one


def test_nothing_personal_is_in_what_we_keep_on_disk(ran: Guarded) -> None:
    assert found_below(ran.folder, but=("events.ndjson",)) == {}
