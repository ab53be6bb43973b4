"""The JSON Schemas of the events say what `schemas.decode` does: the good pass, the bad do not,
and whatever they let pass is taken, but for reasons that are listed here and are no schema's."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from schemas.decode import Reason, Rejected, decode
from schemas.published.files import ALERT, files
from schemas.published.shape import FRAMES, Json, event_schema
from tests.published.generated import documents_of
from tests.schemas.test_examples import BAD, EXPECTED, GOOD

DOCS = Path(__file__).parents[2] / "docs"


@cache
def validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    """Of the committed file. Formats are left alone, as most validators do by default."""
    schema = msgspec.json.decode((DOCS / "schemas" / f"{kind}.json").read_bytes())
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=False)


def test_what_is_committed_is_what_is_made() -> None:
    made = files()
    committed = {f"schemas/{path.name}": path for path in (DOCS / "schemas").glob("*.json")}
    committed["asyncapi.json"] = DOCS / "asyncapi.json"
    assert committed.keys() == made.keys(), "run: make generate"
    for name, path in committed.items():
        assert path.read_bytes() == made[name], f"{name}: run make generate"


@pytest.mark.parametrize("kind", [*FRAMES, ALERT])
def test_each_is_a_schema_of_draft_2020_12(kind: str) -> None:
    schema = msgspec.json.decode((DOCS / "schemas" / f"{kind}.json").read_bytes())
    assert schema["$schema"].endswith("/2020-12/schema")
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_event_passes_its_own_schema_and_no_other(path: Path) -> None:
    event = msgspec.json.decode(path.read_bytes())
    assert [kind for kind in FRAMES if validator(kind).is_valid(event)] == [event["type"]]


#: Mistakes no schema of the event can tell, by what is wrong in the example: why.
ONLY_CODE_TELLS = {
    "cut-off": "no JSON: there is nothing to hold a schema against",
    "id-number": "a checksum or a day of birth tells an ID number from other digits",
    "mobile-number": "looked for in every text and number, however it is written",
    "id-number-in-*": "people's own words; the digits may be of full width",
    "mobile-number-in-*": "as above",
    "landline-in-*": "as above",
    "mail-address-in-*": "as above",
}


def test_a_bad_event_is_refused_by_its_schema_but_for_the_mistakes_listed() -> None:
    passed: dict[str, set[str]] = defaultdict(set)
    refused: dict[str, set[str]] = defaultdict(set)
    for path in BAD:
        kind, _, what = path.stem.partition("--")
        before, in_words, _ = what.partition("-in-")
        wrong = f"{before}-in-*" if in_words else what or kind
        if not what:  # not JSON at all
            with pytest.raises(msgspec.DecodeError):
                msgspec.json.decode(path.read_bytes())
            passed[wrong].add(path.name)
            continue
        valid = validator(kind).is_valid(msgspec.json.decode(path.read_bytes()))
        (passed if valid else refused)[wrong].add(path.name)
    assert passed.keys() == ONLY_CODE_TELLS.keys()
    assert sum(map(len, refused.values())) > 500
    # Some ID numbers stand where a pattern or a set of words tells them, too.
    assert refused.keys() & passed.keys() <= {"id-number"}
    for names in passed.values():
        assert {EXPECTED[name]["reason"] for name in names} <= {
            Reason.PERSONAL_DATA,
            Reason.MALFORMED,
        }


def _listed(refused: Rejected) -> str:
    """Why an event that a schema lets pass may still be refused; "" is no reason."""
    match refused.reason:
        case Reason.PERSONAL_DATA:
            return "what is personal is looked for in every text, extension attributes too"
        case Reason.OUT_OF_RANGE if "cannot be held" in refused.detail:
            return "a number beyond 64 bits"
    return ""


EXAMPLES = 10


@pytest.mark.parametrize("kind", FRAMES)
def test_what_a_schema_lets_pass_is_taken(kind: str) -> None:
    taken = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(documents_of(event_schema(kind)))
    def hold(event: Json) -> None:
        nonlocal taken
        assert validator(kind).is_valid(event)
        value = msgspec.json.encode(event)
        read = decode(value, (), event["subject"].encode())
        if isinstance(read, Rejected):
            assert _listed(read), read
        else:
            taken += 1
            assert read.__struct_config__.tag == kind

    hold()
    assert taken > EXAMPLES // 2
