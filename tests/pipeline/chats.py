"""Events of assistance chats, as a chat system would send them.

Owns their bytes; invariant: what is made here keeps the contract.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct


class Sent(Struct, frozen=True):
    """A record to send: its key, its bytes, and when it happened (seconds)."""

    key: bytes
    value: bytes
    at: float


def requested(chat: str, at: float) -> Sent:
    """A citizen asks for a human."""
    return _event("assist.requested", chat, at, {"section": "S03", "service": "permit"})


def answered(chat: str, at: float) -> Sent:
    """A human answers, visibly."""
    return _event("assist.message", chat, at, {"section": "S03", "author": "human"})


def _event(kind: str, chat: str, at: float, data: dict[str, Any]) -> Sent:
    # Milliseconds, as every time downstream: a test may then compare times exactly.
    moment = datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds")
    event = {
        "specversion": "1.0",
        "id": f"{chat}/{kind}",
        "source": "/test/chats",
        "type": kind,
        "subject": chat,
        "time": moment,
        "data": data,
    }
    return Sent(chat.encode(), msgspec.json.encode(event), round(at, 3))
