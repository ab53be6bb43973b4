"""A short run of the fault bench; and the bench itself can tell right from wrong."""

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.alerts import Message, hold_alerts, hold_pages
from tests.chaos.compare import _windows
from tests.chaos.faults import Faults
from tests.chaos.oracle import CHAT, Clock, Truth
from tests.chaos.run import run
from tests.chaos.verdict import Verdict
from tests.pipeline.database import Database

FEW = Faults(kills=3, rebalances=1, pauses=1, broker_restarts=1, clickhouse_cuts=1)


@pytest.mark.kafka
async def test_nothing_is_lost_doubled_or_wrong_and_nobody_is_paged_for_nothing(
    tmp_path: Path,
) -> None:
    report = await run(20221014, FEW, 40.0, tmp_path, print)
    assert report.verdict == Verdict()
    assert report.events > 1_000
    assert report.messages > 50


class Rows(Database):
    """A database that answers with given rows, whatever it is asked."""

    def __init__(self, *rows: dict[str, object]) -> None:
        self._rows = rows

    def ask(self, sql: str) -> list[dict[str, object]]:
        return [dict(row) for row in self._rows]


START = 1_700_000_000_000


def clock(duration: int | None, known_after: int = 0) -> Clock:
    """A chat answered after `duration` ms; the broker had it `known_after` ms later."""
    if duration is None:
        return Clock(CHAT, "chat-1", "S01", START, None, None)
    return Clock(CHAT, "chat-1", "S01", START, START + duration, START + duration + known_after)


def alert(state: str, closed_as: str = "", historical: bool = False) -> dict[str, object]:
    return {
        "alert": f"{CHAT}/chat-1/1",
        "promise": CHAT,
        "journey": "chat-1",
        "cycle": 1,
        "state": state,
        "closed_as": closed_as,
        "historical": historical,
    }


def said(*kinds: str, after: int = 8_100) -> list[Message]:
    name = f"{CHAT}/chat-1/1"
    return [Message(f"{name}/{kind}", kind, name, CHAT, "chat-1", START + after) for kind in kinds]


@pytest.mark.parametrize(
    ("true", "row", "messages", "figures"),
    [
        (clock(2_000), None, [], ""),
        (clock(6_000), alert("closed", "met"), said("warned", "closed"), ""),
        (clock(9_000), alert("closed", "met-late"), said("breached", "closed"), ""),
        (clock(9_000), alert("closed", "met-late"), said("warned", "breached", "closed"), ""),
        (clock(9_000), alert("closed", "met-late", historical=True), [], ""),
        (clock(None), alert("breached"), said("breached"), ""),
        (clock(7_900, 900), alert("closed", "retracted"), said("breached", "closed"), ""),
        (
            clock(7_900),
            alert("closed", "retracted"),
            said("breached", "closed"),
            "wrong false_pages",
        ),
        (clock(2_000), alert("closed", "retracted"), said("warned", "closed"), "wrong false_pages"),
        (
            clock(9_000),
            alert("closed", "met-late"),
            said("breached", "closed", after=20_000),
            "false_pages",
        ),
        (clock(9_000), None, [], "lost"),
        (clock(9_000), alert("closed", "met-late"), said("breached"), "lost"),
        (clock(9_000), alert("closed", "met-late"), said("warned", "closed"), "lost"),
        (clock(None), alert("breached"), said("breached", after=7_900), "false_pages"),
        (clock(9_000), alert("closed", "met-late"), [], "lost"),
        (clock(None), alert("breached", historical=True), [], "lost"),
        (clock(9_000), alert("closed", "met-late"), 2 * said("breached", "closed"), "doubled"),
        (clock(9_000), alert("breached"), said("breached"), "wrong"),
        (clock(2_000), alert("closed", "met-late", historical=True), [], "wrong"),
    ],
    ids=[
        "kept: nothing",
        "warned, and answered in time",
        "late",
        "warned before",
        "late, found in a backlog",
        "still waiting",
        "the answer was known too late",
        "the answer was known in time",
        "warned of what was answered before",
        "told long after the answer was known",
        "late and no alert",
        "never closed to people",
        "warned, and the breach behind it never said",
        "told before the limit had passed",
        "never said",
        "still waiting, and only history",
        "said twice",
        "not closed",
        "a breach that is none",
    ],
)
def test_an_alert_is_held_against_the_truth(
    true: Clock, row: dict[str, object] | None, messages: list[Message], figures: str
) -> None:
    truth = Truth(set(), {}, {(CHAT, "chat-1"): true}, {})
    found = Verdict()
    hold_alerts(truth, Rows(*([row] if row else [])), messages, found)
    differing = [name for name in found.__struct_fields__ if getattr(found, name)]
    assert differing == figures.split(), found


CALM = (START + 9_000, START + 30_000)


@pytest.mark.parametrize(
    ("true", "messages", "calm", "asked", "lost"),
    [
        (clock(None), said("breached", after=9_500), CALM, 1, 0),
        (clock(None), [], CALM, 1, 1),
        (clock(None), said("breached", after=20_000), CALM, 1, 1),
        (clock(25_000), said("warned", "closed"), CALM, 1, 1),
        (clock(13_000), [], CALM, 0, 0),
        (clock(None), [], (START, START + 9_000), 0, 0),
        (clock(7_000), [], CALM, 0, 0),
    ],
    ids=[
        "told at once",
        "never told",
        "told late",
        "only warned",
        "answered too soon to be sure",
        "the calm was over too soon to be sure",
        "served in time",
    ],
)
def test_whoever_waits_too_long_in_a_calm_has_to_be_told(
    true: Clock, messages: list[Message], calm: tuple[int, int], asked: int, lost: int
) -> None:
    found = Verdict()
    truth = Truth(set(), {}, {(CHAT, "chat-1"): true}, {})
    assert hold_pages(truth, messages, [calm], found) == asked
    assert len(found.lost) == lost


@pytest.mark.parametrize(
    ("started", "kept", "figures"),
    [(2, 2, []), (3, 3, ["doubled", "wrong"]), (2, 1, ["wrong"]), (1, 1, ["wrong"])],
    ids=["right", "one too many", "one in the wrong column", "one too few"],
)
def test_a_window_is_held_against_the_truth(started: int, kept: int, figures: list[str]) -> None:
    key = (CHAT, START // 60_000 * 60, "S01")
    truth = Truth(set(), {}, {}, {key: Counter(started=2, kept=2, answered_sum_ms=3_000)})
    row: dict[str, object] = {"promise": CHAT, "minute": key[1], "section": "S01"}
    counts = {"started": started, "kept": kept, "answered_sum_ms": 3_000}
    names = ("started", "waiting", "waiting_late", "kept", "late", "measured", "answered_sum_ms")
    row |= {f"{name}_": counts.get(name, 0) for name in (*names, "answered_max_ms")}
    found = Verdict()
    _windows(truth, Rows(row), found)
    assert [name for name in found.__struct_fields__ if getattr(found, name)] == figures
