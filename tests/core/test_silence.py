"""Silent source (semantics §3): one alert of its own, its journeys are suspected, and nobody
is paged for what is only missing; once it speaks again, all is judged by what it says."""

import pytest
from msgspec.structs import replace

from schemas.outcomes import Table
from streams.core.rules import SourceRule
from tests.core.hall import ANY_ORDER, BOOK, Hall
from tests.core.story import SOURCE, chat, clock_advanced, heartbeat, ms, visit

RULE = SourceRule(
    name="urn:te*", version="7", clause="四（二）1", section="counters", silent_ms=120_000
)
LISTED = replace(BOOK, sources=(RULE,))

SILENT = f"source-silent/{SOURCE}/1"
ALERT = "appointment-wait-general/A1/1"

#: Warned at 10:07, overdue after 10:10.
THERE = visit().booked("10:00").checked_in("09:55")


def hall(number: int = 0) -> Hall:
    return Hall(book=LISTED, number=number)


def silent_since(last: str, number: int = 0) -> Hall:
    """Somebody waits; the source was last heard at `last`, and it was seen that it is quiet."""
    told = hall(number)
    told.hear(THERE, [heartbeat(last)])
    told.settle(last)
    told.settle(ms(last) + RULE.silent_ms + 1)
    return told


# -- the alert of the source ---------------------------------------------------------------


def test_a_source_is_silent_after_its_time_and_not_before() -> None:
    told = hall()
    told.hear([heartbeat("10:00")])
    told.settle("10:00")
    assert told.partition.next_due() == ms("10:02") + 1
    told.settle("10:02")
    assert told.messages() == []
    told.settle("10:02:00.001")
    assert told.messages(SILENT) == ["breached"]
    told.settle("10:30")
    assert told.messages() == [f"{SILENT}/breached"]


def test_the_alert_says_whose_it_is_since_when_and_by_which_rule() -> None:
    told = silent_since("10:00")
    row = told.alert(SILENT)
    assert (row.promise, row.journey, row.section) == ("source-silent", SOURCE, "counters")
    assert (row.clause, row.rule_version, row.limit_ms) == ("四（二）1", "7", 120_000)
    assert (row.state, row.closed_as) == ("breached", "")
    assert (row.started_at, row.breached_at) == (ms("10:00") / 1000, ms("10:02") / 1000)
    assert row.evidence == ["beat 10:00"]


def test_any_event_of_the_source_is_a_sign_of_life() -> None:
    told = hall()
    told.hear([heartbeat("10:00")])
    told.hear(visit("A9").issued("10:01:30"))
    told.settle("10:03:30")
    assert told.messages(SILENT) == []


def test_another_source_s_events_are_none() -> None:
    told = hall()
    told.hear([heartbeat("10:00"), heartbeat("10:01:30", "urn:test-2")])
    told.settle("10:03")
    assert told.messages() == [f"{SILENT}/breached"]


def test_a_source_that_never_sent_a_heartbeat_is_not_watched() -> None:
    told = hall()
    told.hear(THERE)
    told.settle("09:56")
    told.settle("10:11")
    assert told.messages() == [f"{ALERT}/breached"]


def test_of_a_source_that_is_not_listed_silence_is_no_fault() -> None:
    told = Hall(number=0)
    told.hear(THERE, [heartbeat("10:00")])
    told.settle("10:00")
    told.settle("10:11")
    assert told.messages() == [f"{ALERT}/breached"]
    assert told.partition.position.sources == {}


def test_silence_outside_service_hours_is_no_fault() -> None:
    """One minute before lunch and one after it are the two it has."""
    told = hall()
    told.hear([heartbeat("11:29")])
    told.settle("11:29")
    told.settle("13:31")
    assert told.messages() == []
    told.settle("13:31:00.001")
    assert told.messages() == [f"{SILENT}/breached"]


