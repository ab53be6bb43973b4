"""Silent source (semantics §3): the source gets one alert of its own, opened once, closed once.

What its silence means for its journeys: see `test_suspicion`.
"""

import pytest

from schemas.outcomes import Table
from tests.core.hall import ANY_ORDER, BOOK, Hall
from tests.core.silent import ALERT, LISTED, SILENT, THERE, hall, silent_since
from tests.core.story import SOURCE, clock_advanced, heartbeat, ms, visit


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
