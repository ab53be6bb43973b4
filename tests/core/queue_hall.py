"""A morning at a section's counters, and a partition that hears its own parts of the queue.

Used by the tests of the forecast's warning. In one partition as in many: what it tells it is
told, as the events topic would. Invariant: the day is settled every five seconds.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import merge

from msgspec.structs import replace

from schemas.decode import Event
from schemas.frame import milliseconds
from schemas.outcomes import Table
from schemas.queue import ForecastRow
from streams.core.rules import Rulebook
from streams.rules.load import load_rulebook
from streams.shares import queue_event
from tests.core.hall import BOOK, Hall
from tests.core.story import clock_text, ms, visit

#: As shipped.
FORECASTING = replace(BOOK, forecasting=load_rulebook().forecasting)

STEP_MS = 5_000
MIN = 60_000

SECTION, SERVICE = "counters", "passport"
ALERT = f"wait-forecast/{SECTION}/{SERVICE}/1"


def morning(fast_from: str, until: str, counters: int = 3) -> list[Event]:
    """Somebody with an appointment comes each minute until 09:40 and somebody is called every
    two; from `fast_from` on every twenty seconds, until nobody waits."""
    told: list[list[Event]] = []
    called_at = ms("09:02")
    for minute in range(41):
        come = ms("09:00") + minute * MIN
        called_at = max(called_at, come)
        counter = f"W{minute % counters + 1}"
        clock = clock_text(come)
        story = visit(f"A{minute:02}").booked(clock).checked_in(clock)
        if called_at < ms(until):
            story = story.called(clock_text(called_at), counter)
            story = story.served(clock_text(called_at + 5 * MIN), counter)
        told.append(list(story))
        called_at += 2 * MIN if called_at < ms(fast_from) else 20_000
    return list(merge(*told, key=lambda event: milliseconds(event.time)))


class QueueHall(Hall):
    def __init__(self, book: Rulebook = FORECASTING, number: int = 3) -> None:
        super().__init__(book=book, number=number)
        self.parts = 0  #: told so far

    def live(
        self,
        events: Iterable[Event],
        start: str,
        end: str,
        restart_at: frozenset[int] = frozenset(),
    ) -> None:
        """`restart_at`: numbers of the steps before which another worker takes over."""
        waiting = iter(events)
        event = next(waiting, None)
        for step, now in enumerate(range(ms(start), ms(end), STEP_MS)):
            if step in restart_at:
                self.restart()
            while event is not None and milliseconds(event.time) <= now:
                self.hear([event])
                event = next(waiting, None)
            for _ in range(3):
                outcomes = self.settle(now)
                told = [
                    queue_event(part, datetime.fromtimestamp(now / 1000, UTC))
                    for part in outcomes.queues
                ]
                self.parts += len(told)
                self.hear(told, ingest=now)

    def forecasts(self) -> Iterator[ForecastRow]:
        for row in self.rows[Table.FORECASTS].values():
            assert isinstance(row, ForecastRow)
            yield row

    def warnings(self) -> list[str]:
        return [message.id for message in self.said if message.id.startswith("wait-forecast")]
