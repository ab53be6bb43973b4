"""What every partition is told: look-up services' ups and downs, silences people asked for.

Owns what such an event changes in one partition. Called by `partition`. Invariant: heard
twice, or in another order, it changes the same.
"""

from collections.abc import Iterable

from schemas.act import AlertsSilenced
from schemas.decode import Event
from schemas.lookup import LookupChanged
from streams.core.lookups import Lookups
from streams.core.resting import Journeys
from streams.core.silencing import Silencing, silencing


def hear(
    event: Event,
    at: int,
    lookups: Lookups,
    silences: dict[str, Silencing],
    journeys: Journeys,
) -> Iterable[str]:
    """Takes it in; returns the journeys that have to be looked at again."""
    if isinstance(event, AlertsSilenced):
        silences[event.subject] = silencing(event, at)
    elif isinstance(event, LookupChanged):
        asked = journeys.asked()
        if lookups.told(event.subject, (at, event.id, event.data.available)):
            return asked
    return ()
