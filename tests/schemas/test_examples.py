"""Every example event through the decoder: the good are taken, the bad refused for the
reason and field written beside them, and no refusal repeats what it refused."""

from collections import defaultdict
from typing import Any

import msgspec
import pytest

from schemas.decode import Event, Reason, Rejected, decode
from schemas.mapping.contract import SHAPES
from tests.schemas.example_values import FULL
from tests.schemas.make_examples import FOLDER, files

GOOD = sorted((FOLDER / "good").glob("*.json"))
BAD = sorted(path for path in (FOLDER / "bad").glob("*.json") if path.name != "expected.json")
EXPECTED: dict[str, dict[str, str]] = msgspec.json.decode(
    (FOLDER / "bad" / "expected.json").read_bytes()
)


def test_the_files_are_what_the_script_makes() -> None:
    committed = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.json")
    }
    assert committed == files(), "run: python -m tests.schemas.make_examples"


def test_every_type_of_the_contract_has_examples_with_every_field() -> None:
    assert FULL.keys() == SHAPES.keys()
    for kind, shape in SHAPES.items():
        assert {"section", *FULL[kind]} == shape.kinds.keys(), kind


def test_every_type_has_every_kind_of_mistake() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for name, expected in EXPECTED.items():
        seen[name.partition("--")[0]].add(expected["reason"])
    for kind in SHAPES:
        assert seen[kind] == {
            Reason.UNKNOWN_TYPE,
            Reason.MISSING_FIELD,
            Reason.WRONG_TYPE,
            Reason.NAIVE_TIME,
            Reason.OUT_OF_RANGE,
            Reason.UNKNOWN_FIELD,
            Reason.PERSONAL_DATA,
        }, kind


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_event_is_taken_and_nothing_of_it_is_lost(path: Any) -> None:
    value = path.read_bytes()
    event = decode(value, (), msgspec.json.decode(value)["subject"].encode())
    assert not isinstance(event, Rejected), event
    assert event.__struct_config__.tag == path.stem.partition("--")[0]
    assert _as_sent(event, msgspec.json.decode(value)) == msgspec.json.decode(value)


def _as_sent(event: Event, sent: dict[str, Any]) -> dict[str, Any]:
    """The decoded event as JSON again, with only what was sent (defaults are not)."""
    whole = msgspec.to_builtins(event)
    whole["data"] = {name: whole["data"][name] for name in sent["data"]}
    # The same moment may be written with more digits.
    whole["time"] = whole["time"].replace(".250000", ".250")
    return {name: whole[name] for name in sent}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_event_is_refused_with_field_and_reason(path: Any) -> None:
    refused = decode(path.read_bytes())
    assert isinstance(refused, Rejected)
    expected = EXPECTED[path.name]
    assert (refused.field, refused.reason) == (expected["field"], expected["reason"])
    for value in ("11010519491231002X", "13800138000", "王小明", "by-fax", "urgent", "56780000"):
        assert value not in refused.detail
