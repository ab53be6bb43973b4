"""docs/asyncapi.json, by AsyncAPI's own parser, and held against what is really sent."""

import copy
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from schemas.deadletters import DeadLetter
from schemas.decode import Rejected, decode
from schemas.outcomes import ROWS, Table
from schemas.published.asyncapi import document
from schemas.published.shape import FRAMES
from schemas.topics import ALL, EVENTS, topic_config
from streams.core.partition import Limits, Partition
from streams.publish import DECIDED_HEADER, ROWS_HEADER, Names
from streams.rules.load import load_rulebook
from streams.sheet import sheet_of
from tests.published.parser import parsed

DOCUMENT: dict[str, Any] = msgspec.json.decode(document())

MESSAGES = DOCUMENT["components"]["messages"]


def test_the_public_parser_finds_nothing_wrong() -> None:
    found = parsed(document())
    assert found.errors == []
    assert len(found.messages) == len(MESSAGES)
    kinds = {message for channel, message in found.messages if channel == EVENTS.suffix}
    assert kinds == {kind.replace(".", "-") for kind in FRAMES}


def _reference_to_nowhere(wrong: dict[str, Any]) -> None:
    wrong["operations"]["send-alerts"]["channel"]["$ref"] = "#/channels/nowhere"


def _no_type_of_json(wrong: dict[str, Any]) -> None:
    wrong["components"]["messages"]["ticket-left"]["payload"]["type"] = "thing"


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (_reference_to_nowhere, "operations/send-alerts/channel"),
        (_no_type_of_json, "messages/ticket-left/payload/type"),
    ],
)
def test_the_public_parser_finds_what_is_wrong(
    spoil: Callable[[dict[str, Any]], None], place: str
) -> None:
    wrong = copy.deepcopy(DOCUMENT)
    spoil(wrong)
    assert [one.path for one in parsed(msgspec.json.encode(wrong)).errors if place in one.path]


def test_every_topic_is_there_and_kept_as_it_is_made() -> None:
    assert DOCUMENT["channels"].keys() == {topic.suffix for topic in ALL}
    for topic in ALL:
        channel = DOCUMENT["channels"][topic.suffix]
        assert channel["address"] == f"{{prefix}}.{topic.suffix}"
        said = channel["bindings"]["kafka"]["topicConfiguration"]
        config = topic_config(topic)
        assert said["cleanup.policy"] == [config.get("cleanup.policy", "delete")]
        assert str(said.get("retention.ms", "")) == config.get("retention.ms", "")
        assert str(said["max.message.bytes"]) == config["max.message.bytes"]


def payload(message: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(MESSAGES[message]["payload"])


def test_the_example_of_each_message_is_one() -> None:
    """The parser leaves the examples of version 3 documents alone."""
    shown = {name: one["examples"] for name, one in MESSAGES.items() if "examples" in one}
    assert len(shown) > 60
    for name, examples in shown.items():
        for example in examples:
            payload(name).validate(example["payload"])


def test_what_a_worker_sends_is_what_the_document_says() -> None:
    """A request for a human that nobody answers: rows and messages of a real settlement."""
    value = b"""{"specversion": "1.0", "type": "assist.requested", "id": "1",
        "source": "urn:hall:chat", "subject": "chat-7", "time": "2022-10-14T09:00:00+08:00",
        "data": {"section": "S24"}}"""
    request = decode(value)
    assert not isinstance(request, Rejected)
    hall = Partition(0, load_rulebook(), Limits(event_clock=True))
    hall.take(request, offset=0, ingest=1665709200000)
    outcomes = hall.settle(hall.log_time + 60_001)
    names = Names("hall.events", "hall.outcomes", "hall.alerts", "hall.deadletters", 4)
    sheet = sheet_of(names, outcomes)
    told = set()
    for topic, key, rows, headers in sheet.sends():
        assert topic == "hall.outcomes"
        assert key is not None
        assert rows is not None
        name = f"rows-{key.decode()}"
        lines = rows.splitlines()
        assert [(header, int(count)) for header, count in headers] == [(ROWS_HEADER, len(lines))]
        assert ROWS_HEADER in MESSAGES[name]["headers"]["required"]
        for line in lines:
            payload(name).validate(msgspec.json.decode(line))
        told.add(Table(key.decode()))
    assert {Table.JOURNEYS, Table.VERDICTS, Table.WINDOWS, Table.ALERTS} <= told <= ROWS.keys()
    alerts = sheet.alerts(1665709260001)
    assert len(alerts) == 1
    for one in alerts:
        message = msgspec.json.decode(one.value or b"")
        assert message["type"] == "hall.alert.breached"
        payload("hall-alert").validate(message)
        assert [name for name, _ in one.headers] == [DECIDED_HEADER]
        assert DECIDED_HEADER in MESSAGES["hall-alert"]["headers"]["properties"]


def test_a_dead_letter_is_what_the_document_says() -> None:
    letter = DeadLetter(
        topic="hall.events",
        partition=3,
        offset=1842,
        ingest_at=1665709200.0,
        reason="missing-field",
        field="data.section",
        detail="data.section is missing",
        raw=b"{}",
        key=b"20221014-A0123",
        headers=(("ce_type", b"ticket.left"), ("empty", None)),
    )
    sent = msgspec.json.decode(msgspec.json.encode(letter))
    payload("dead-letter").validate(sent)
    sent["headers"][0].append("a third")
    with pytest.raises(jsonschema_rs.ValidationError):
        payload("dead-letter").validate(sent)
