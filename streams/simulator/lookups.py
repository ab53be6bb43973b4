"""The look-up services: up when the hall opens, down now and then for some minutes.

Owns when. Invariant: a service says every change, so that whoever heard the last one knows how
it stands.
"""

from functools import partial
from random import Random

from schemas.lookup import LookupChanged, LookupData
from streams.simulator.hall import Hall, Lookup
from streams.simulator.rhythm import DAY, MINUTE, around, source
from streams.simulator.voice import Stage, Voice

LOOKUP_SYSTEM = "/hall/lookup"


class Lookups:
    """All services of the hall."""

    def __init__(self, hall: Hall, stage: Stage) -> None:
        self._services = hall.lookup
        self._stage = stage

    def open(self, at: int) -> None:
        for service in self._services:
            voice = Voice(self._stage, service.code, LOOKUP_SYSTEM)
            random = source(self._stage.seed, "lookup", service.code)
            self._say(voice, at, available=True)
            self._expect_outage(voice, service, random, at)

    def _expect_outage(self, voice: Voice, service: Lookup, random: Random, at: int) -> None:
        if service.outages_per_day > 0:
            # A day of work is ten hours.
            wait = random.expovariate(service.outages_per_day) * DAY * 10 / 24 * MINUTE
            down = at + int(wait) + 1
            self._stage.agenda.at(down, partial(self._fail, voice, service, random))

    def _fail(self, voice: Voice, service: Lookup, random: Random, at: int) -> None:
        self._say(voice, at, available=False)
        up = at + int(around(random, service.minutes) * MINUTE)
        self._say(voice, up, available=True)
        self._expect_outage(voice, service, random, up)

    def _say(self, voice: Voice, at: int, *, available: bool) -> None:
        voice.say(at, LookupChanged, LookupData(section="elsewhere", available=available))
