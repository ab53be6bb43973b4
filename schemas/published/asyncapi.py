"""The topics for machines: an AsyncAPI 3.0 document, made from the structs and `schemas.topics`.

Owns which message stands on which topic, and what each topic is for. Committed as
docs/asyncapi.json by the command. AsyncAPI's own schemas follow JSON Schema draft 7, so tuples
are written in its way here. Invariant: every topic and every event type is in it; what is only
for workers themselves says so and has no message.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from schemas.deadletters import DeadLetter, Resent
from schemas.outcomes import ROWS, AlertMessage
from schemas.published.shape import (
    EXAMPLES,
    FRAMES,
    VERSION,
    Json,
    event_schema,
    struct_schema,
)
from schemas.topics import ALERTS, ALL, DEAD_LETTERS, EVENTS, OUTCOMES, Topic, topic_config

_CLOUDEVENT = "application/cloudevents+json"

_ABOUT = """\
Events of a government service hall in, outcomes and alerts out. All topics have the same number of
partitions. Whatever reads and writes is authorised by the broker. The same events over HTTP:
openapi.json. Schemas of the events alone: schemas/."""

_FOR = {
    EVENTS: "What the hall's systems say. CloudEvents 1.0, structured mode (as described here) or"
    " binary mode (attributes in headers `ce_…`, the value is `data`). The key is the event's"
    " `subject`. The same source and id again changes nothing; order and delay do not matter."
    " source.heartbeat, lookup.changed, alert.silenced and clock.advanced go into every partition,"
    " with the partition named outright.",
    OUTCOMES: "Rows for ClickHouse: a record holds whole rows of one table, newline-separated;"
    " the key names the table. A row replaces those of its identity with a lower version.",
    ALERTS: "What people are told: an alert's opening, escalations, closing, retraction, each"
    " with the whole alert as it then stood.",
    DEAD_LETTERS: "What was refused, with the field and the reason; masked where it held"
    " something personal. `hallwatch deadletters` reads and resends it.",
}
_OWN = "Workers' own. Its format may change with every version."


def document() -> bytes:
    """As it is committed; the same bytes wherever it is made."""
    return msgspec.json.format(msgspec.json.encode(_whole()), indent=2) + b"\n"


def _whole() -> Json:
    messages = {
        EVENTS: {_name(kind): _event_message(kind) for kind in FRAMES},
        OUTCOMES: {f"rows-{table}": _rows_message(table) for table in ROWS},
        ALERTS: {"hall-alert": _alert_message()},
        DEAD_LETTERS: {
            "dead-letter": _plain(struct_schema(DeadLetter), "application/json", None),
            "resent": _plain(struct_schema(Resent), "application/json", "the letter's address"),
        },
    }
    acts = {EVENTS: "receive", OUTCOMES: "send", ALERTS: "send", DEAD_LETTERS: "send"}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:hallwatch:topics",
        "info": {
            "title": "hallwatch topics",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": _CLOUDEVENT,
        "servers": {
            "kafka": {
                "host": "{broker}",
                "protocol": "kafka",
                "variables": {"broker": {"default": "127.0.0.1:9092"}},
            }
        },
        "channels": {topic.suffix: _channel(topic, messages.get(topic, {})) for topic in ALL},
        "operations": {
            f"{act}-{topic.suffix}": {
                "action": act,
                "channel": {"$ref": f"#/channels/{topic.suffix}"},
                "summary": _FOR[topic].partition(".")[0] + ".",
            }
            for topic, act in acts.items()
        },
        "components": {
            "messages": {name: one for some in messages.values() for name, one in some.items()}
        },
    }


def _channel(topic: Topic, messages: Iterable[str]) -> Json:
    config = topic_config(topic)
    policy: Json = {
        "cleanup.policy": ["compact" if topic.compacted else "delete"],
        "max.message.bytes": int(config["max.message.bytes"]),
    }
    if "retention.ms" in config:
        policy["retention.ms"] = int(config["retention.ms"])
    return {
        "address": f"{{prefix}}.{topic.suffix}",
        "description": _FOR.get(topic, _OWN),
        "parameters": {"prefix": {"default": "hall", "description": "HALLWATCH_TOPIC_PREFIX"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": {"topicConfiguration": policy}},
    }


def _event_message(kind: str) -> Json:
    schema = event_schema(kind)
    message = _plain(schema, _CLOUDEVENT, "the event's subject")
    message |= {"name": kind, "title": schema["title"], "tags": [{"name": kind.partition(".")[0]}]}
    example = EXAMPLES / f"{kind}.json"
    if example.exists():
        message["examples"] = [{"payload": msgspec.json.decode(example.read_bytes())}]
    return message


def _rows_message(table: Any) -> Json:
    message = _plain(struct_schema(ROWS[table]), "application/x-ndjson", f"`{table}`")
    rows = {"type": "string", "pattern": "^[0-9]+$", "description": "how many rows it holds"}
    message["headers"] = {"type": "object", "properties": {"rows": rows}, "required": ["rows"]}
    return message


def _alert_message() -> Json:
    message = _plain(struct_schema(AlertMessage), _CLOUDEVENT, "the alert's journey")
    at = {"type": "string", "pattern": "^[0-9]+$", "description": "when it was decided, Unix ms"}
    message["headers"] = {"type": "object", "properties": {"decided-ms": at}}
    return message


def _plain(schema: Json, content: str, key: str | None) -> Json:
    message: Json = {"contentType": content, "payload": _draft_7(schema)}
    if "description" in schema:
        message["summary"] = schema["description"]
    if key:
        message["bindings"] = {"kafka": {"key": {"type": "string", "description": key}}}
    return message


def _name(kind: str) -> str:
    """A component's name, which takes no dots in some generators."""
    return kind.replace(".", "-")


def _draft_7(node: Any) -> Any:
    match node:
        case {"prefixItems": items, **others}:
            rest = {"additionalItems": others.pop("items")} if "items" in others else {}
            return {**_draft_7(others), "items": _draft_7(items), **rest}
        case dict():
            drop = ("$schema", "$id")
            return {name: _draft_7(item) for name, item in node.items() if name not in drop}
        case list():
            return [_draft_7(item) for item in node]
    return node
