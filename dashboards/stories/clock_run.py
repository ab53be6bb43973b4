"""How a clock ran: the stretches of time that counted, and what they come to.

Pure; service hours come with the site. Called by `explain` and `verdicts`. Invariant: a clock that
runs by the wall counts every moment between its start and its end, lunch included.
"""

from collections.abc import Sequence

from msgspec import Struct

from dashboards.stories.site import Span
from dashboards.stories.story import Chapter, Item, Level, Mark
from dashboards.stories.telling import Teller
from dashboards.words import FILING, WAITS, Words
from schemas.source import SOURCE_SILENT

_HEADING = Words("计时时段", "How the clock ran")
_WALL = Words("按实际时间连续计时。", "By the wall clock.")
_WAITING = Words(
    "按实际时间连续计时，午休也计入：办事人一直在现场等。",
    "By the wall clock, lunch included: the citizen is still sitting there.",
)
_IN_HOURS = Words(
    "只计服务时间：日历“{calendar}”，版本 {version}。",
    'Service hours only: calendar "{calendar}", version {version}.',
)
_NOTHING_YET = Words("至今没有计入任何服务时间。", "No service hours have counted yet.")
_STRETCH = Words("至 {end}", "to {end}")
_LEFT_OUT = Words("……其间另有 {count} 段，此处从略", "… and {count} stretches between, not shown")
_COUNTED = Words("计入", "counted")
_TOTAL = Words("合计", "In all")
_DIFFERS = Words(
    "判定时为 {span}：此后日历有改动",
    "{span} when it was judged: the calendar was changed since",
)

#: Stretches shown from the beginning, and up to the end, of a clock that ran for weeks.
MOST_AT_AN_END = 10


class ClockRun(Struct, frozen=True, kw_only=True):
    """From `start` to `end`, seconds since the epoch; `spans` are what counted of it."""

    promise: str
    start: float
    end: float
    in_hours: bool
    spans: tuple[Span, ...]

    @property
    def counted_ms(self) -> int:
        return sum(round((end - start) * 1000) for start, end in self.spans)


def run_clock(teller: Teller, promise: str, section: str, start: float, end: float) -> ClockRun:
    """What counted between two moments; nothing does where the end is not after the start."""
    known = teller.site.promises.get(promise)
    # A source is missed in the service hours of the section that looks after it.
    in_hours = promise == SOURCE_SILENT or (known is not None and known.in_hours)
    end = max(start, end)
    spans: Sequence[Span] = [(start, end)] if end > start else []
    if in_hours:
        spans = teller.site.section(section).hours(start, end)
    return ClockRun(promise=promise, start=start, end=end, in_hours=in_hours, spans=tuple(spans))


def past(teller: Teller, promise: str, section: str, deadline: float | None, end: float) -> int:
    """How long past its deadline a clock has run, in the time that counts for it."""
    if deadline is None:
        return 0
    return run_clock(teller, promise, section, deadline, end).counted_ms


def hours_chapter(
    run: ClockRun, section: str, teller: Teller, judged_ms: int | None = None
) -> Chapter:
    """`judged_ms`: what the verdict came to, where there is one that has ended."""
    place = teller.site.section(section)
    how = (
        teller.say(_IN_HOURS, calendar=place.calendar, version=place.calendar_version(run.start))
        if run.in_hours
        else teller.say(_WAITING if run.promise in (*WAITS, FILING) else _WALL)
    )
    items = [Item(name="calendar" if run.in_hours else "wall-clock", words=how)]
    left_out = max(0, len(run.spans) - 2 * MOST_AT_AN_END)
    for number, (begin, end) in enumerate(run.spans):
        if left_out and number == MOST_AT_AN_END:
            items.append(Item(name="left-out", words=teller.say(_LEFT_OUT, count=left_out)))
        if MOST_AT_AN_END <= number < MOST_AT_AN_END + left_out:
            continue
        first, last = teller.when(begin, section), teller.when(end, section)
        span = round((end - begin) * 1000)
        till = last.clock if last.day == first.day else f"{last.day} {last.clock}"
        items.append(
            Item(
                name="stretch",
                words=teller.say(_STRETCH, end=till),
                when=first,
                facts=(teller.fact("counted_ms", _COUNTED, teller.span(span), span),),
            )
        )
    if not run.spans:
        items.append(Item(name="nothing", words=teller.say(_NOTHING_YET)))
    elif run.in_hours:
        items.append(_total(run, teller, judged_ms))
    return Chapter(name="hours", heading=teller.say(_HEADING), items=tuple(items))


def _total(run: ClockRun, teller: Teller, judged_ms: int | None) -> Item:
    counted = run.counted_ms
    differs = judged_ms is not None and abs(counted - judged_ms) > 1
    return Item(
        name="total",
        words=teller.say(_TOTAL),
        level=Level.NEAR if differs else Level.PLAIN,
        facts=(teller.fact("counted_ms", _COUNTED, teller.span(counted), counted),),
        marks=(Mark("differs", teller.say(_DIFFERS, span=teller.span(judged_ms or 0))),)
        if differs
        else (),
    )
