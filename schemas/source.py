"""`source.heartbeat`: a whole source says that it is there, although nothing happens.

Sent by the source (or by what sends its events for it) into *every* partition, with the
partition named outright: a partition that has seen one watches the source from then on, and
takes its silence for a fault (semantics §3, Silent source). Carries no journey; `section` is
whoever looks after the source.
"""

from schemas.frame import Data, Frame

#: Stands in an alert where others name a promise; the source stands in place of a journey.
SOURCE_SILENT = "source-silent"


class BeatData(Data, frozen=True, kw_only=True):
    """Nothing beside the section: who is alive is the frame's `source`."""


class SourceHeartbeat(Frame, frozen=True, kw_only=True, tag="source.heartbeat"):
    data: BeatData
