"""The hall's own systems say that they are there: queue system and assistance desk.

Only a live hall sends these: a file holds what happened, and who is alive is about now.
Invariant: a heartbeat goes to every partition (`Timed.everywhere`), because each watches the
sources for itself.
"""

from functools import partial

from schemas.source import BeatData, SourceHeartbeat
from streams.simulator.attend import SECOND
from streams.simulator.hall import Hall
from streams.simulator.voice import Stage, Voice

EVERY = 10 * SECOND

QUEUE_SYSTEM = "/hall/queue"
DESK_SYSTEM = "/hall/assist"


class Heartbeats:
    """Of both systems; `section` is who looks after them."""

    def __init__(self, stage: Stage, hall: Hall) -> None:
        self._stage = stage
        self._voices = (
            (Voice(stage, "queue", QUEUE_SYSTEM), BeatData(section="elsewhere")),
            (Voice(stage, "assist", DESK_SYSTEM), BeatData(section=hall.desk.code)),
        )

    def open(self, at: int) -> None:
        for voice, data in self._voices:
            self._beat(voice, data, at)

    def _beat(self, voice: Voice, data: BeatData, at: int) -> None:
        voice.say(at, SourceHeartbeat, data)
        self._stage.agenda.at(at + EVERY, partial(self._beat, voice, data))
