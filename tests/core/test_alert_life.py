"""Alert life (semantics §3): warned → breached → closed, each said once, whatever comes."""

import pytest

from schemas.frame import milliseconds
from tests.core.hall import Hall
from tests.core.story import Story, chat, ms, visit

GENERAL = "appointment-wait-general"
ALERT = f"{GENERAL}/A1/1"
CHAT_ALERT = "online-first-response/C1/1"

THERE = visit().booked("10:00").checked_in("09:55")

#: The clock is looked at each time an event comes and each half minute in between.
LIVES: dict[str, tuple[Story, str, list[str], str]] = {
    "called before the warning: nothing to say": (
        THERE.called("10:07"),
        ALERT,
        [],
        "",
    ),
    "called after the warning: met": (
        THERE.called("10:09"),
        ALERT,
        ["warned", "closed"],
        "met",
    ),
    "called exactly at the limit: met": (
        THERE.called("10:10"),
        ALERT,
        ["warned", "closed"],
        "met",
    ),
    "called after the limit: met late": (
        THERE.called("10:12"),
        ALERT,
        ["warned", "breached", "closed"],
        "met-late",
    ),
    "left before the warning: nothing to say": (
        THERE.left("10:05"),
        ALERT,
        [],
        "",
    ),
    "left between warning and limit: no promise was broken": (
        THERE.left("10:08"),
        ALERT,
        ["warned", "closed"],
        "met",
    ),
    "left after the limit: never met": (
        THERE.left("10:12"),
        ALERT,
        ["warned", "breached", "closed"],
        "never-met",
    ),
    "a chat closed unanswered after the limit: never met": (
        chat().requested("10:00").closed("10:03"),
        CHAT_ALERT,
        ["warned", "breached", "closed"],
        "never-met",
    ),
    "a chat answered late: met late": (
        chat().requested("10:00").replied("10:03").closed("10:05"),
        CHAT_ALERT,
        ["warned", "breached", "closed"],
        "met-late",
    ),
}


def live(hall: Hall, story: Story, restart_at: str = "") -> None:
    """Hears a story as it happens, looking at the clock every half minute."""
    waiting = list(story)
    for now in range(ms("09:50"), ms("10:20"), 30_000):
        for event in [one for one in waiting if milliseconds(one.time) <= now]:
            waiting.remove(event)
            hall.hear([event])
        hall.settle(now)
        if restart_at and now == ms(restart_at):
            hall.restart()


@pytest.mark.parametrize(("story", "alert", "said", "closed_as"), LIVES.values(), ids=LIVES)
def test_a_life(story: Story, alert: str, said: list[str], closed_as: str) -> None:
    hall = Hall()
    live(hall, story)
    assert hall.messages(alert) == said
    assert len(hall.messages()) == len(said)
    if said:
        assert (hall.alert(alert).state, hall.alert(alert).closed_as) == ("closed", closed_as)


@pytest.mark.parametrize(("story", "alert", "said", "closed_as"), LIVES.values(), ids=LIVES)
def test_a_life_goes_on_after_a_restart_at_any_moment(
    story: Story, alert: str, said: list[str], closed_as: str
) -> None:
    for minute in range(20):
        hall = Hall()
        live(hall, story, restart_at=f"10:{minute:02}")
        assert hall.messages(alert) == said, minute


def test_an_alert_that_is_closed_within_one_look_opens_and_closes() -> None:
    hall = Hall()
    hall.hear(THERE.called("10:12"))
    hall.settle("10:12")
    assert hall.messages(ALERT) == ["breached", "closed"]


ENDED_BETWEEN = {
    "a chat closed unanswered after the warning": (
        chat().requested("10:00"),
        chat().closed("10:00:50"),
        CHAT_ALERT,
        "10:00:45",
    ),
    "a citizen cancelled by a clerk after the warning": (
        THERE,
        visit().cancelled("10:08"),
        ALERT,
        "10:07:30",
    ),
    "a citizen who left after the warning": (THERE, visit().left("10:08"), ALERT, "10:07:30"),
}


