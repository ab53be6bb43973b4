"""Events that every partition has to hear, whatever their subject.

Owns the list. Read by whatever sends events: the replay, the simulator, the acts. Invariant:
such an event belongs to no journey.
"""

from schemas.act import AlertsSilenced
from schemas.lookup import LookupChanged
from schemas.source import SourceHeartbeat

EVERYWHERE = (SourceHeartbeat, LookupChanged, AlertsSilenced)

#: Their CloudEvents types.
EVERYWHERE_TYPES = frozenset(str(event.__struct_config__.tag) for event in EVERYWHERE)