def test_it_closes_once_it_has_spoken_and_nothing_of_the_silence_comes_any_more() -> None:
    told = silent_since("10:00")
    told.hear([heartbeat("10:05")])
    told.settle("10:05")
    assert told.partition.next_due() == ms("10:05:10")
    told.settle("10:05:09.999")
    assert told.messages(SILENT) == ["breached"]
    told.settle("10:05:10")
    assert told.messages(SILENT) == ["breached", "closed"]
    row = told.alert(SILENT)
    assert (row.state, row.closed_as, row.over_ms) == ("closed", "met-late", 180_000)
    assert row.closed_at == ms("10:05") / 1000
    assert row.evidence == ["beat 10:00", "beat 10:05"]


def test_a_second_silence_is_a_second_alert() -> None:
    told = silent_since("10:00")
    told.hear([heartbeat("10:05")])
    told.settle("10:05:30")
    told.settle("10:08")
    assert told.messages() == [
        f"{SILENT}/breached",
        f"{SILENT}/closed",
        f"source-silent/{SOURCE}/2/breached",
    ]


@pytest.mark.parametrize("restart_at", ["10:00:30", "10:02:30", "10:05", "10:05:30"])
def test_a_restart_says_neither_twice_nor_never(restart_at: str) -> None:
    told = hall()
    for now in range(ms("10:00"), ms("10:06"), 5_000):
        if now == ms("10:00") or now == ms("10:05"):
            told.hear([heartbeat("10:00" if now == ms("10:00") else "10:05")])
        told.settle(now)
        if now == ms(restart_at):
            told.restart()
    assert told.messages() == [f"{SILENT}/breached", f"{SILENT}/closed"]


def test_one_partition_speaks_for_the_hall() -> None:
    told = silent_since("10:00", number=3)
    assert told.messages() == []
    assert told.rows[Table.ALERTS] == {}
    assert told.journey("A1").suspected


def test_a_source_taken_off_the_list_is_silent_no_more() -> None:
    told = silent_since("10:00")
    told.restart(BOOK)
    told.settle("10:06")
    assert told.messages(SILENT) == ["breached", "closed"]
    assert told.partition.position.sources == {}


# -- catching up ---------------------------------------------------------------------------


def test_a_silence_of_the_backlog_is_history() -> None:
    told = hall()
    told.hear([heartbeat("10:00")])
    told.settle("10:03", catching_up=True)
    told.hear([heartbeat("10:05")])
    told.settle("10:06", catching_up=True)
    told.settle("10:06:30")
    assert told.messages() == []
    assert told.alert(SILENT).historical
    assert told.alert(SILENT).state == "closed"


def test_a_silence_that_lasts_when_the_log_is_read_to_its_end_is_told_then() -> None:
    told = hall()
    told.hear([heartbeat("10:00")])
    told.settle("10:03", catching_up=True)
    due = told.partition.next_due()
    assert due is not None
    assert due <= ms("10:03")
    told.settle("10:03:01")
    assert told.messages() == [f"{SILENT}/breached"]
    assert not told.alert(SILENT).historical


def test_a_silence_that_is_over_when_it_is_found_is_recorded_and_pages_nobody() -> None:
    told = hall()
    told.hear([heartbeat("10:00"), heartbeat("10:05"), heartbeat("10:06"), heartbeat("10:10")])
    told.settle("10:10:10")
    assert told.messages() == []
    again = f"source-silent/{SOURCE}/2"
    assert [told.alert(name).closed_at for name in (SILENT, again)] == [
        ms("10:05") / 1000,
        ms("10:10") / 1000,
    ]
    assert told.alert(SILENT).historical


def test_a_replay_vouches_for_the_sources_of_its_file() -> None:
    told = Hall(ANY_ORDER, LISTED, number=0)
    told.hear([heartbeat("10:00", "urn:test-2"), clock_advanced("2022-10-20 10:00")])
    told.settle("2022-10-20 10:00")
    assert told.messages() == []


# -- its journeys --------------------------------------------------------------------------


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
