"""An online assistance chat, as a join of milestones.

Owns the state and how an event joins it; derives nothing (see `chat_reading`). Invariant:
each field is the smallest, the largest, or the k smallest of what was seen.
"""

from msgspec import Struct

from schemas import assist
from schemas.assist import Author
from streams.core.acts import ACT_JOINS, Acted
from streams.core.marks import Act, Joins, Mark, first_act, kept_raw, latest
from streams.core.ratings import RATING_JOINS, Ratings

#: How many human messages from before the request are kept: an earlier request that comes
#: in late makes one of them the first reply.
REPLIES_KEPT = 100


class Request(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What only `assist.requested` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    service: str


class Chat(Struct, array_like=True, tag="c", gc=False):
    """An online assistance conversation."""

    key: str
    seen: Mark
    request: Request | None = None
    assigned: Act | None = None
    replies: tuple[Act, ...] = ()  #: human-written, visible messages up to the first reply
    last_message: Mark | None = None
    resolved: tuple[int, str, bool] | None = None
    closed: Mark | None = None
    handed_to: tuple[int, str, str] | None = None
    expired_at: int | None = None
    ratings: Ratings | None = None
    acts: tuple[Acted, ...] = ()


def _requested(chat: Chat, event: assist.AssistRequested, at: int) -> None:
    request = Request(at, event.id, event.data.section, event.data.service)
    if chat.request is None or request < chat.request:
        chat.request = request
        chat.replies = _up_to_first(chat.replies, request)


def _assigned(chat: Chat, event: assist.AssistAssigned, at: int) -> None:
    act = (at, event.id, "", event.data.clerk)
    chat.assigned = first_act(chat.assigned, act)


def _message(chat: Chat, event: assist.AssistMessage, at: int) -> None:
    data = event.data
    chat.last_message = latest(chat.last_message, (at, event.id))
    if data.author is Author.HUMAN and data.visible and not data.automatic:
        _keep_reply(chat, (at, event.id, "", data.clerk or ""))


def _resolved(chat: Chat, event: assist.AssistResolved, at: int) -> None:
    resolved = (at, event.id, event.data.resolved)
    if chat.resolved is None or resolved > chat.resolved:
        chat.resolved = resolved


def _closed(chat: Chat, event: assist.AssistClosed, at: int) -> None:
    chat.closed = latest(chat.closed, (at, event.id))


def _handed(chat: Chat, event: assist.AssistHandedToDepartment, at: int) -> None:
    handed = (at, event.id, event.data.department)
    if chat.handed_to is None or handed > chat.handed_to:
        chat.handed_to = handed


def _keep_reply(chat: Chat, reply: Act) -> None:
    replies = chat.replies
    if replies and reply > replies[-1]:
        if chat.request and replies[-1][0] >= chat.request.at:
            return
        if len(replies) == REPLIES_KEPT:
            return
    if reply not in replies:
        found = tuple(sorted((*replies, reply)))[:REPLIES_KEPT]
        chat.replies = _up_to_first(found, chat.request) if chat.request else found


def _up_to_first(replies: tuple[Act, ...], request: Request) -> tuple[Act, ...]:
    """Without the messages after the first reply: no other event can make them it."""
    for number, reply in enumerate(replies, 1):
        if reply[0] >= request.at:
            return replies[:number]
    return replies


JOINS: Joins = {
    assist.AssistRequested: _requested,
    assist.AssistAssigned: _assigned,
    assist.AssistMessage: _message,
    assist.AssistResolved: _resolved,
    assist.AssistClosed: _closed,
    assist.AssistHandedToDepartment: _handed,
    assist.AssistKnowledgeGapNoted: kept_raw,
    **RATING_JOINS,
    **ACT_JOINS,
}
