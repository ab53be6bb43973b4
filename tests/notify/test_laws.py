"""Whatever happens and whenever the worker is killed: each channel gets each alert's beginning
and end once in effect, and nothing is lost."""

from collections import Counter
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from msgspec import field

from streams.core.alerts import Said
from streams.notify.thread import OPENINGS
from tests.core.journeys import law
from tests.notify.org import HOUR, MINUTE, book
from tests.notify.world import World

W, B, E, C, R = Said.WARNED, Said.BREACHED, Said.ESCALATED, Said.CLOSED, Said.RETRACTED

#: Lives an alert can have; each step with the level it escalates to.
LIVES = (
    (W, C),
    (B, C),
    (W, B, C),
    (W, B, E, C),
    (B, E, C, R),
    (B,),
)

Step = tuple[str, int]

#: What may happen next: an alert's next phase, time, a crash at one of three moments, a record
#: that stands in the topic once more, a channel that goes away or comes back.
STEPS = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 11)),
    st.tuples(st.just("pass"), st.sampled_from([1, 5_000, MINUTE, 11 * MINUTE, 3 * HOUR])),
    st.tuples(st.just("crash"), st.integers(0, 2)),
    st.tuples(st.just("again"), st.integers(0, 50)),
    st.tuples(st.just("away"), st.integers(0, 5)),
    st.tuples(st.just("back"), st.integers(0, 5)),
)

RULES = st.sampled_from(
    [
        book(digest=False),
        book(group_ms=0, storm_messages=2, digest=False),
        book(storm_messages=1, through=True),
        book(group_ms=9 * MINUTE, storm_ms=2 * MINUTE, storm_messages=3, digest=False),
    ]
)

Moment = Literal["before saving", "in the window", "after saving"]
MOMENTS: tuple[Moment, ...] = ("before saving", "in the window", "after saving")


class Story(World):
    """A world that lives through steps; `risked` counts what was taken and not recorded when a
    worker was killed, by channel and message."""

    risked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def live(self, steps: list[Step]) -> None:
        lives = {f"j{number}": list(LIVES[number % len(LIVES)]) for number in range(12)}
        channels = self.notifier.channels
        for what, number in steps:
            match what:
                case "say":
                    journey = f"j{number}"
                    if lives[journey]:
                        self.say(journey, lives[journey].pop(0), f"S0{1 + number % 3}")
                case "pass":
                    self.pass_time(number)
                case "crash":
                    self.crash(MOMENTS[number])
                case "again":
                    if self.alerts:
                        self.alerts.append(self.alerts[number % len(self.alerts)])
                case "away":
                    self.away.add(channels[number % len(channels)])
                case "back":
                    self.come_back(channels[number % len(channels)])
        for journey, left in lives.items():
            for said in left:
                self.say(journey, said, f"S0{1 + int(journey[1:]) % 3}")
                self.pass_time(MINUTE)
        for channel in channels:
            self.come_back(channel)
        self.pass_time(24 * HOUR)

    def crash(self, moment: Moment) -> None:
        match moment:
            case "before saving":
                for offset, (partition, message) in enumerate(self.alerts):
                    self.notifier.take(partition, message, offset, self.now)
            case "in the window":
                self.read()
                before = {channel: len(told) for channel, told in self.told.items()}
                self.send(saving=False)
                for channel, told in self.told.items():
                    for one in told[before.get(channel, 0) :]:
                        self.risked.update((channel, id_) for id_ in one.ids)
            case "after saving":
                self.read()
                self.send()
        self.start()


@law
@given(RULES, st.lists(STEPS, max_size=60), st.integers(1, 3))
def test_each_channel_gets_each_beginning_and_end_once_and_nothing_is_lost(
    rules: object, steps: list[Step], partitions: int
) -> None:
    world = Story(rules, partitions=partitions)  # type: ignore[arg-type]
    world.live(steps)
    said = {message.id: message for _, message in world.alerts}
    lost = {
        (one.letter.channel, message.id)
        for one in world.undelivered
        for entry in one.letter.entries
        for message in entry.messages
    }
    for channel in world.notifier.channels:
        counted = Counter(id_ for id_ in world.ids(channel) if id_ in said)
        for id_, times in counted.items():
            assert 1 <= times <= 1 + world.risked[channel, id_], (channel, id_)
    for alert in {message.data.alert for message in said.values()}:
        mine = {
            id_: Said(m.type.rpartition(".")[2]) for id_, m in said.items() if m.subject == alert
        }
        for channel in world.notifier.channels:
            known = set(world.ids(channel))
            handled = {id_ for id_ in mine if id_ in known or (channel, id_) in lost}
            opened = {id_ for id_ in known & set(mine) if mine[id_] in OPENINGS}
            ends = {id_ for id_, one in mine.items() if one not in OPENINGS}
            if channel == "the log" or opened:
                assert ends <= handled, (channel, alert)
            else:
                assert not ends & known, (channel, alert)
            if channel == "the log":
                assert handled == set(mine)
    for id_, message in said.items():
        if message.type == "hall.alert.breached":
            chiefs = {"S01": ("robot", "mail"), "S02": ("robot", "mail"), "S03": ("phone",)}
            for channel in chiefs[message.data.section]:
                assert id_ in world.ids(channel) or (channel, id_) in lost, (channel, id_)


@law
@given(RULES, st.lists(STEPS, max_size=40), st.integers(1, 3))
def test_a_part_restored_is_the_part_that_was_saved(
    rules: object, steps: list[Step], partitions: int
) -> None:
    world = Story(rules, partitions=partitions)  # type: ignore[arg-type]
    world.live(steps)
    for part in world.parts:
        world.save()
        again = type(part)(part.number)
        again.restore(world.saved[part.number])
        assert again.threads == part.threads
        assert again.tallies == part.tallies
        assert again.digests == part.digests
        assert again.next_offset == part.next_offset