@pytest.mark.parametrize(
    ("before", "end", "alert", "warned"), ENDED_BETWEEN.values(), ids=ENDED_BETWEEN
)
def test_what_ended_after_a_warning_is_closed_once_and_never_retracted(
    before: Story, end: Story, alert: str, warned: str
) -> None:
    hall = Hall()
    hall.hear(before)
    hall.settle(warned)
    hall.hear(end)
    hall.settle("10:08")
    assert hall.messages(alert) == ["warned", "closed"]
    closed = hall.alert(alert)
    hall.restart()
    hall.hear(before, end)
    hall.settle("10:09")
    hall.settle("11:00")
    assert hall.messages(alert) == ["warned", "closed"]
    assert hall.alert(alert).closed_as == closed.closed_as != "retracted"


def test_evidence_that_a_warning_was_a_breach_opens_a_new_cycle() -> None:
    hall = Hall()
    hall.hear(visit().booked("10:00").checked_in("10:05"))
    hall.settle("10:12:30")
    hall.hear(visit().called("10:13"))
    hall.settle("10:13")
    assert hall.messages(ALERT) == ["warned", "closed"]
    hall.hear(visit().checked_in("10:01"), ingest="10:20")
    hall.settle("10:20")
    again = f"{GENERAL}/A1/2"
    assert hall.messages(again) == ["breached", "closed"]
    assert hall.alert(again).correction
    assert hall.alert(again).closed_as == "met-late"
    assert hall.alert(ALERT).closed_as == "met"


def test_evidence_that_a_cancelled_warning_was_a_breach_opens_a_new_cycle() -> None:
    """He was cancelled in time, it seemed; in truth he sat there and left much later."""
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:07:30")
    hall.hear(visit().cancelled("10:08"))
    hall.settle("10:08")
    assert hall.messages(ALERT) == ["warned", "closed"]
    hall.hear(visit().left("10:15"))
    hall.settle("10:15")
    assert hall.verdict(GENERAL, "A1").status == "left-late"
    assert hall.messages(f"{GENERAL}/A1/2") == ["breached", "closed"]


def test_a_retracted_breach_that_was_one_after_all_opens_a_new_cycle() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11")
    hall.hear(visit().called("10:09"), ingest="10:12")
    hall.settle("10:12")
    earlier = visit().issued("08:00", "appointment", "09:56")
    hall.hear(earlier, ingest="10:13")
    hall.settle("10:13")
    assert hall.messages(ALERT) == ["breached", "retracted"]
    assert hall.messages(f"{GENERAL}/A1/2") == ["breached", "closed"]


def test_two_promises_of_one_journey_are_two_alerts() -> None:
    hall = Hall()
    hall.hear(THERE.called("10:12").identity_check("10:15"))
    hall.settle("10:40")
    assert hall.messages(ALERT) == ["breached", "closed"]
    assert hall.messages("counter-filing/A1/1") == ["breached"]


def test_a_message_is_the_alert_as_it_stands() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11")
    (message,) = hall.said
    assert message.id == f"{ALERT}/breached"
    assert (message.type, message.subject) == ("hall.alert.breached", ALERT)
    assert message.time == "2022-10-17T02:11:00.000+00:00"
    assert message.data == hall.alert(ALERT)
    assert message.data.evidence == ["A1 issued 08:30"]


def test_a_retracted_warning_stays_retracted_after_a_restart() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:08")
    hall.hear(visit().called("10:05"), ingest="10:09")
    hall.settle("10:09")
    hall.restart()
    hall.settle("11:00")
    assert hall.messages(ALERT) == ["warned", "retracted"]
    assert hall.alert(ALERT).closed_as == "retracted"


def test_who_was_told_of_a_breach_is_told_that_it_was_none_and_who_was_warned_is_not() -> None:
    """The row knows no breach any more; the message knows what is taken back."""
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:10:00.001")
    hall.hear(visit().called("10:06"), ingest="10:11")
    hall.settle("10:11")
    assert hall.said[-1].data.breached_at == ms("10:10:00.001") / 1000
    assert hall.alert(ALERT).breached_at is None
    warned = Hall()
    warned.hear(THERE)
    warned.settle("10:08")
    warned.hear(visit().called("10:06"), ingest="10:09")
    warned.settle("10:09")
    assert warned.messages(ALERT) == ["warned", "retracted"]
    assert warned.said[-1].data.breached_at is None
