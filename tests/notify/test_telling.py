"""Who is told, over which channel, by itself or in a list: groups, ends, storms, quiet hours."""

import pytest
from msgspec.structs import replace

from streams.core.alerts import Said
from tests.notify.org import HOUR, MINUTE, book
from tests.notify.world import World

W, B, E, C, R = Said.WARNED, Said.BREACHED, Said.ESCALATED, Said.CLOSED, Said.RETRACTED


def one(*what: str) -> tuple[str, ...]:
    return ("one", *what)


def test_each_phase_reaches_its_own_people_and_the_end_whoever_knows() -> None:
    world = World(book())
    for said in (W, B, E, C):
        world.say("a", said)
        world.pass_time(10 * MINUTE)
    assert world.letters("screen") == [one("a warned"), one("a closed")]
    assert world.letters("robot") == [one("a breached"), one("a closed")]
    # The chief's mail is the deputy's, too: each message once.
    assert world.letters("mail") == [one("a breached"), one("a escalated"), one("a closed")]
    assert world.letters("phone") == []
    everything = [one(f"a {said.value}") for said in (W, B, E, C)]
    assert world.letters("the log") == everything


def test_an_alert_that_was_only_warned_of_ends_at_the_desk() -> None:
    world = World(book())
    world.say("a", W)
    world.pass_time(MINUTE)
    world.say("a", C)
    world.pass_time(MINUTE)
    assert world.letters("screen") == [one("a warned"), one("a closed")]
    assert world.letters("robot") == []


def test_a_retraction_after_the_end_goes_where_the_alert_had_gone() -> None:
    world = World(book())
    for said in (B, C, R):
        world.say("a", said)
        world.pass_time(2 * MINUTE)
    assert world.letters("robot") == [one("a breached"), one("a closed"), one("a retracted")]
    assert world.letters("screen") == []


def test_whoever_an_escalation_passed_over_is_told_with_the_next() -> None:
    world = World(book())
    world.say("a", B)
    world.pass_time(2 * MINUTE)
    world.say("a", E, level=2)
    world.pass_time(MINUTE)
    assert world.letters("phone") == [one("a escalated")]
    assert world.letters("mail") == [one("a breached"), one("a escalated")]


def test_with_nobody_configured_the_log_and_the_webhook_get_everything() -> None:
    world = World(book(nobody=True), plain=("the log", "the webhook"))
    for said in (W, B, C):
        world.say("a", said)
        world.say("b", said)
    world.pass_time(1)
    for channel in ("the log", "the webhook"):
        assert sorted(world.ids(channel)) == sorted(m.id for _, m in world.alerts)
        assert all(letter[0] == "one" for letter in world.letters(channel))
    assert set(world.told) == {"the log", "the webhook"}


# -- groups ----------------------------------------------------------------------------------


def test_the_first_breach_goes_at_once_and_what_follows_is_a_list_when_the_minute_ends() -> None:
    world = World(book())
    world.say("a", B)
    world.pass_time(1_000)
    assert world.letters("robot") == [one("a breached")]
    for journey in "bcd":
        world.say(journey, B)
        world.pass_time(1_000)
    assert world.letters("robot") == [one("a breached")]
    world.pass_time(MINUTE)
    assert world.letters("robot")[1:] == [("list", "b breached", "c breached", "d breached")]
    assert len(world.letters("the log")) == 4


def test_a_list_of_one_is_an_ordinary_message() -> None:
    world = World(book())
    for journey in "ab":
        world.say(journey, B)
        world.pass_time(1_000)
    world.pass_time(MINUTE)
    assert world.letters("robot") == [one("a breached"), one("b breached")]
    (_, second) = world.told["robot"]
    assert second.letter.id == second.ids[0]


def test_an_alert_over_before_its_list_went_is_told_with_its_end_in_that_list() -> None:
    world = World(book())
    world.say("a", B)
    world.pass_time(1_000)
    for journey, said in (("b", B), ("c", B), ("b", C)):
        world.say(journey, said)
        world.pass_time(1_000)
    world.pass_time(2 * MINUTE)
    assert world.letters("robot")[1:] == [("list", "b breached+closed", "c breached")]


def test_sections_do_not_wait_for_each_other() -> None:
    world = World(book())
    for section in ("S01", "S02"):
        world.say(section, B, section)
    world.pass_time(1)
    assert world.letters("robot") == [one("S01 breached"), one("S02 breached")]


def test_a_breach_does_not_wait_for_the_minute_a_warning_or_an_end_has_begun() -> None:
    """The chief's mail carries both: here through a deputy who is the desk, too."""
    world = World(book())
    world.say("a", B)
    world.pass_time(2 * MINUTE)
    world.say("a", C)
    world.pass_time(1_000)
    world.say("b", B)
    world.pass_time(1)
    assert world.letters("robot") == [one("a breached"), one("a closed"), one("b breached")]


def test_an_escalation_goes_at_once_and_takes_along_what_waits() -> None:
    world = World(book())
    world.say("a", B)
    world.pass_time(1_000)
    world.say("b", B)
    world.pass_time(1_000)
    world.say("a", E)
    world.pass_time(1)
    assert world.letters("mail")[1:] == [("list", "b breached", "a escalated")]
    world.pass_time(5 * MINUTE)
    assert world.letters("robot") == [one("a breached"), one("b breached")]


