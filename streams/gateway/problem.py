"""How a refusal reads: RFC 9457 problem details, with position and field of each fault.

Owns the kinds of problems, their status and their shape. Called by all of this folder. Invariant:
no value that was sent is in it: sentences are ours, and of what is sent only a field's name may be
said again, masked where it is somebody's.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

MEDIA_TYPE = "application/problem+json"


class Trouble(StrEnum):
    """What a problem is; the end of its `type`."""

    NO_KEY = "no-key"
    OUT_OF_SCOPE = "out-of-scope"
    NO_SUCH_PAGE = "no-such-page"
    NO_SUCH_METHOD = "no-such-method"
    TOO_SLOW = "too-slow"
    TOO_LONG = "too-long"
    NOT_CLOUDEVENTS = "not-cloudevents"
    MALFORMED = "malformed"
    REFUSED = "refused"
    TOO_MANY = "too-many"
    OURS = "ours"
    NOT_TAKEN = "not-taken"


STATUS = {
    Trouble.NO_KEY: 401,
    Trouble.OUT_OF_SCOPE: 403,
    Trouble.NO_SUCH_PAGE: 404,
    Trouble.NO_SUCH_METHOD: 405,
    Trouble.TOO_SLOW: 408,
    Trouble.TOO_LONG: 413,
    Trouble.NOT_CLOUDEVENTS: 415,
    Trouble.MALFORMED: 400,
    Trouble.REFUSED: 422,
    Trouble.TOO_MANY: 429,
    Trouble.OURS: 500,
    Trouble.NOT_TAKEN: 503,
}

_TITLES = {
    Trouble.NO_KEY: "No key, or a wrong one",
    Trouble.OUT_OF_SCOPE: "Not this key's to send",
    Trouble.NO_SUCH_PAGE: "There is nothing here",
    Trouble.NO_SUCH_METHOD: "Not to be done here",
    Trouble.TOO_SLOW: "The body did not come in time",
    Trouble.TOO_LONG: "Too long",
    Trouble.NOT_CLOUDEVENTS: "Not a content mode of CloudEvents",
    Trouble.MALFORMED: "Cannot be read",
    Trouble.REFUSED: "Breaks the contract",
    Trouble.TOO_MANY: "Too many events",
    Trouble.OURS: "A mistake of hallwatch",
    Trouble.NOT_TAKEN: "Kafka has not taken it",
}

TYPE_PREFIX = "urn:hallwatch:problem:"


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with one event of a request. `index`: its position, from 0; `field`: as
    `data.counter`, "" for the event as a whole; `reason`: of a closed set; `detail`: a sentence.
    """

    index: int
    field: str
    reason: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True):
    """The body of every answer from 400 on. `field` and `detail` are the first fault's."""

    type: str
    title: str
    status: int
    detail: str
    field: str | UnsetType = UNSET  #: or the header
    errors: list[Fault] | UnsetType = UNSET  #: every event that is at fault

    @property
    def trouble(self) -> Trouble:
        return Trouble(self.type.removeprefix(TYPE_PREFIX))


def problem(trouble: Trouble, detail: str, field: str = "") -> Problem:
    """A problem of the request as a whole."""
    return Problem(
        type=TYPE_PREFIX + trouble,
        title=_TITLES[trouble],
        status=STATUS[trouble],
        detail=detail,
        field=field or UNSET,
    )


def problem_of(trouble: Trouble, faults: Sequence[Fault], of: int) -> Problem:
    """A problem of some of `of` events; nothing of them is sent."""
    first = faults[0]
    detail = first.detail
    if of > 1:
        detail = (
            f"{len(faults)} of {of} events are refused, so none of them was taken;"
            f" number {first.index}: {first.detail}"
        )
    return Problem(
        type=TYPE_PREFIX + trouble,
        title=_TITLES[trouble],
        status=STATUS[trouble],
        detail=detail,
        field=first.field or UNSET,
        errors=list(faults),
    )
