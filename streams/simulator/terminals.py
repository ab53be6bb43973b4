"""The terminals as devices: a heartbeat every 30 seconds, and now and then a fault.

A terminal out of order falls silent and takes its counter with it. What is filed on a
terminal is `attend`'s.
"""

from functools import partial
from random import Random

from schemas import terminal
from streams.simulator.attend import SECOND
from streams.simulator.floor import Line
from streams.simulator.hall import Habits
from streams.simulator.rhythm import DAY, MINUTE, source
from streams.simulator.visit import Counter
from streams.simulator.voice import Stage, Voice

HEARTBEAT = 30 * SECOND

_FAULTS = ("card-reader", "printer", "camera", "signature-pad", "network")


class Terminals:
    """All terminals of the floor."""

    def __init__(self, stage: Stage, habits: Habits) -> None:
        self._stage = stage
        self._faults_per_day = habits.faults_per_terminal_day

    def open(self, at: int, lines: list[Line]) -> None:
        for line in lines:
            for counter in line.counters:
                random = source(self._stage.seed, counter.terminal)
                voice = Voice(self._stage, counter.terminal, f"/hall/terminal/{counter.terminal}")
                section = line.section.code
                first = at + random.randrange(HEARTBEAT)
                self._stage.agenda.at(first, partial(self._beat, voice, section, counter))
                self._expect_fault(voice, section, counter, random, at)

    def _beat(self, voice: Voice, section: str, counter: Counter, at: int) -> None:
        if counter.out_until <= at:
            alive = terminal.HeartbeatData(section=section, counter=counter.code)
            voice.say(at, terminal.TerminalHeartbeat, alive)
        self._stage.agenda.at(at + HEARTBEAT, partial(self._beat, voice, section, counter))

    def _expect_fault(
        self, voice: Voice, section: str, counter: Counter, random: Random, at: int
    ) -> None:
        if self._faults_per_day > 0:
            # A day of work is ten hours.
            wait = random.expovariate(self._faults_per_day) * DAY * 10 / 24 * MINUTE
            action = partial(self._fail, voice, section, counter, random)
            self._stage.agenda.at(at + int(wait) + 1, action)

    def _fail(self, voice: Voice, section: str, counter: Counter, random: Random, at: int) -> None:
        stops = random.random() < 0.5
        fault = terminal.FaultData(
            section=section,
            counter=counter.code,
            fault=random.choice(_FAULTS),
            severity="error" if stops else "warning",
        )
        voice.say(at, terminal.TerminalFault, fault)
        if stops:
            counter.out_until = at + int(random.uniform(6, 20) * MINUTE)
        self._expect_fault(voice, section, counter, random, at)
