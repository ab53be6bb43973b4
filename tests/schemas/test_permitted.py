"""A refusal says what would have been right, and nothing of what was sent."""

import msgspec
import pytest

from schemas.decode import Rejected, decode

WRONG = {
    "a slip of the type": ("type", "ticket.isued", "is it ticket.issued?"),
    "a channel that is none": ("data.channel", "walkin", "one of appointment, walk-in, direct"),
    "a complexity that is none": ("data.complexity", "hard", "one of general, complex"),
    "another version": ("specversion", "0.3", "one of 1.0"),
}


def event() -> dict[str, object]:
    return {
        "specversion": "1.0",
        "type": "ticket.issued",
        "source": "urn:hall:queue-1",
        "id": "1",
        "subject": "221014-A001",
        "time": "2022-10-14T09:00:00+08:00",
        "data": {"section": "S01", "service": "permit", "channel": "walk-in"},
    }


@pytest.mark.parametrize(("path", "sent", "cure"), WRONG.values(), ids=WRONG)
def test_the_refusal_names_what_may_stand_there(path: str, sent: str, cure: str) -> None:
    told = event()
    place = told
    *above, last = path.split(".")
    for step in above:
        inner = place[step]
        assert isinstance(inner, dict)
        place = inner
    place[last] = sent
    refused = decode(msgspec.json.encode(told))
    assert isinstance(refused, Rejected)
    assert refused.field == path
    assert cure in refused.detail
    assert sent not in refused.detail


def test_a_type_like_no_other_is_not_guessed() -> None:
    refused = decode(msgspec.json.encode(event() | {"type": "zzz"}))
    assert isinstance(refused, Rejected)
    assert refused.detail == "no event of the contract has this type"
