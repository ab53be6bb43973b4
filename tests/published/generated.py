"""Documents that a schema allows, by schemathesis' own generator.

Owns nothing of the contract. Called by the tests of this room. Invariant: the same documents in
every run (the tests derandomise).
"""

from datetime import datetime, timedelta, timezone
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st
from schemathesis.generation.jsonschema.builder import build
from schemathesis.generation.jsonschema.context import Alphabet

from schemas.published.shape import Json

_ZONES = st.integers(-12 * 4, 14 * 4).map(
    lambda quarters: timezone(timedelta(minutes=15 * quarters))
)

#: Days and hours there are: that is what `format` says of a time, and its pattern cannot.
_MOMENTS = st.datetimes(
    datetime(1990, 1, 1), datetime(2099, 12, 31, 23, 59, 59), timezones=_ZONES
).map(datetime.isoformat)

_FORMATS: dict[str, st.SearchStrategy[str]] = {"date-time": _MOMENTS}

#: Latin and the like: Chinese in extension attributes is refused, which would be all that is seen.
_ALPHABET = Alphabet(max_codepoint=0x2FFF)


def documents_of(schema: Json) -> st.SearchStrategy[Any]:
    """What the schema allows, with times that exist."""
    made: st.SearchStrategy[Any] = build(
        _by_format(schema), draft=jsonschema_rs.Draft202012, formats=_FORMATS, alphabet=_ALPHABET
    )
    return made


def _by_format(node: Any) -> Any:
    match node:
        case {"format": "date-time", "pattern": _}:
            return {name: item for name, item in node.items() if name != "pattern"}
        case dict():
            return {name: _by_format(item) for name, item in node.items()}
        case list():
            return [_by_format(item) for item in node]
    return node
