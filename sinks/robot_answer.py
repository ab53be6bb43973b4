"""What a chat robot means: it answers HTTP 200 and puts the error into the body.

Owns the reading that WeCom, DingTalk and Feishu have in common; which codes pass is each
channel's. Called by these three. Invariants: nothing but the code 0 is taken for a yes; an
answer that cannot be read is tried again, since a page in between may have spoken for the
robot; of what the robot says, no part of its own address is repeated.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Struct

from sinks.courier import Attempt, Passing, Refused, Taken
from sinks.http_post import Reply, by_status

_LONGEST_WORDS = 120
_SHORTEST_SECRET = 8  #: "webhook" or "v2" in a path is none, and is a word of theirs


class Codes(Struct, frozen=True, kw_only=True):
    key: str  #: where the code stands
    words: str  #: where it is put into words
    passing: frozenset[int]  #: not now; any other code but 0 is a no
    wish: float  #: seconds to wait after one that is passing


def robot_answer(reply: Reply, codes: Codes, secrets: Iterable[str]) -> Attempt:
    answer = answer_of(reply)
    code = answer.get(codes.key)
    if not isinstance(code, int):
        verdict = by_status(reply)
        return Passing("an answer that is not a robot's") if verdict == Taken() else verdict
    if code == 0:
        return Taken()
    said = f"{codes.key} {code}: {_line(str(answer.get(codes.words, '')), secrets)}"
    if code in codes.passing or reply.status == 429:
        return Passing(said, max(reply.wish, codes.wish))
    if reply.status >= 500:
        return Passing(said, reply.wish)
    return Refused(f"refused with {said}")


def answer_of(reply: Reply) -> dict[str, object]:
    try:
        answer = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return answer if isinstance(answer, dict) else {}


def secrets_of(url: str, *others: str) -> tuple[str, ...]:
    """What must not be repeated of a robot: its key or token, wherever in the address."""
    parts = urlsplit(url)
    found = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)), *others]
    return tuple(each for each in found if len(each) >= _SHORTEST_SECRET)


def _line(said: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        said = said.replace(secret, "…")
    return "".join(each if each.isprintable() else " " for each in said)[:_LONGEST_WORDS]
