"""A saved journey, as the next worker takes it over.

Pure. Called by `partition` at a restart, and by `resting`. Invariant: of a journey that stands
as it was left nothing is said anew, and any other is counted until then where the totals have it.
"""

from sys import intern

from streams.core.alerts import Held, Standing, new_standing
from streams.core.finding import Finding, Settlement
from streams.core.journey import Journey
from streams.core.settle import Terms, contribution_of, settle
from streams.core.state import JourneyRecord
from streams.core.tracked import Tracked
from streams.core.visit import Visit, shared
from streams.core.windows import Contribution

#: To be taken over is no news of a journey.
_NO_NEWS = Held(catching_up=True)


def take_over(record: JourneyRecord, terms: Terms) -> tuple[Tracked, Settlement, bool]:
    """The journey, what it comes to by `terms`, and whether that is what was left.

    It is not where it had fallen due and was not settled, or by other rules.
    """
    _share(record.journey)
    saved = tuple(
        Finding(_shared(standing), uncounted=standing.clock in record.uncounted)
        for standing in record.standings
    )
    at, source = record.heard
    tracked = Tracked(record.journey, saved, record.ingest, (at, intern(source)))
    expired_at = record.journey.expired_at
    found = settle(record.journey, saved, None, terms, _NO_NEWS)
    standings = tuple([one.standing for one in found.findings])
    stands = standings == record.standings and record.journey.expired_at == expired_at
    if not stands:
        told = {standing.clock for standing in record.standings if standing.state is not None}
        counted = {
            one.standing.clock: _counted(one, found, one.standing.clock in told)
            for one in found.findings
        }
        tracked.findings = tuple(
            Finding(one.standing, None, counted.get(one.standing.clock), one.uncounted)
            for one in saved
        )
    return tracked, found, stands


def _share(journey: Journey) -> None:
    """What was read from the state topic is an object of its own for each code; most stand for
    many journeys."""
    at, section = journey.seen
    journey.seen = (at, intern(section))
    if isinstance(journey, Visit) and journey.issued is not None:
        journey.issued = shared(journey.issued)


def _shared(standing: Standing) -> Standing:
    same = new_standing(standing.promise, standing.nth)
    return same if same == standing else standing


def _counted(one: Finding, found: Settlement, told: bool) -> Contribution | None:
    """Where the totals have it. A gap in a shift is counted while it is an absence: then people
    were told of it, and it has to be taken out of its minute should it be none any more."""
    if one.verdict is not None and one.verdict.clock.slight:
        return contribution_of(one.verdict, found.reading.place, False) if told else None
    return one.contribution
