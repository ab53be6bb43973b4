"""What people do about an alert: acknowledge, excuse, silence; and what happens if they do not."""

from datetime import datetime
from pathlib import Path

import pytest

from schemas.outcomes import AlertMessage
from streams.rules.load import load_rulebook
from tests.core.hall import ANY_ORDER, Hall
from tests.core.office_story import acknowledged, excused, silenced
from tests.core.story import chat, ms

ALERT = "online-first-response/C1/1"
CHAIN = """
[[section]]
code = "desk"
name-zh = "线上帮办"
name-en = "Online desk"
calendar = "hall"
chiefs = ["chief-1"]
[[section.escalation]]
after = "10 min"
people = ["deputy-1"]
[[section.escalation]]
after = "30 min"
people = ["head-1"]
[elsewhere]
code = "elsewhere"
name-zh = "其他"
name-en = "Elsewhere"
calendar = "always"
"""
PEOPLE = "".join(
    f'[[person]]\ncode = "{code}"\nname-zh = "某"\nname-en = "X"\nchannels = ["log"]\n'
    for code in ("chief-1", "deputy-1", "head-1")
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain")
    (folder / "sections.toml").write_text(CHAIN, encoding="utf-8")
    (folder / "people.toml").write_text(PEOPLE, encoding="utf-8")
    channels = '[[channel]]\nname = "log"\nkind = "log"\n'
    (folder / "channels.toml").write_text(channels, encoding="utf-8")
    return folder


@pytest.fixture
def hall(chain: Path) -> Hall:
    """A chat that nobody answers; its breach is said at 10:01:01."""
    hall = Hall(ANY_ORDER, load_rulebook(chain))
    hall.hear(chat().requested("10:00"))
    hall.settle("10:01:01")
    assert hall.messages(ALERT) == ["breached"]
    return hall


# -- escalation ----------------------------------------------------------------------------


def test_whom_nobody_answers_is_told_of_further_up_at_the_set_times(hall: Hall) -> None:
    hall.settle("10:11:00.999")
    assert hall.messages(ALERT) == ["breached"]
    hall.settle("10:11:01")
    hall.settle("10:31:01")
    hall.settle("10:59")
    assert hall.messages(ALERT) == ["breached", "escalated-1", "escalated-2"]
    assert hall.alert(ALERT).escalation_level == 2


def test_the_core_says_when_to_wake_for_it(hall: Hall) -> None:
    from tests.core.story import ms

    assert hall.partition.next_due() == ms("10:11:01")


def test_acknowledged_it_goes_no_further_and_still_closes_once(hall: Hall) -> None:
    assert hall.hear([acknowledged("10:05", ALERT)]) == []
    hall.settle("10:05:01")
    hall.settle("10:50")
    hall.hear(chat().replied("10:51"))
    hall.settle("10:52")
    assert hall.messages(ALERT) == ["breached", "closed"]
    row = hall.alert(ALERT)
    assert (row.acknowledged_by, row.escalation_level, row.closed_as) == ("chief-1", 0, "met-late")


def test_an_answer_ends_it(hall: Hall) -> None:
    hall.hear(chat().replied("10:09"))
    hall.settle("10:40")
    assert hall.messages(ALERT) == ["breached", "closed"]


def test_whoever_takes_over_goes_on_where_it_was(hall: Hall) -> None:
    hall.settle("10:11:01")
    hall.restart()
    hall.settle("10:12")
    hall.settle("10:31:01")
    assert hall.messages(ALERT) == ["breached", "escalated-1", "escalated-2"]


def test_an_acknowledgement_is_known_to_whoever_takes_over(hall: Hall) -> None:
    hall.hear([acknowledged("10:05", ALERT)])
    hall.settle("10:05:01")
    hall.restart()
    hall.settle("10:40")
    assert hall.messages(ALERT) == ["breached"]
    assert hall.alert(ALERT).acknowledged_by == "chief-1"


def test_of_history_nobody_further_up_is_told(chain: Path) -> None:
    hall = Hall(ANY_ORDER, load_rulebook(chain))
    hall.hear(chat().requested("10:00"))
    hall.settle("10:30", catching_up=True)
    assert hall.said == []
    hall.settle("10:31")  # caught up, and still nobody answered
    assert hall.messages(ALERT) == ["breached"]
    hall.settle("10:41")
    assert hall.messages(ALERT) == ["breached", "escalated-1"]


# -- excuses -------------------------------------------------------------------------------


def test_an_excuse_closes_what_is_open_and_counts_beside_the_raw_figure(hall: Hall) -> None:
    hall.hear([excused("10:05", ALERT)])
    hall.settle("10:05:01")
    hall.settle("10:59")
    assert hall.messages(ALERT) == ["breached", "closed"]
    row = hall.alert(ALERT)
    assert (row.state, row.closed_as, row.excused_by, row.excused_reason) == (
        "closed",
        "excused",
        "chief-1",
        "停电",
    )
    verdict = hall.verdict("online-first-response", "C1")
    assert (verdict.status, verdict.excused) == ("waiting-late", True)
    (window,) = hall.windows()
    assert (window.waiting_late, window.excused) == (1, 1)


def test_an_excuse_of_what_is_closed_overwrites_nothing(hall: Hall) -> None:
    hall.hear(chat().replied("10:03"))
    hall.settle("10:04")
    hall.hear([excused("10:30", ALERT)])
    hall.settle("10:31")
    assert hall.messages(ALERT) == ["breached", "closed"]
    row = hall.alert(ALERT)
    assert (row.closed_as, row.excused_reason) == ("met-late", "停电")
    (window,) = hall.windows()
    assert (window.late, window.excused) == (1, 1)


def test_an_act_before_its_alert_counts_all_the_same(chain: Path) -> None:
    hall = Hall(ANY_ORDER, load_rulebook(chain))
    hall.hear(chat().requested("10:00"), [acknowledged("10:00:30", ALERT)])
    hall.settle("10:01:01")
    hall.settle("10:40")
    assert hall.messages(ALERT) == ["breached"]


def test_an_act_on_what_is_over_is_recorded_and_changes_nothing() -> None:
    hall = Hall(ANY_ORDER)
    assert hall.hear([excused("10:05", "online-first-response/C9/1")]) == []
    hall.settle("10:06")
    assert hall.partition.journeys == 0


# -- silences ------------------------------------------------------------------------------


@pytest.mark.parametrize("promise", [None, "online-first-response"])
def test_in_a_silence_it_is_recorded_and_afterwards_told_if_it_still_stands(
    chain: Path, promise: str | None
) -> None:
    hall = Hall(ANY_ORDER, load_rulebook(chain))
    hall.hear([silenced("09:30", "10:30", promise=promise)])
    hall.hear(chat("C1").requested("10:00"), chat("C2").requested("10:00").replied("10:20"))
    hall.settle("10:21")
    assert hall.said == []
    assert hall.alert(ALERT).silenced
    assert hall.alert("online-first-response/C2/1").closed_as == "met-late"
    hall.settle("10:30")
    assert hall.messages() == [f"{ALERT}/breached"]
    assert not hall.alert(ALERT).silenced


def test_a_silence_of_another_section_or_promise_holds_nothing(chain: Path) -> None:
    hall = Hall(ANY_ORDER, load_rulebook(chain))
    hall.hear(
        [
            silenced("09:30", "10:30", section="counters"),
            silenced("09:31", "10:30", promise="counter-filing"),
        ]
    )
    hall.hear(chat().requested("10:00"))
    hall.settle("10:02")
    assert hall.messages(ALERT) == ["breached"]


@pytest.mark.parametrize("restart", ["09:31", "10:00:30", "10:02", "10:29:59", "10:30"])
@pytest.mark.parametrize("catching_up", [False, True], ids=["found in time", "found behind"])
def test_a_silence_s_end_is_told_in_time_whoever_took_the_partition_over(
    chain: Path, restart: str, catching_up: bool
) -> None:
    """Nobody looks but when a deadline says so, as a lane does."""
    hall = Hall(book=load_rulebook(chain))
    hall.hear([silenced("09:30", "10:30")])
    hall.hear(chat().requested("10:00"))
    hall.settle("10:00")
    if catching_up:
        hall.settle("10:01:01", catching_up=True)
        assert hall.alert(ALERT).historical
    for now in sorted({ms(restart), *range(ms("10:01:01"), ms("10:31"), 1_000)}):
        due = hall.partition.next_due()
        if due is not None and due <= now:
            hall.settle(now)
        if now == ms(restart):
            hall.restart()
    assert [(message.id, ms_of(message)) for message in hall.said] == [
        (f"{ALERT}/breached", ms("10:30"))
    ]


def ms_of(message: AlertMessage) -> int:
    return round(datetime.fromisoformat(message.time).timestamp() * 1_000)


def test_a_silence_survives_a_restart(chain: Path) -> None:
    hall = Hall(ANY_ORDER, load_rulebook(chain))
    hall.hear([silenced("09:30", "10:30")])
    hall.settle("09:31")
    hall.hear(chat().requested("10:00"))
    hall.settle("10:00:01")
    hall.restart()
    hall.settle("10:05")
    assert hall.said == []
    hall.settle("10:31")
    assert hall.messages(ALERT) == ["breached"]
