"""The gateway's description for machines: OpenAPI 3.1, made from the structs.

Owns the document. Served at `/openapi.json`; committed as `docs/openapi.json`, which this module
writes (`python -m streams.gateway.openapi docs/openapi.json`). Invariant: it is the same bytes
wherever it is made, so that a difference is a change of the contract.
"""

import sys
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

from schemas.decode import LONGEST_BYTES
from schemas.frame import Frame
from schemas.published.shape import VERSION
from streams.gateway.binding import Mode
from streams.gateway.problem import MEDIA_TYPE, STATUS, Problem, Trouble
from streams.gateway.senders import SENDABLE, Sendable

_REF = "#/components/schemas/{name}"

_WHEN = {
    Trouble.MALFORMED: "The body is no JSON, or a header cannot be read.",
    Trouble.NO_KEY: "No key was shown, or one that is not (or no longer) in force.",
    Trouble.OUT_OF_SCOPE: "The key may not send this type, or not for this source.",
    Trouble.TOO_SLOW: "The body did not come in time.",
    Trouble.TOO_LONG: "The body is too long, or the batch has too many events.",
    Trouble.NOT_CLOUDEVENTS: "Content-Type says none of the three content modes.",
    Trouble.REFUSED: "An event breaks the contract. `errors` says which, in which field and why."
    " Nothing of the request was taken. Sent again as it is, it is refused again.",
    Trouble.TOO_MANY: "More events than this sender may send. Wait for `Retry-After` seconds.",
    Trouble.NOT_TAKEN: "Kafka did not acknowledge in time. Send the same again after"
    " `Retry-After` seconds: what did arrive counts once.",
}

#: Of `POST /events`.
SPECIFIED_STATUSES = frozenset({202, *(STATUS[trouble] for trouble in _WHEN)})

_DESCRIPTION = """\
Events of a hall's systems, for those that speak no Kafka. CloudEvents 1.0 over HTTP in all three
content modes. `202` means that Kafka has acknowledged every event of the request, on all replicas.
An event is its `source` and `id`: sent again it changes nothing and is answered as the first time.
Of a batch all events are taken or none. Identifiers are codes and pseudonyms: an event with an ID
number, a mobile number or a name in it is refused, and nothing of it is kept."""

_ATTRIBUTES = {
    "specversion": "`1.0`",
    "type": "such as `ticket.called`",
    "id": "unlike any other id of this source",
    "source": "the system that says it",
    "subject": "the ticket, the chat, the case",
    "time": "when it happened, with its offset from UTC",
}


@cache
def document() -> bytes:
    """As it is served and committed."""
    (event, problem), schemas = msgspec.json.schema_components(
        [Sendable, Problem], ref_template=_REF
    )
    schemas["Event"] = event
    schemas["Data"] = {
        "description": "The `data` of an event, alone: the body in binary mode.",
        "anyOf": _data_of_each(),
    }
    schemas["Accepted"] = {
        "type": "object",
        "properties": {"accepted": {"type": "integer", "minimum": 0}},
        "required": ["accepted"],
    }
    return msgspec.json.format(msgspec.json.encode(_whole(schemas, problem)), indent=2) + b"\n"


def _whole(schemas: dict[str, Any], problem: object) -> dict[str, Any]:
    refused = {
        str(STATUS[trouble]): _problem_answer(when, problem, trouble)
        for trouble, when in _WHEN.items()
    }
    event = {"$ref": _REF.format(name="Event")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hallwatch gateway",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {
            "/events": {
                "post": {
                    "operationId": "sendEvents",
                    "summary": "Send one event or a batch",
                    "parameters": [_header(*item) for item in _ATTRIBUTES.items()],
                    "requestBody": {
                        "required": True,
                        "description": f"One event has at most {LONGEST_BYTES} bytes.",
                        "content": {
                            Mode.STRUCTURED: {"schema": event},
                            Mode.BATCH: {"schema": {"type": "array", "items": event}},
                            Mode.BINARY: {"schema": {"$ref": _REF.format(name="Data")}},
                        },
                    },
                    "responses": {
                        "202": {
                            "description": "Kafka has acknowledged every event of the request.",
                            "content": {
                                "application/json": {
                                    "schema": {"$ref": _REF.format(name="Accepted")}
                                }
                            },
                        },
                        **dict(sorted(refused.items())),
                    },
                }
            }
        },
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `hallwatch gateway-keys new`.",
                }
            },
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _data_of_each() -> list[dict[str, str]]:
    names = {_data_name(frame) for frame in SENDABLE}
    return [{"$ref": _REF.format(name=name)} for name in sorted(names)]


def _data_name(frame: type[Frame]) -> str:
    (data,) = (one.type for one in msgspec.structs.fields(frame) if one.name == "data")
    return cast(type, data).__name__


def _header(name: str, what: str) -> dict[str, Any]:
    return {
        "name": f"ce-{name}",
        "in": "header",
        "required": False,
        "description": f"In binary mode only, and there it must be: {what}.",
        "schema": {"type": "string"},
    }


def _problem_answer(when: str, problem: object, trouble: Trouble) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": when,
        "content": {MEDIA_TYPE: {"schema": problem}},
    }
    if trouble in (Trouble.TOO_MANY, Trouble.NOT_TAKEN):
        seconds = {"type": "integer", "minimum": 1}
        answer["headers"] = {"Retry-After": {"schema": seconds, "required": True}}
    return answer


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(document())
    else:
        sys.stdout.buffer.write(document())
