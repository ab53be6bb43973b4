"""Where in a recording the time of a clock is: pointers, never media (semantics §4).

Pure. Called by `explain`. Invariant: a pointer never reaches past its recording's own beginning
or end.
"""

from collections.abc import Iterable

from msgspec import Struct

from dashboards.stories.found import Heard
from dashboards.stories.story import Chapter, Item, Mark
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.terminal import RecordingStartedData, RecordingStoppedData

_HEADING = Words("录音录像", "Recording")
_RECORDING = Words("录像 {recording}", "Recording {recording}")
_RANGE = Words("对应位置", "look at")
_TERMINAL = Words("终端", "terminal")
_COUNTER = Words("窗口", "counter")
_HOLD = Words("要求留存", "retention hold")
_RUNNING = Words("尚在录制或未收到结束记录", "still running, or its end was not heard of")


class Recording(Struct, frozen=True, kw_only=True):
    """One recording: when it began and ended, as its terminal said."""

    reference: str
    section: str
    counter: str
    terminal: str
    start: float
    end: float | None  #: None: not stopped yet, as far as is known
    hold: bool = False


class Pointer(Struct, frozen=True):
    """From where to where in a recording, seconds from its beginning."""

    recording: Recording
    start_s: float
    end_s: float


def recordings_of(events: Iterable[Heard]) -> tuple[Recording, ...]:
    """Of one journey; one of which only the end is known began `seconds` before it."""
    found: dict[str, Recording] = {}
    ends: dict[str, tuple[float, RecordingStoppedData]] = {}
    for one in events:
        match getattr(one.event, "data", None):
            case RecordingStartedData() as data:
                found[data.recording] = Recording(
                    reference=data.recording,
                    section=data.section,
                    counter=data.counter,
                    terminal=data.terminal,
                    start=one.at,
                    end=None,
                    hold=data.retention_hold,
                )
            case RecordingStoppedData() as data:
                ends[data.recording] = (one.at, data)
    for reference, (at, data) in ends.items():
        known = found.get(reference)
        found[reference] = Recording(
            reference=reference,
            section=data.section,
            counter=data.counter,
            terminal=data.terminal,
            start=known.start if known else at - data.seconds,
            end=at,
            hold=known.hold if known else False,
        )
    return tuple(sorted(found.values(), key=lambda one: one.start))


def pointers(recordings: Iterable[Recording], start: float, end: float) -> tuple[Pointer, ...]:
    """Those that overlap the time from `start` to `end`."""
    found = []
    for one in recordings:
        first = max(start, one.start)
        last = end if one.end is None else min(end, one.end)
        if first < last:
            found.append(Pointer(one, first - one.start, last - one.start))
    return tuple(found)


def recording_chapter(found: Iterable[Pointer], teller: Teller) -> Chapter:
    items = []
    for pointer in found:
        one = pointer.recording
        place = f"{offset(pointer.start_s)} – {offset(pointer.end_s)}"
        marks = []
        if one.hold:
            marks.append(Mark("retention-hold", teller.say(_HOLD)))
        if one.end is None:
            marks.append(Mark("running", teller.say(_RUNNING)))
        items.append(
            Item(
                name="recording",
                words=teller.say(_RECORDING, recording=one.reference),
                when=teller.when(one.start, one.section),
                id=one.reference,
                facts=(
                    teller.fact("range", _RANGE, place, place),
                    teller.fact(
                        "counter", _COUNTER, teller.counter(one.section, one.counter), one.counter
                    ),
                    teller.fact("terminal", _TERMINAL, one.terminal, one.terminal),
                ),
                marks=tuple(marks),
            )
        )
    return Chapter(name="recording", heading=teller.say(_HEADING), items=tuple(items))


def offset(seconds: float) -> str:
    """`12:07`; from an hour on `1:02:07`."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{minutes}" if hours else minutes
