"""An older producer goes on: what it was given once is read now as it was meant then.

docs/schemas/released/<version> is what producers have been given. If a test of this file fails,
either the change has to be undone, or it is meant and the first number of
`schemas.published.shape.VERSION` goes up: then released folders of another first number are left
alone, and producers have to be told.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from schemas.decode import Reason, Rejected, decode
from schemas.published.files import ALERT, SAMPLES, schemas
from schemas.published.shape import VERSION, Json
from tests.published.compatibility import Break, breaks
from tests.published.generated import documents_of

RELEASED = Path(__file__).parents[2] / "docs" / "schemas" / "released"

IN_FORCE = [
    folder
    for folder in sorted(RELEASED.iterdir())
    if folder.name.partition(".")[0] == VERSION.partition(".")[0]
]

GIVEN = [path for folder in IN_FORCE for path in sorted(folder.glob("*.json"))]


def test_there_is_a_release_of_this_contract() -> None:
    assert IN_FORCE, "run: python -m schemas.published docs --release"
    assert len(GIVEN) > 60


@pytest.mark.parametrize("path", GIVEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_was_given_once_still_holds(path: Path) -> None:
    then, now = msgspec.json.decode(path.read_bytes()), schemas()
    assert path.stem in now, f"{path.stem} is gone"
    # What hallwatch sends is written by the present and read by whoever relies on what was given.
    pair = (now[ALERT], then) if path.stem == ALERT else (then, now[path.stem])
    assert breaks(*pair) == []


@pytest.mark.parametrize("folder", IN_FORCE, ids=lambda folder: folder.name)
def test_an_older_producers_events_are_taken_and_mean_the_same(folder: Path) -> None:
    lines = (folder / SAMPLES).read_bytes().splitlines()
    assert len(lines) > 120
    for line in lines:
        sent = msgspec.json.decode(line)
        read = decode(line, (), sent["subject"].encode())
        assert not isinstance(read, Rejected), (sent["type"], read)
        assert read.__struct_config__.tag == sent["type"]
        kept = msgspec.to_builtins(read.data)
        moments = {name for name, value in kept.items() if "T" in str(value)[10:11]}
        assert {name: kept[name] for name in sent["data"].keys() - moments} == {
            name: sent["data"][name] for name in sent["data"].keys() - moments
        }


@pytest.mark.parametrize(
    "path",
    [path for path in GIVEN if path.stem != ALERT],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_whatever_an_older_schema_allows_is_taken(path: Path) -> None:
    """The comparison's second witness: it does not know what a keyword means."""

    @settings(
        max_examples=5,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(documents_of(msgspec.json.decode(path.read_bytes())))
    def hold(event: Json) -> None:
        read = decode(msgspec.json.encode(event), (), event["subject"].encode())
        if isinstance(read, Rejected):
            numbers = read.reason is Reason.OUT_OF_RANGE and "cannot be held" in read.detail
            assert read.reason is Reason.PERSONAL_DATA or numbers, read

    hold()


#: What is done to the schema of ticket.issued, and to the properties of its data.
Change = Callable[[Json, Json], None]


def released(name: str) -> Json:
    """As it was first given out, whatever has become of it."""
    schema: Json = msgspec.json.decode((RELEASED / "1.0" / f"{name}.json").read_bytes())
    return schema


def _set(field: str, **keywords: Any) -> Change:
    def change(schema: Json, data: Json) -> None:
        data[field] = {**data.get(field, {}), **keywords}

    return change


def _required(schema: Json, data: Json) -> None:
    schema["properties"]["data"]["required"].append("complexity")


def _new_and_required(schema: Json, data: Json) -> None:
    data["floor"] = {"type": "string"}
    schema["properties"]["data"]["required"].append("floor")


def _gone(schema: Json, data: Json) -> None:
    del data["priority"]


def _no_null(schema: Json, data: Json) -> None:
    data["applicant"] = {**data["applicant"]["anyOf"][0], "default": None}


def _word_gone(schema: Json, data: Json) -> None:
    data["channel"]["enum"].remove("direct")


def _no_extensions(schema: Json, data: Json) -> None:
    schema["additionalProperties"] = False


def _one_more_attribute(schema: Json, data: Json) -> None:
    schema["required"].append("traceparent")


def _stricter_pattern(schema: Json, data: Json) -> None:
    data["applicant"]["anyOf"][0]["pattern"] = "^p-[0-9a-f]+$"


BREAKING: dict[str, tuple[Change, Break]] = {
    "a field must be there now": (_required, Break("data.complexity", "must be there now")),
    "a new field must be there": (_new_and_required, Break("data.floor", "must be there now")),
    "a field is gone": (_gone, Break("data.priority", "is gone, and unknown fields are refused")),
    "a type is another": (
        _set("priority", type="string"),
        Break("data.priority", "was integer, is string"),
    ),
    "null is not taken": (_no_null, Break("data.applicant", "was null, is string")),
    "a word is gone": (_word_gone, Break("data.channel", "'direct' is taken no longer")),
    "a text became a set of words": (
        _set("service", enum=["company-start"]),
        Break("data.service", "only certain values are taken now"),
    ),
    "a text must be shorter": (
        _set("service", maxLength=32),
        Break("data.service", "maxLength is 32, was 64"),
    ),
    "a number has a bound": (
        _set("priority", minimum=0),
        Break("data.priority", "minimum is 0, was not set"),
    ),
    "a default is another": (
        _set("complexity", default="complex"),
        Break("data.complexity", "means something else when it is left out"),
    ),
    "a pattern is another": (_stricter_pattern, Break("data.applicant", "pattern has changed")),
    "extension attributes are refused": (
        _no_extensions,
        Break("", "unknown fields are refused now"),
    ),
    "an attribute must be there": (
        _one_more_attribute,
        Break("traceparent", "must be there now"),
    ),
    "a keyword nobody knows": (
        _set("service", contentEncoding="base64"),
        Break("data.service", "contentEncoding has changed"),
    ),
}


def changed(change: Change) -> Json:
    schema = released("ticket.issued")
    change(schema, schema["properties"]["data"]["properties"])
    return schema


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_told_with_its_field(name: str) -> None:
    change, told = BREAKING[name]
    assert told in breaks(released("ticket.issued"), changed(change))


def _optional(schema: Json, data: Json) -> None:
    data["floor"] = {"type": "string", "default": ""}


def _not_required(schema: Json, data: Json) -> None:
    schema["properties"]["data"]["required"].remove("service")


def _one_more_word(schema: Json, data: Json) -> None:
    data["channel"]["enum"].append("telephone")


def _null_too(schema: Json, data: Json) -> None:
    data["service"] = {"anyOf": [data["service"], {"type": "null"}]}


HARMLESS: dict[str, Change] = {
    "a new field that may be left out": _optional,
    "a field may be left out": _not_required,
    "a word more": _one_more_word,
    "null is taken, too": _null_too,
    "a text may be longer": _set("service", maxLength=128),
    "a number may be any": _set("priority", type="number"),
    "other words about it": _set("service", description="what the citizen came for"),
    "no change": lambda schema, data: None,
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_is_none(name: str) -> None:
    assert breaks(released("ticket.issued"), changed(HARMLESS[name])) == []


def test_for_readers_of_alerts_it_is_the_other_way_round() -> None:
    """A new word surprises whoever reads; one that is never said again does not."""
    more, fewer = released(ALERT), released(ALERT)
    more["properties"]["data"]["properties"]["state"]["enum"].append("paused")
    fewer["properties"]["type"]["enum"].remove("hall.alert.retracted")
    assert breaks(more, released(ALERT)) == [Break("data.state", "'paused' is taken no longer")]
    assert breaks(fewer, released(ALERT)) == []


def test_a_queue_of_another_layout_breaks() -> None:
    other = released("queue.counted")
    waiting = other["properties"]["data"]["properties"]["waiting"]["items"]
    waiting["prefixItems"][0]["maximum"] = 10
    (told,) = breaks(released("queue.counted"), other)
    assert told.field == "data.waiting[…][0]"
    assert "maximum is 10" in told.why
