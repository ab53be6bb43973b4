"""What every partition is told: look-up services' ups and downs, silences people asked for.

Owns what such an event changes in one partition. Called by `partition`. Invariant: heard
twice, or in another order, it changes the same.
"""

from collections.abc import Iterable, Mapping

from schemas.act import AlertsSilenced
from schemas.decode import Event
from schemas.lookup import LookupChanged
from streams.core.agenda import Tracked
from streams.core.case import Case
from streams.core.lookups import Lookups
from streams.core.silencing import Silencing, silencing
from streams.core.visit import Visit


def hear(
    event: Event,
    at: int,
    lookups: Lookups,
    silences: dict[str, Silencing],
    journeys: Mapping[str, Tracked],
) -> Iterable[str]:
    """Takes it in; returns the journeys that have to be looked at again."""
    if isinstance(event, AlertsSilenced):
        silences[event.subject] = silencing(event, at)
    elif isinstance(event, LookupChanged) and lookups.told(
        event.subject, (at, event.id, event.data.available)
    ):
        return [key for key, tracked in journeys.items() if _asked(tracked)]
    return ()


def _asked(tracked: Tracked) -> bool:
    journey = tracked.journey
    return isinstance(journey, Visit | Case) and bool(journey.asked)
