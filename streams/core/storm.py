"""A storm of dead letters: when intake of a partition stops rather than drain it.

Owns the count that tells a storm from a few mistakes, what is kept of one, and the alert
that says so. Pure: `now` is an argument. Called by `streams.intake` for each refused record
and by `streams.gate`. Invariant: fewer refused records than `share` of a whole window never
stop anything, however few good ones are between them.
"""

from collections import Counter, deque
from datetime import UTC, datetime

from msgspec import Struct

from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertMessage, AlertRow, AlertState, ClosedAs

#: Every promise with a deadline stands there; none can be judged without events.
_CLAUSE = "四（二）1"

_SECTION, _NOTHING = "elsewhere", ""


class StormLimits(Struct, frozen=True, kw_only=True):
    """More than `share` of the last `records` records refused within `within_ms` of work.

    Counted in the worker's time, not the log's: what has to be stopped is a backlog that
    is drained in seconds as well as a source that goes wrong now. `share` 1: never.
    """

    records: int = 1_000
    share: float = 0.5
    within_ms: int = 60_000


class Storm(Struct, frozen=True, kw_only=True):
    """Why intake of a partition is stopped. Saved with its position."""

    number: int  #: of the stops of this partition, from 1
    offset: int  #: the first record not looked at
    at: int  #: ms
    refused: int
    records: int  #: looked at while those were refused
    reasons: dict[str, int]

    @property
    def counts(self) -> str:
        """`malformed 480, missing-field 21`."""
        most = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return ", ".join(f"{reason} {count}" for reason, count in most)


class StormWatch:
    """Of one partition, since intake began or was resumed. Good records cost nothing."""

    def __init__(self, limits: StormLimits, stops: int = 0, agreed: int = 0) -> None:
        """`stops`: so many there were. `agreed`: what is refused before that offset is known
        to somebody, who said to go on."""
        self.now = 0  #: ms, of the slice in hand
        self._limits = limits
        self._stops = stops
        self._agreed = agreed
        self._seen = 0
        self._refused: deque[tuple[int, int, str]] = deque()  # record number, ms, reason

    def taken(self, records: int) -> None:
        """A slice is over; it had so many records."""
        self._seen += records

    def refused(self, place: int, offset: int, reason: str) -> Storm | None:
        """One more, the slice's record number `place` (from 0) at `offset`."""
        limits, number, refused = self._limits, self._seen + place, self._refused
        if offset < self._agreed or limits.share >= 1:
            return None
        refused.append((number, self.now, reason))
        while refused[0][0] <= number - limits.records or (
            refused[0][1] < self.now - limits.within_ms
        ):
            refused.popleft()
        if len(refused) <= limits.share * limits.records:
            return None
        return Storm(
            number=self._stops + 1,
            offset=offset + 1,
            at=self.now,
            refused=len(refused),
            records=number - refused[0][0] + 1,
            reasons=dict(Counter(reason for _, _, reason in refused)),
        )


def storm_alert(
    storm: Storm, topic: str, partition: int, version: int, resumed_at: int | None = None
) -> AlertMessage:
    """What people are told: intake stopped, or (with `resumed_at`, ms) goes on."""
    over = resumed_at is not None
    told_at = storm.at if resumed_at is None else resumed_at
    place = f"{topic}/{partition}"
    row = AlertRow(
        alert=f"{INTAKE_STOPPED}/{place}/{storm.number}",
        promise=INTAKE_STOPPED,
        journey=place,
        cycle=storm.number,
        section=_SECTION,
        service=_NOTHING,
        complexity=_NOTHING,
        channel=_NOTHING,
        state=AlertState.CLOSED if over else AlertState.BREACHED,
        closed_as=ClosedAs.MET_LATE if over else ClosedAs.NOT_YET,
        clause=_CLAUSE,
        rule_version=_NOTHING,
        limit_ms=0,
        started_at=storm.at / 1000,
        breached_at=storm.at / 1000,
        closed_at=None if resumed_at is None else resumed_at / 1000,
        over_ms=max(0, told_at - storm.at),
        evidence=[f"{reason} {count}" for reason, count in sorted(storm.reasons.items())],
        partition=partition,
        version=version,
    )
    at = datetime.fromtimestamp(told_at / 1000, UTC).isoformat(timespec="milliseconds")
    phase = "closed" if over else "breached"
    return AlertMessage(
        id=f"{row.alert}/{phase}",
        type="hall.alert.closed" if over else "hall.alert.breached",
        subject=row.alert,
        time=at,
        partitionkey=row.section,
        data=row,
    )
