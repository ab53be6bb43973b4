"""The document: what is served is what is committed, what it says is so, and a machine that reads
it and tries what it can think of finds nothing else."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schemas.decode import Reason
from streams.broker.embedded import EmbeddedBroker
from streams.gateway.binding import Mode
from streams.gateway.openapi import document
from streams.gateway.senders import SENDABLE_TYPES
from streams.gateway.serve import GatewaySettings
from tests.gateway.running import Place, called, key_of, ready_gateway
from tests.schemas.test_examples import BAD, EXPECTED, GOOD

ROOT = Path(__file__).parents[2]

#: Each time the same ones: derandomised.
EXAMPLES = 30

SPECIFICATION: dict[str, Any] = msgspec.json.decode(document())


def test_what_is_committed_is_what_is_made() -> None:
    committed = (ROOT / "docs" / "openapi.json").read_bytes()
    assert committed == document(), "run: make generate"


def validator(name: str) -> jsonschema_rs.Validator:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/components/schemas/{name}",
        "components": SPECIFICATION["components"],
    }
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def test_it_allows_every_event_a_system_may_send_and_no_other() -> None:
    events = [msgspec.json.decode(path.read_bytes()) for path in GOOD]
    event, data = validator("Event"), validator("Data")
    assert {one["type"] for one in events if event.is_valid(one)} == SENDABLE_TYPES
    assert all(event.is_valid(one) for one in events if one["type"] in SENDABLE_TYPES)
    assert all(data.is_valid(one["data"]) for one in events if one["type"] in SENDABLE_TYPES)


#: What no schema tells: whose a text is, which years are likely; and what is no JSON.
UNTOLD = (Reason.PERSONAL_DATA, Reason.MALFORMED)


def test_it_forbids_what_is_refused() -> None:
    event = validator("Event")
    tellable = [
        path
        for path in BAD
        if EXPECTED[path.name]["reason"] not in UNTOLD and "before-1990" not in path.name
    ]
    assert len(tellable) > 200
    allowed = [
        path.name for path in tellable if event.is_valid(msgspec.json.decode(path.read_bytes()))
    ]
    assert allowed == []


def test_types_are_told_apart_by_their_type() -> None:
    union = SPECIFICATION["components"]["schemas"]["Event"]
    assert union["discriminator"]["propertyName"] == "type"
    assert union["discriminator"]["mapping"].keys() == SENDABLE_TYPES


@pytest.fixture
def place(embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path) -> Iterator[Place]:
    """On a loop of its own: schemathesis asks and waits."""
    loop = asyncio.new_event_loop()
    told = GatewaySettings(per_second=1_000_000, at_once=1_000_000)
    gateway = ready_gateway(embedded_broker.bootstrap, topic_prefix, tmp_path, told)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        ready = asyncio.run_coroutine_threadsafe(gateway.__aenter__(), loop).result()
        yield replace(ready, key=key_of(ready.keys, "everybody", sources=["*"]))
        asyncio.run_coroutine_threadsafe(gateway.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_it_is_served_to_everybody(place: Place) -> None:
    answer = asyncio.run(place.ask("GET", "openapi.json"))
    assert answer.status == 200
    assert answer.body == SPECIFICATION


def beyond_a_schema(fault: dict[str, Any]) -> bool:
    """Whose a text is, which years are likely, what time it is."""
    match fault["reason"]:
        case Reason.PERSONAL_DATA | Reason.FROM_THE_FUTURE:
            return True
        case Reason.OUT_OF_RANGE:
            return "is not between 1990 and 2099" in str(fault["detail"])
    return False


tries = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operation(mode: Mode) -> Any:
    """Sending in this mode, with a key. The ce- headers say something in binary mode only."""
    described: dict[str, Any] = msgspec.json.decode(document())
    del described["security"]
    sending = described["paths"]["/events"]["post"]
    content = sending["requestBody"]["content"]
    sending["requestBody"]["content"] = {mode.value: content[mode]}
    if mode is not Mode.BINARY:
        del sending["parameters"]
    return schemathesis.openapi.from_dict(described)["/events"]["post"]


def asked(case: Any, place: Place) -> Any:
    """The answer, held to the document: status, media type, body, headers."""
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]
    key = {"Authorization": f"Bearer {place.key}"}
    return case.call_and_validate(base_url=place.url, headers=key, checks=checks)


@pytest.mark.parametrize("mode", [Mode.STRUCTURED, Mode.BATCH])
def test_what_it_allows_is_taken_unless_its_words_are_somebody_s(place: Place, mode: Mode) -> None:
    seen: Counter[int] = Counter()

    @settings(tries, max_examples=EXAMPLES)
    @given(operation(mode).as_strategy(GenerationMode.POSITIVE))
    def tried(case: Any) -> None:
        answer = asked(case, place)
        seen[answer.status_code] += 1
        if answer.status_code != 202:
            assert answer.status_code == 422, answer.json()
            assert all(map(beyond_a_schema, answer.json()["errors"])), answer.json()

    tried()
    assert seen[202], seen


@pytest.mark.parametrize("mode", Mode)
def test_what_it_forbids_is_refused(place: Place, mode: Mode) -> None:
    seen: Counter[int] = Counter()

    @settings(tries, max_examples=EXAMPLES)
    @given(operation(mode).as_strategy(GenerationMode.NEGATIVE))
    def tried(case: Any) -> None:
        answer = asked(case, place)
        seen[answer.status_code] += 1
        assert 400 <= answer.status_code < 500, answer.json()

    tried()
    assert seen.total() >= EXAMPLES // 2, seen


def test_in_binary_mode_whatever_the_headers_are_it_answers_as_it_says(place: Place) -> None:
    headers = st.fixed_dictionaries(
        {f"ce-{name}": st.just(text) for name, text in called(1).items() if name != "data"}
        | {"ce-type": st.sampled_from(sorted(SENDABLE_TYPES)) | ASCII, "ce-source": ASCII}
    )
    seen: Counter[int] = Counter()

    @settings(tries, max_examples=EXAMPLES)
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        strategy = operation(Mode.BINARY).as_strategy(
            GenerationMode.POSITIVE, headers=data.draw(headers)
        )
        answer = asked(data.draw(strategy), place)
        seen[answer.status_code] += 1
        assert answer.status_code in (202, 400, 422), answer.json()

    tried()
    assert seen[422], seen


#: Of HTTP headers.
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)
