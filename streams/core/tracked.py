"""A journey in memory: at hand as objects, or at rest as the bytes of its record.

Owns what is kept of one; which of the two it is, `resting` decides. Judges nothing. Invariant:
what is asked of a journey that nothing happens to is beside its bytes.
"""

from msgspec import Struct

from schemas.outcomes import End
from streams.core.alerts import Standing
from streams.core.finding import Finding
from streams.core.journey import UNSEEN, Journey, Mark
from streams.core.kinds import end_of
from streams.core.measure import Place
from streams.core.state import JourneyRecord

#: Before any event: of no time and no source.
NEVER: Mark = (0, "")


class Tracked:
    """A journey at hand: beside its record, what is derived and never saved."""

    __slots__ = ("findings", "heard", "ingest", "journey", "place", "wake_at")

    def __init__(
        self, journey: Journey, findings: tuple[Finding, ...], ingest: int, heard: Mark = NEVER
    ) -> None:
        self.journey = journey
        self.findings = findings
        self.ingest = ingest
        self.heard = heard  #: the latest event: when, and of which source
        self.place: Place | None = None
        self.wake_at: int | None = None

    @property
    def is_open(self) -> bool:
        return end_of(self.journey)[0] is End.OPEN and self.journey.seen[0] != UNSEEN

    @property
    def record(self) -> JourneyRecord:
        """All of it that is saved."""
        standings: list[Standing] = []
        uncounted: tuple[str, ...] = ()
        for finding in self.findings:
            standings.append(finding.standing)
            if finding.uncounted:
                uncounted += (finding.standing.clock,)
        return JourneyRecord(self.journey, tuple(standings), self.ingest, self.heard, uncounted)


class Resting(Struct, gc=False):
    """A journey at rest. There are a million of them: no field that is not asked for."""

    record: bytes  #: as it is saved, see `state`
    at: int  #: a moment, ms, at which settling the record comes to what was found last
    wake_at: int | None
    source: str  #: of an open one, whose silence is its; "" when it is over
