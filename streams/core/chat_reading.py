"""A chat's milestones → how it ended, whose it is, its clocks.

Pure functions of the journey and the rulebook; knows no "now". Called by `kinds`.
Invariant: only a human-written, visible message stops the response clock.
"""

from schemas.outcomes import End
from schemas.ticket import Channel
from streams.core.chat import Chat
from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import GENERAL, Clock, Reading, Stop, place_of
from streams.core.rules import Promise, Rulebook


def read_chat(chat: Chat, book: Rulebook) -> Reading:
    end, ended = end_of_chat(chat)
    request = chat.request
    if request is None:
        return Reading(place_of(chat.seen[1], "", GENERAL, Channel.ONLINE.value), end, ended)
    reply = next((reply for reply in chat.replies if reply[0] >= request.at), None)
    place = place_of(request.section, request.service, GENERAL, Channel.ONLINE.value)
    return Reading(place, end, ended, reply=reply)


def end_of_chat(chat: Chat) -> tuple[End, Mark | None]:
    if chat.closed:
        return End.CLOSED, chat.closed
    if chat.expired_at is not None:
        return End.EXPIRED, (chat.expired_at, "")
    return End.OPEN, None


def clocks_of_chat(chat: Chat, reading: Reading, book: Rulebook, lookups: Lookups) -> list[Clock]:
    if chat.request is None:
        return []
    clocks = [_response(chat, reading)]
    if chat.closed:
        clocks.append(_resolution(chat, chat.closed))
    return clocks


def _response(chat: Chat, reading: Reading) -> Clock:
    """四（二）1: request for a human → first human-written, visible message."""
    stop = None
    if reading.reply:
        at, event, counter, clerk = reading.reply
        stop = Stop(at, event, None, counter, clerk)
    elif reading.ended:
        stop = Stop(*reading.ended, reading.end, "", chat.assigned[3] if chat.assigned else "")
    request = chat.request
    start = (request.at, request.event) if request else chat.seen
    return Clock(Promise.ONLINE_FIRST_RESPONSE, start, stop)


def _resolution(chat: Chat, closed: Mark) -> Clock:
    """四（二）1: resolved ÷ closed. Nobody said so: not resolved."""
    clerk = chat.assigned[3] if chat.assigned else ""
    resolved = chat.resolved
    stop = None
    if resolved and resolved[2]:
        stop = Stop(closed[0], resolved[1], None, "", clerk)
    return Clock(Promise.ONLINE_RESOLUTION_RATE, closed, stop, clerk=clerk)
