"""The dead-letter topic: what could not be taken, whole enough to be sent again.

Owns the shape of its two records: a letter (no key), and the note that a letter was sent
again (keyed by the letter's address). Written by lanes, by the worker for rows, and by
`hallwatch deadletters`, which also reads them. Invariant: nothing personal is in either
(semantics §4); what had to be masked says so.
"""

from msgspec import Struct

#: Stands in an alert where others name a promise, when a storm of dead letters stopped the
#: intake of a partition; the partition stands in place of a journey.
INTAKE_STOPPED = "intake-stopped"

#: Kafka headers as a record carries them; a value may be null.
LetterHeaders = tuple[tuple[str, bytes | None], ...]

#: Of longer records only the beginning is kept: no event of the contract comes near it, and
#: a letter has to fit into one record of its topic.
MOST_KEPT_BYTES = 4 * 1024 * 1024


class DeadLetter(Struct, frozen=True, kw_only=True, gc=False):
    """The refused bytes, why, and where they stood (JSON).

    `raw`, `key` and header values are base64 in the JSON. Where they held what looks like
    an ID number, a phone number or a name, that is masked in them, and `masked` says so.
    """

    topic: str
    partition: int
    offset: int
    ingest_at: float  #: seconds since the epoch
    reason: str  #: a `schemas.decode.Reason`
    field: str
    detail: str
    raw: bytes
    key: bytes | None = None
    headers: LetterHeaders = ()
    masked: bool = False
    size: int = -1  #: bytes of value, key and headers as they came; -1: an older letter

    @property
    def cut(self) -> bool:
        """Not all of it was kept."""
        return not self.masked and self.size > size_of(self.raw, self.key, self.headers)


class Resent(Struct, frozen=True, kw_only=True, gc=False):
    """A letter was sent again, at `at` (seconds since the epoch), and where that stands."""

    letter: str  #: the address
    at: float
    topic: str
    partition: int
    offset: int
    mended: bool = False  #: with another body than the letter's


def size_of(raw: bytes, key: bytes | None, headers: LetterHeaders) -> int:
    """Bytes of a record, without what the protocol adds."""
    return (
        len(raw)
        + len(key or b"")
        + sum(len(name) + len(content or b"") for name, content in headers)
    )


def address(topic: str, partition: int, offset: int) -> str:
    """`hall.events/3/1842`: what names a letter."""
    return f"{topic}/{partition}/{offset}"
