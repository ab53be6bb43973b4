"""Journeys of a silent source (semantics §3) are suspected: nobody is paged for what is only
missing; once the source speaks again, all is judged by what it says."""

import pytest

from tests.core.silent import ALERT, SILENT, THERE, hall, silent_since
from tests.core.story import chat, heartbeat, ms, visit


def test_open_journeys_are_suspected_as_long_as_their_source_is_silent() -> None:
    told = hall()
    told.hear(THERE, visit("A2").issued("09:30").served("09:50"), [heartbeat("10:00")])
    told.hear(visit("A3").tell("ticket.issued", "09:58", service="x", source="urn:other"))
    told.settle("10:00")
    told.settle("10:03")
    suspected = {name: told.journey(name).suspected for name in ("A1", "A2", "A3")}
    assert suspected == {"A1": True, "A2": False, "A3": False}
    told.hear([heartbeat("10:04")])
    told.settle("10:05")
    assert not told.journey("A1").suspected


def test_nobody_is_paged_for_what_may_only_be_missing() -> None:
    told = silent_since("10:04")
    told.settle("10:11")
    assert told.messages() == [f"{SILENT}/breached"]
    row = told.alert(ALERT)
    assert (row.state, row.suspected, row.historical) == ("breached", True, False)
    assert told.verdict("appointment-wait-general", "A1").status == "waiting-late"


def test_suspected_breaches_do_not_keep_the_partition_awake() -> None:
    told = silent_since("10:04")
    told.settle("10:11")
    due = told.partition.next_due()
    assert due is not None
    assert due > ms("10:11")


def test_whoever_is_heard_of_by_another_source_is_paged_as_always() -> None:
    told = hall()
    told.hear(visit().booked("10:00"), [heartbeat("10:00")])
    told.hear(visit().tell("ticket.checked-in", "10:00", source="urn:other"))
    told.settle("10:00")
    told.settle("10:11")
    assert told.messages(ALERT) == ["breached"]


#: What the source had kept, and how the breach suspected in the meantime ends.
KEPT_BACK = {
    "called in time: no breach": (visit().called("10:09"), "retracted", False),
    "called too late: recorded": (visit().called("10:12"), "met-late", True),
    "left too late: recorded": (visit().left("10:13"), "never-met", True),
}


@pytest.mark.parametrize("heartbeat_first", [True, False])
@pytest.mark.parametrize(("kept_back", "closed_as", "breach"), KEPT_BACK.values(), ids=KEPT_BACK)
def test_what_the_source_had_kept_back_decides_and_pages_nobody(
    kept_back: list[object], closed_as: str, breach: bool, heartbeat_first: bool
) -> None:
    told = silent_since("10:04")
    told.settle("10:14")
    if heartbeat_first:
        told.hear([heartbeat("10:15")])
        told.settle("10:15")
    told.hear(kept_back, ingest="10:15:05")  # type: ignore[arg-type]
    told.settle("10:15:05")
    told.settle("10:16")
    assert told.messages() == [f"{SILENT}/breached", f"{SILENT}/closed"]
    row = told.alert(ALERT)
    assert (row.state, row.closed_as, row.suspected) == ("closed", closed_as, False)
    assert row.historical
    late = told.verdict("appointment-wait-general", "A1").status in ("late", "left-late")
    assert late is breach


def test_whoever_still_waits_when_the_source_is_back_is_paged_then() -> None:
    told = silent_since("10:04")
    told.settle("10:14")
    told.hear([heartbeat("10:15")])
    told.settle("10:15")
    assert told.messages(ALERT) == []
    told.settle("10:15:10")
    assert told.messages(ALERT) == ["breached"]
    assert not told.alert(ALERT).suspected
    told.hear(visit().called("10:16"))
    told.settle("10:16")
    assert told.messages(ALERT) == ["breached", "closed"]


def test_as_long_as_it_sends_what_it_had_kept_nobody_is_paged() -> None:
    """The last of it comes half a minute after the first."""
    told = silent_since("10:04")
    told.settle("10:14")
    told.hear([heartbeat("10:15")])
    for second in range(0, 30, 5):
        told.hear(visit(f"B{second}").issued("10:08"), ingest=f"10:15:{second:02d}")
        told.settle(f"10:15:{second:02d}")
    told.hear(visit().called("10:09"), ingest="10:15:30")
    told.settle("10:15:30")
    told.settle("10:16")
    assert told.messages() == [f"{SILENT}/breached", f"{SILENT}/closed"]


def test_a_worker_that_is_behind_when_the_source_is_back_pages_when_it_has_caught_up() -> None:
    told = silent_since("10:04")
    told.settle("10:14")
    told.hear([heartbeat("10:15")])
    told.settle("10:16", catching_up=True)
    assert told.messages(ALERT) == []
    told.settle("10:17")
    assert told.messages(ALERT) == ["breached"]


@pytest.mark.parametrize("restart_at", ["10:12", "10:15", "10:15:10"])
def test_a_restart_leaves_suspected_what_is_suspected(restart_at: str) -> None:
    told = silent_since("10:04")
    for now in range(ms("10:11"), ms("10:15:05"), 5_000):
        if now == ms("10:15"):
            told.hear([heartbeat("10:15")])
        told.settle(now)
        if now == ms(restart_at):
            told.restart()
    assert told.messages(ALERT) == []
    for now in range(ms("10:15:05"), ms("10:16"), 5_000):
        told.settle(now)
        if now == ms(restart_at):
            told.restart()
    assert told.messages(ALERT) == ["breached"]


def test_a_warning_said_before_the_silence_is_closed_once_and_the_breach_is_not_said() -> None:
    told = silent_since("10:07:30")
    told.settle("10:11")
    assert told.messages(ALERT) == ["warned"]
    told.hear([heartbeat("10:12")])
    told.hear(visit().called("10:10:30"), ingest="10:12:01")
    told.settle("10:12:01")
    told.settle("10:13")
    assert told.messages(ALERT) == ["warned", "closed"]
    assert told.alert(ALERT).closed_as == "met-late"


def test_a_warning_whose_breach_was_only_suspected_is_met() -> None:
    told = silent_since("10:07:30")
    told.settle("10:11")
    told.hear(visit().called("10:09"), ingest="10:12")
    told.settle("10:12")
    told.settle("10:13")
    assert told.messages(ALERT) == ["warned", "closed"]
    assert told.alert(ALERT).closed_as == "met"
    assert not told.alert(ALERT).historical


def test_a_chat_of_the_silent_source_is_suspected_too() -> None:
    told = hall()
    told.hear([heartbeat("10:00")], chat().requested("10:00"))
    told.settle("10:01:00.001")
    told.settle("10:02:00.001")
    # Its minute was over before the silence was one: that page was right to go.
    assert told.messages("online-first-response/C1/1") == ["breached"]
    assert told.journey("C1").suspected
