"""What the tables have to hold after the day: every row, every column but its version.

Works out rows from the tales and from nothing else; `lives` does the alerts. Called by the
run. Invariant: none of the pipeline's code is used here.

Not covered here: what is found in a backlog (the live half has that). In neither half:
answers that move a journey to other promises after an alert, tickets issued twice, closed
alerts corrected by later ends, transfers, changes of rules, silent sources, what is
forgotten after the horizon, the delivery to channels, and brokers of more than one node.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from tests.chaos.day.book import Bad, Book, Told
from tests.chaos.day.clocks import WALK_IN, Clock, bucket
from tests.chaos.day.columns import Columns, time_text
from tests.chaos.day.journeys import chat, visit
from tests.chaos.day.tale import Tale

_RULE, _CLAUSE = "2022-10-14", "四（二）1"
_WALK_IN_CLAUSE = "四（二）1（未承诺，仅计量）"


class Truth(Struct):
    """Rows by identity, by table; and the clocks, for the alerts."""

    events: dict[tuple[str, ...], Columns]
    dead_letters: dict[tuple[str, ...], Columns]
    journeys: dict[tuple[str, ...], Columns]
    verdicts: dict[tuple[str, ...], Columns]
    windows: dict[tuple[str, ...], Columns]
    clocks: list[Clock]


def truth_of(book: Book, topic: str) -> Truth:
    by_subject: dict[str, list[Told]] = defaultdict(list)
    for told in book.told.values():
        by_subject[told.event.subject].append(told)
    truth = Truth({}, _dead_letters(book.bad, topic), {}, {}, {}, [])
    for told in book.told.values():
        truth.events[told.event.source, told.event.id] = _event(told)
    for subject, found in by_subject.items():
        tale = Tale(found)
        row, clocks = (chat if subject.startswith("chat-") else visit)(subject, tale)
        truth.journeys[subject,] = row
        truth.clocks += clocks
    for clock in truth.clocks:
        truth.verdicts[clock.promise, clock.journey] = verdict_columns(clock)
    truth.windows = _windows(truth.clocks)
    return truth


def _event(told: Told) -> Columns:
    first, event = min(told.places), told.event
    return {
        "source": event.source,
        "id": event.id,
        "type": event.kind,
        "subject": event.subject,
        "time": f"{time_text(event.at)}000",
        "ingest_at": time_text(first.ingest),
        "partition": first.partition,
        "offset": first.offset,
        "data": event.data,
    }


def _dead_letters(bad: Iterable[Bad], topic: str) -> dict[tuple[str, ...], Columns]:
    return {
        (topic, str(one.place.partition), str(one.place.offset)): {
            "topic": topic,
            "partition": one.place.partition,
            "offset": one.place.offset,
            "ingest_at": time_text(one.place.ingest),
            "reason": one.reason,
        }
        for one in bad
    }


def verdict_columns(clock: Clock) -> Columns:
    stop, whose = clock.stop, clock.whose
    return {
        "promise": clock.promise,
        "journey": clock.journey,
        "section": whose.section,
        "service": whose.service,
        "complexity": whose.complexity,
        "channel": whose.channel,
        "counter": stop.counter,
        "clerk": stop.clerk,
        "status": clock.status,
        "clause": _WALK_IN_CLAUSE if clock.promise == WALK_IN else _CLAUSE,
        "rule_version": _RULE,
        "limit_ms": clock.limit,
        "started_at": time_text(clock.start),
        "deadline_at": time_text(clock.deadline),
        "ended_at": time_text(stop.at),
        "duration_ms": clock.duration,
        "over_ms": clock.over,
        "estimated": clock.estimated,
        "off_hours": clock.off_hours,
        "cause": "",
        "excused": False,
        "evidence": clock.evidence,
        "partition": clock.partition,
    }


_STATUSES = (
    *("waiting", "waiting_late", "kept", "late", "measured", "left_mistaken", "left_in_time"),
    *("left_late", "cancelled", "expired", "missed", "provisional", "excused"),
)


def _windows(clocks: list[Clock]) -> dict[tuple[str, ...], Columns]:
    grouped: dict[tuple[object, ...], list[Clock]] = defaultdict(list)
    for clock in clocks:
        whose = clock.whose
        place = (whose.section, whose.service, whose.complexity, whose.channel)
        key: tuple[object, ...] = (
            clock.promise,
            clock.minute,
            *place,
            clock.off_hours,
            clock.partition,
        )
        grouped[key].append(clock)
    names = ("promise", "minute_at", "section", "service", "complexity", "channel", "off_hours")
    rows: dict[tuple[str, ...], Columns] = {}
    for key, members in grouped.items():
        row: Columns = dict(zip((*names, "partition"), key, strict=True))
        row["minute_at"] = time_text(members[0].minute)
        counts = Counter(clock.status.replace("-", "_") for clock in members)
        row |= {"started": len(members)} | {name: counts[name] for name in _STATUSES}
        row["estimated"] = sum(clock.estimated for clock in members)
        row |= _spans("answered", members, ("kept", "late", "measured"))
        row |= _spans("left", members, ("left-mistaken", "left-in-time", "left-late"))
        rows[tuple(str(row[name]) for name in (*names, "partition"))] = row
    return rows


def _spans(name: str, clocks: list[Clock], statuses: tuple[str, ...]) -> Columns:
    spans = [clock.duration or 0 for clock in clocks if clock.status in statuses]
    return {
        f"{name}_sum_ms": sum(spans),
        f"{name}_max_ms": max(spans, default=0),
        f"{name}_histogram": dict(Counter(bucket(span) for span in spans)),
    }
