"""A channel that gives a message up: a dead letter, and an alert about itself through others."""

from schemas.channel import CHANNEL_FAILED
from schemas.outcomes import AlertState, ClosedAs
from streams.core.alerts import Said
from tests.notify.org import HOUR, MINUTE, book
from tests.notify.world import World

B, C = Said.BREACHED, Said.CLOSED


def failing(*channels: str) -> World:
    """`a` was said, and these have tried for long enough to tell of it."""
    world = World(book(digest=False))
    world.away.update(channels)
    world.say("a", B)
    world.pass_time(1)
    for channel in list(world.trying):
        world.give_up(channel)
    world.pass_time(1)
    return world


def alerts_of_channels(world: World, channel: str) -> list[str]:
    return [id_ for id_ in world.ids(channel) if id_.startswith(CHANNEL_FAILED)]


def test_what_is_given_up_is_a_dead_letter_with_its_channel_and_why() -> None:
    world = failing("robot")
    (one,) = world.undelivered
    assert (one.letter.channel, one.letter.id, one.why) == (
        "robot",
        world.alerts[0][1].id,
        "HTTP 500",
    )
    assert one.offset == 0


def test_the_others_are_told_that_it_fails_and_that_it_works_again() -> None:
    world = failing("robot")
    failed = f"{CHANNEL_FAILED}/robot/1/breached"
    # Whoever looks after the hall, and who waits for it in vain over another channel.
    for channel in ("the log", "post", "mail"):
        assert alerts_of_channels(world, channel) == [failed]
    for channel in ("robot", "screen", "phone"):
        assert alerts_of_channels(world, channel) == []
    world.say("b", B)
    world.pass_time(2 * MINUTE)
    world.come_back("robot")
    world.pass_time(2 * MINUTE)
    for channel in ("the log", "post", "mail"):
        closed = f"{CHANNEL_FAILED}/robot/1/closed"
        assert alerts_of_channels(world, channel) == [failed, closed]
    assert alerts_of_channels(world, "robot") == []
    first, last = world.rows
    assert (first.state, first.journey, first.cycle) == (AlertState.BREACHED, "robot", 1)
    assert first.cause == "HTTP 500"
    assert (last.state, last.closed_as) == (AlertState.CLOSED, ClosedAs.MET_LATE)
    assert last.version > first.version
    assert last.evidence == [world.alerts[0][1].id]


def test_its_alert_is_one_however_much_it_gives_up_and_the_next_has_the_next_number() -> None:
    world = failing("robot")
    for journey in "bc":
        world.say(journey, B)
        world.pass_time(2 * MINUTE)
        world.give_up("robot")
    assert len(world.rows) == 1
    world.say("d", B)
    world.pass_time(2 * MINUTE)
    world.come_back("robot")
    world.start()
    world.away.add("robot")
    world.say("e", B)
    world.pass_time(2 * MINUTE)
    world.give_up("robot")
    assert [row.alert for row in world.rows] == [
        f"{CHANNEL_FAILED}/robot/1",
        f"{CHANNEL_FAILED}/robot/1",
        f"{CHANNEL_FAILED}/robot/2",
    ]
    assert len(world.rows[1].evidence) == 3


def test_an_alert_whose_opening_was_given_up_does_not_end_there() -> None:
    world = failing("robot")
    world.away.clear()
    world.say("a", C)
    world.pass_time(2 * MINUTE)
    assert world.ids("robot") == []
    assert len(world.ids("mail")) == 2 + 1


def test_channels_that_all_fail_do_not_tell_of_each_other_for_ever() -> None:
    world = failing("robot", "mail", "post", "phone", "screen")
    for _ in range(3):
        world.pass_time(2 * HOUR)
        for channel in list(world.trying):
            world.give_up(channel)
    world.pass_time(2 * HOUR)
    assert world.trying == {}
    assert sorted(row.journey for row in world.rows) == ["mail", "post", "robot"]
    assert len(alerts_of_channels(world, "the log")) == 3


def test_what_waits_behind_a_dead_channel_is_given_up_when_its_own_time_is_over() -> None:
    world = failing("robot")
    for journey in "bcd":
        world.say(journey, B)
        world.pass_time(2 * MINUTE)
    assert set(world.trying) == {"robot"}
    world.pass_time(HOUR)
    world.give_up("robot")
    world.pass_time(1)
    assert world.trying == {}
    lost = [id_.split("/")[1] for one in world.undelivered for id_ in _ids(one.letter)]
    assert sorted(lost) == list("abcd")
    assert world.ids("robot") == []


def _ids(letter: object) -> list[str]:
    return [message.id for entry in letter.entries for message in entry.messages]  # type: ignore[attr-defined]


def test_however_much_comes_at_once_nothing_of_it_is_given_up_before_its_time() -> None:
    world = World(book(digest=False), plain=("the log", "the webhook"))
    world.away.add("the webhook")
    for number in range(200):
        world.say(f"j{number}", B)
    world.pass_time(HOUR - MINUTE)
    world.come_back("the webhook")
    world.pass_time(1)
    assert world.undelivered == []
    assert len(world.ids("the webhook")) == len(world.ids("the log")) == 200


def test_a_worker_that_was_away_for_long_tries_everything_anew() -> None:
    world = World(book(digest=False))
    world.away.add("robot")
    world.say("a", B)
    world.pass_time(1)
    world.now += 3 * HOUR
    world.away.clear()
    world.start()
    world.pass_time(1)
    assert world.ids("robot") == [world.alerts[0][1].id]
    assert world.undelivered == []
