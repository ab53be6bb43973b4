"""`clock.advanced`: the log time of one partition, said outright.

A replay sends one to every partition after its last event, so that deadlines behind that
event fall due as they would have. Carries no journey; only moves log time.
"""

from msgspec import Struct

from schemas.frame import Frame


class AdvancedData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing beside the frame: `time` is the log time reached."""


class ClockAdvanced(Frame, frozen=True, kw_only=True, tag="clock.advanced"):
    data: AdvancedData = AdvancedData()
