"""What is refused, with which status, naming which field; and that nothing of it is said again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.decode import LONGEST_BYTES
from streams.broker.embedded import EmbeddedBroker
from streams.gateway.binding import BatchLimits, Mode, Posted, Wire, unpack
from streams.gateway.key_desk import revoke_key
from streams.gateway.problem import Problem
from streams.gateway.reception import receive
from streams.gateway.senders import SENDABLE_TYPES, Sender
from streams.gateway.serve import GatewaySettings
from tests.gateway.running import SOURCE, Place, called, key_of, ready_gateway
from tests.gateway.test_taken import binary
from tests.schemas.test_examples import BAD, EXPECTED, GOOD

ALL = Sender(name="all", sources=["*"], types=["*"])
NOW_MS = 1_700_000_000_000

#: As planted in requests below.
PERSONAL = ("11010519491231002X", "13800138000", "王小明")

LIMITS = GatewaySettings(
    per_second=100_000, at_once=1_000_000, batch=BatchLimits(most_events=50, most_bytes=128 * 1024)
)


@pytest.fixture
async def place(
    embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path
) -> AsyncIterator[Place]:
    async with ready_gateway(embedded_broker.bootstrap, topic_prefix, tmp_path, LIMITS) as ready:
        yield ready


def test_what_a_worker_refuses_is_refused_here_for_the_same_reason() -> None:
    """All of the bad examples."""
    told, repeated = {}, []
    for path in BAD:
        refused = receive([Wire(path.read_bytes(), ())], ALL, NOW_MS)
        assert isinstance(refused, Problem), path.name
        assert refused.status in (400, 422)
        assert isinstance(refused.errors, list)
        (fault,) = refused.errors
        told[path.name] = {"reason": fault.reason, "field": fault.field}
        said = msgspec.json.encode(refused).decode()
        repeated += [(path.name, text) for text in PERSONAL if text in said]
    assert told == {name: EXPECTED[name] for name in told}
    assert len(told) > 400
    assert repeated == []


def test_every_event_of_a_hall_s_systems_is_taken_and_no_other() -> None:
    """All of the good examples."""
    taken = set()
    for path in GOOD:
        outcome = receive([Wire(path.read_bytes(), ())], ALL, 2_000_000_000_000)
        kind = path.stem.partition("--")[0]
        if isinstance(outcome, list):
            taken.add(kind)
        else:
            assert (outcome.status, outcome.field) == (403, "type"), path.name
            assert kind not in SENDABLE_TYPES
    assert taken == SENDABLE_TYPES


EVENTS: dict[str, tuple[dict[str, Any], tuple[int, str, str]]] = {
    "another's source": (called(1, source="urn:other"), (403, "source", "out-of-scope")),
    "a type the key is not for": (
        called(1, type="ticket.left"),
        (403, "type", "out-of-scope"),
    ),
    "a field that is missing": (
        called(1, data={"section": "S01"}),
        (422, "data.counter", "missing-field"),
    ),
    "a field nobody knows": (
        called(1, data={"section": "S01", "counter": "C1", "note": "x"}),
        (422, "data.note", "unknown-field"),
    ),
    "a number for a text": (
        called(1, data={"section": 1, "counter": "C1"}),
        (422, "data.section", "wrong-type"),
    ),
    "a time without an offset": (
        called(1, time="2022-10-14T09:12:31"),
        (422, "time", "naive-time"),
    ),
    "a time that is still to come": (
        called(1, time="2098-10-14T09:12:31Z"),
        (422, "time", "from-the-future"),
    ),
    "no subject": ({**called(1), "subject": ""}, (422, "subject", "out-of-range")),
    "an ID number": (
        called(1, PERSONAL[0]),
        (422, "subject", "personal-data"),
    ),
    "a telephone number in an attribute nobody reads": (
        called(1, phone=PERSONAL[1]),
        (422, "phone", "personal-data"),
    ),
    "a name": (
        called(1, data={"section": "S01", "counter": PERSONAL[2]}),
        (422, "data.counter", "personal-data"),
    ),
}


@pytest.mark.parametrize(("event", "fault"), EVENTS.values(), ids=EVENTS)
async def test_an_event_at_fault_is_told_by_its_field(
    place: Place, event: dict[str, Any], fault: tuple[int, str, str]
) -> None:
    key = key_of(place.keys, "narrow", sources=[SOURCE], types=["ticket.called"])
    ways = {
        "structured": await place.post(event, key=key),
        "batch": await place.post([event], Mode.BATCH, key),
        "binary": await place.post(event["data"], Mode.BINARY, key, **binary(event)),
    }
    assert {way: answer.fault for way, answer in ways.items()} == dict.fromkeys(ways, fault)
    for answer in ways.values():
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.body["field"] == fault[1]
        assert not any(text in str(answer) for text in PERSONAL)
    assert await place.records() == []


async def test_what_stands_in_a_field_said_twice_is_not_kept_unseen(place: Place) -> None:
    value = msgspec.json.encode(called(1))
    twice = value[:-1] + b', "id": "%s", "id": "q-1"}' % PERSONAL[1].encode()
    assert (await place.post(twice)).fault == (422, "", "repeated-field")
    assert await place.records() == []


HEADERS = {
    "an attribute given twice": [("ce-comment", "x"), ("CE-Comment", PERSONAL[1])],
    "what the body takes the place of": [("ce-data", PERSONAL[1])],
    "a name no attribute has": [("ce-the-comment", PERSONAL[1])],
    "a name that is somebody's number": [(f"ce-{PERSONAL[1]}-x", "x")],
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_a_header_that_would_be_kept_unseen_is_refused(headers: list[tuple[str, str]]) -> None:
    refused = unpack(Posted(Mode.BINARY, "", headers), b"{}", BatchLimits())
    assert isinstance(refused, Problem)
    assert refused.status == 400
    said = msgspec.json.encode(refused).decode()
    assert [text for text in PERSONAL if text in said] == []


REQUESTS: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "no JSON": (b'{"id": "13800138000"', {}, 400, ""),
    "no JSON at all": (b"\xff\x00", {}, 400, ""),
    "nested without an end": (b'{"a": ' * 5_000, {}, 400, ""),
    "a batch that is one event": (
        msgspec.json.encode(called(1)),
        {"Content-Type": Mode.BATCH},
        400,
        "",
    ),
    "a batch that breaks off": (b'[{"a": 1}, ', {"Content-Type": Mode.BATCH}, 400, ""),
    "a batch with too many events": (
        msgspec.json.encode([called(n) for n in range(51)]),
        {"Content-Type": Mode.BATCH},
        413,
        "",
    ),
    "a batch with too many bytes": (
        b"[" + b" " * 128 * 1024 + b"]",
        {"Content-Type": Mode.BATCH},
        413,
        "",
    ),
    "an event that is too long": (b" " * (LONGEST_BYTES + 1), {}, 413, ""),
    "another format": (b"{}", {"Content-Type": "application/xml"}, 415, "Content-Type"),
    "JSON, and no CloudEvent": (b"{}", {"Content-Type": "application/json"}, 415, "Content-Type"),
    "another format of CloudEvents": (
        b"",
        {"Content-Type": "application/cloudevents+avro"},
        415,
        "Content-Type",
    ),
    "another alphabet": (
        b"{}",
        {"Content-Type": f"{Mode.STRUCTURED}; charset=gb18030"},
        415,
        "Content-Type",
    ),
    "a header that is no text": (
        b"{}",
        {"Content-Type": Mode.BINARY, "ce-specversion": "1.0", "ce-id": "%ff"},
        400,
        "id",
    ),
    "a compressed body": (b"", {"Content-Encoding": "gzip"}, 415, "Content-Encoding"),
    "no key": (b"{}", {"Authorization": ""}, 401, "Authorization"),
    "a key that is none": (b"{}", {"Authorization": "Bearer hw_x"}, 401, "Authorization"),
    "another way to show a key": (b"{}", {"Authorization": "Basic eA=="}, 401, "Authorization"),
}


@pytest.mark.parametrize(("body", "headers", "status", "field"), REQUESTS.values(), ids=REQUESTS)
async def test_a_request_that_cannot_be_taken_is_told_why(
    place: Place, body: bytes, headers: dict[str, str], status: int, field: str
) -> None:
    usual = {"Content-Type": Mode.STRUCTURED, "Authorization": f"Bearer {place.key}"}
    answer = await place.ask("POST", "events", body, {**usual, **headers})
    assert (answer.status, answer.body.get("field", "")) == (status, field), answer
    assert answer.body["type"].startswith("urn:hallwatch:problem:")
    assert answer.body["status"] == status
    assert "13800138000" not in str(answer)
    assert await place.records() == []


async def test_a_long_body_that_does_not_say_its_length_is_cut_off(place: Place) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 8192

    answer = await place.post_stream(endless())
    assert answer.status == 413


async def test_a_revoked_key_opens_nothing_from_the_next_request_on(place: Place) -> None:
    key = key_of(place.keys, "queue-2")
    assert (await place.post(called(1), key=key)).status == 202
    revoke_key(place.keys, key.split("_")[1])
    answer = await place.post(called(1), key=key)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hallwatch"'
    assert (await place.post(called(1))).status == 202, "others go on"


async def test_who_sends_too_much_is_told_when_he_may_again(
    embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    slow = GatewaySettings(per_second=1, at_once=10, batch=BatchLimits(most_events=10))
    now = [0.0]
    nine = [called(n) for n in range(9)]
    async with ready_gateway(
        embedded_broker.bootstrap, topic_prefix, tmp_path, slow, lambda: now[0]
    ) as place:
        assert (await place.post(nine, Mode.BATCH)).status == 202
        answer = await place.post(nine, Mode.BATCH)
        assert (answer.status, answer.body["title"]) == (429, "Too many events")
        assert answer.headers["Retry-After"] == "9"
        other = key_of(place.keys, "queue-2", per_second=500)
        assert (await place.post(called(1), key=other)).status == 202, "each sender has its own"
        now[0] += 9
        assert (await place.post(nine, Mode.BATCH)).status == 202, "who waits as told is let in"
        assert (await place.post(called(1))).status == 429
        assert len(await place.records()) == 19


async def test_other_pages_and_methods_are_problems_too(place: Place) -> None:
    missing = await place.ask("GET", "event")
    assert (missing.status, missing.body["title"]) == (404, "There is nothing here")
    wrong = await place.ask("GET", "events")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")


async def test_refusals_are_counted_by_sender_and_reason(place: Place) -> None:
    await place.post([called(1), called(2)], Mode.BATCH)
    await place.post(called(1, PERSONAL[0]))
    await place.post(called(1), key="hw_none")
    page = (await place.ask("GET", "metrics")).body
    for line in (
        'hallwatch_gateway_events_total{sender="queue-1"} 2.0',
        'hallwatch_gateway_faults_total{reason="personal-data",sender="queue-1"} 1.0',
        'hallwatch_gateway_answers_total{sender="queue-1",status="202"} 1.0',
        'hallwatch_gateway_answers_total{sender="queue-1",status="422"} 1.0',
        'hallwatch_gateway_answers_total{sender="",status="401"} 1.0',
        "hallwatch_gateway_kafka_seconds_count 1.0",
        "hallwatch_gateway_requests_in_hand 0.0",
    ):
        assert line in page.splitlines()