def test_with_no_time_to_group_within_each_message_goes_by_itself() -> None:
    world = World(book(group_ms=0))
    for journey in "abc":
        world.say(journey, B)
        world.pass_time(1)
    assert world.letters("robot") == [one(f"{journey} breached") for journey in "abc"]


# -- storms ----------------------------------------------------------------------------------


def storm(world: World, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        world.say(f"j{number}", B)
        world.pass_time(1_000)


def test_a_storm_is_summed_up_until_it_calms_and_its_ends_count_as_told() -> None:
    world = World(book(group_ms=0, storm_messages=5, storm_ms=10 * MINUTE))
    storm(world, 30)
    assert len(world.letters("robot")) == 5, "the sixth would have been too many"
    world.say("j7", C)
    world.pass_time(10 * MINUTE)
    kind, *entries = world.letters("robot")[5]
    assert kind == "summary"
    assert len(entries) == 25
    assert "j7 breached+closed" in entries
    storm(world, 3, first=100)
    assert len(world.letters("robot")) == 6
    world.pass_time(10 * MINUTE)
    assert world.letters("robot")[6][0] == "summary"
    assert len(world.letters("robot")[6]) == 1 + 3
    # It has calmed: again one by one.
    world.pass_time(10 * MINUTE)
    storm(world, 1, first=200)
    assert world.letters("robot")[7:] == [one("j200 breached")]
    assert len(world.letters("the log")) == 30 + 1 + 3 + 1, "a storm is no matter of the log"


def test_a_storm_with_nothing_after_it_ends_by_itself() -> None:
    world = World(book(group_ms=0, storm_messages=2))
    storm(world, 3)
    world.pass_time(40 * MINUTE)
    assert world.letters("robot") == [one(f"j{number} breached") for number in range(3)]
    storm(world, 1, first=9)
    assert world.letters("robot")[-1] == one("j9 breached")


def test_a_storm_over_several_partitions_is_one_summary() -> None:
    world = World(book(group_ms=0, storm_messages=2), partitions=2)
    for number in range(8):
        world.say(f"j{number}", B, f"S0{1 + number % 2}")
        world.pass_time(1_000)
    world.pass_time(10 * MINUTE)
    assert [letter[0] for letter in world.letters("robot")] == ["one", "one", "summary"]
    assert len(world.letters("robot")[2]) == 1 + 6


# -- quiet hours -----------------------------------------------------------------------------


def night(world: World) -> None:
    """It is 23:00."""
    world.now += 13 * HOUR


def test_in_quiet_hours_nothing_is_sent_and_after_them_one_message_says_what_happened() -> None:
    world = World(book(digest=False))
    night(world)
    for journey in "abc":
        world.say(journey, B, "S03")
        world.pass_time(20 * MINUTE)
    world.say("b", C, "S03")
    world.pass_time(6 * HOUR)
    assert world.letters("phone") == []
    world.pass_time(2 * HOUR)
    assert world.letters("phone") == [("awake", "a breached", "b breached+closed", "c breached")]
    assert (
        world.told["phone"][0].at
        == world.book.sections["S03"].calendar.midnight(
            world.book.sections["S03"].calendar.day(world.now)
        )
        + 7 * HOUR
    )
    world.say("c", C, "S03")
    world.pass_time(2 * MINUTE)
    assert world.letters("phone")[1:] == [one("c closed")]


@pytest.mark.parametrize("through", [False, True])
def test_an_escalation_wakes_people_only_where_its_step_says_so(through: bool) -> None:
    world = World(book(through=through, digest=False))
    night(world)
    world.say("a", B)
    world.say("a", E, level=2)
    world.pass_time(MINUTE)
    assert world.letters("phone") == ([one("a escalated")] if through else [])
    world.pass_time(9 * HOUR)
    assert world.letters("phone") == [one("a escalated")]


# -- what is left behind ---------------------------------------------------------------------


def test_what_is_over_for_long_is_forgotten_and_what_is_open_is_not() -> None:
    world = World(book(digest=False))
    for journey in "ab":
        world.say(journey, B)
    world.say("a", C)
    world.pass_time(24 * 4 * HOUR)
    assert set(world.parts[0].threads) == {"appointment-wait-general/b/1"}
    world.start()
    assert set(world.parts[0].threads) == {"appointment-wait-general/b/1"}
    assert dict(world.saved[0])[b"a:appointment-wait-general/a/1"] is None


def test_what_waits_for_a_channel_that_is_configured_no_more_is_a_dead_letter() -> None:
    world = World(book())
    world.away.add("robot")
    world.say("a", B)
    world.pass_time(1)
    channels = {name: rule for name, rule in world.book.channels.items() if name != "robot"}
    people = {
        code: replace(one, channels=tuple(set(one.channels) & set(channels)))
        for code, one in world.book.people.items()
    }
    world.book = replace(world.book, channels=channels, people=people)
    world.start()
    world.save()
    assert [one.why for one in world.undelivered] == ["robot: it is configured no more"]
    assert world.rows == []
