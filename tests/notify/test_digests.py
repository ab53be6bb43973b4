"""The day in figures: when it is told, to whom, and what it counts."""

from datetime import UTC, datetime

from schemas.outcomes import ClosedAs
from streams.core.alerts import Said
from streams.notify.thread import Figures, Late, Share
from tests.notify.org import HOUR, MINUTE, book
from tests.notify.world import PROMISE, World

W, B, E, C, R = Said.WARNED, Said.BREACHED, Said.ESCALATED, Said.CLOSED, Said.RETRACTED

HALL = 8 * HOUR


def digests(world: World, channel: str) -> list[Figures]:
    told = [one.letter.figures for one in world.told.get(channel, [])]
    return [figures for figures in told if figures is not None]


def clock(moment: int) -> str:
    """In Shanghai."""
    return datetime.fromtimestamp((moment + HALL) / 1000, UTC).strftime("%d %H:%M")


def busy_day(world: World) -> None:
    """Ten to about half past eleven."""
    world.say("a", W)
    world.pass_time(10 * MINUTE)
    world.say("a", B)
    world.pass_time(10 * MINUTE)
    world.say("b", B, promise="counter-filing", counter="C7")
    world.say("a", E)
    world.pass_time(10 * MINUTE)
    world.say("a", C, over_ms=20 * MINUTE, acknowledged_at=1.0, acknowledged_by="chief")
    world.say("c", B)
    world.pass_time(MINUTE)
    world.say("c", C, over_ms=MINUTE, excused_by="chief", closed_as=ClosedAs.EXCUSED)
    world.say("d", B)
    world.pass_time(MINUTE)
    world.say("d", R, closed_as=ClosedAs.RETRACTED)
    world.say("e", W)
    world.pass_time(HOUR)


def test_after_closing_time_the_chiefs_get_the_day_with_raw_and_excused_side_by_side() -> None:
    world = World(book())
    busy_day(world)
    assert digests(world, "robot") == []
    world.pass_time(8 * HOUR)
    (figures,) = digests(world, "robot")
    assert figures == digests(world, "mail")[0]
    assert digests(world, "screen") == []
    assert clock(figures.until) == "24 17:15"
    assert world.told["robot"][-1].at == figures.until
    assert figures.shares == (Share(PROMISE, 2, 1), Share("counter-filing", 1, 0))
    counts = (figures.warned, figures.escalated, figures.acknowledged, figures.open)
    assert counts == (2, 1, 1, 1)
    first, *others = figures.longest
    breached_b = next(m for _, m in world.alerts if m.data.journey == "b")
    over = figures.until - round((breached_b.data.breached_at or 0) * 1000)
    assert first == Late("counter-filing", "b", "C7", over, True)
    assert [late.journey for late in others] == ["a", "c"]


def test_a_day_on_which_nothing_was_said_is_not_told_of_and_what_is_open_is() -> None:
    world = World(book())
    world.say("a", B)
    world.pass_time(HOUR)
    world.say("b", B, "S02")
    world.pass_time(MINUTE)
    world.say("b", C, "S02")
    world.pass_time(4 * 24 * HOUR)
    told = [(figures.section, clock(figures.until)) for figures in digests(world, "robot")]
    # Saturday, the 28th, has no closing time.
    assert told == [
        ("S01", "24 17:15"),
        ("S02", "24 17:15"),
        ("S01", "25 17:15"),
        ("S01", "26 17:15"),
        ("S01", "27 17:15"),
    ]
    assert [figures.open for figures in digests(world, "robot")] == [1, 0, 1, 1, 1]


def test_a_restart_before_closing_time_loses_nothing_and_one_after_it_repeats_nothing() -> None:
    whole, broken = World(book()), World(book())
    busy_day(whole)
    busy_day(broken)
    broken.start()
    for world in (whole, broken):
        world.pass_time(7 * HOUR)
        world.start()
        world.pass_time(HOUR)
    assert len(digests(whole, "robot")) == 1
    assert digests(broken, "robot") == digests(whole, "robot")


def test_a_worker_away_at_closing_time_tells_of_the_day_when_it_is_back() -> None:
    world = World(book())
    busy_day(world)
    world.now += 9 * HOUR
    world.start()
    world.pass_time(1)
    (figures,) = digests(world, "robot")
    assert clock(figures.until) == "24 17:15"


def test_what_comes_after_closing_time_is_the_next_day_s() -> None:
    world = World(book())
    world.say("a", B)
    world.pass_time(HOUR)
    world.say("a", C)
    world.pass_time(8 * HOUR)
    world.say("b", B)
    world.pass_time(24 * HOUR)
    first, second = digests(world, "robot")
    assert (first.shares, second.shares) == ((Share(PROMISE, 1),), (Share(PROMISE, 1),))
    assert second.since == first.until


def test_whoever_sleeps_at_closing_time_gets_it_when_he_wakes() -> None:
    world = World(book(digest_after_ms=6 * HOUR))  # 23:00
    world.say("a", B, "S03")
    world.pass_time(14 * HOUR)
    assert digests(world, "phone") == []
    world.pass_time(8 * HOUR)
    assert [clock(one.at) for one in world.told["phone"]][-1] == "25 07:00"


def test_no_digest_where_none_is_wanted_or_nobody_is_told_of_breaches() -> None:
    for rules in (book(digest=False), book(nobody=True)):
        world = World(rules)
        world.say("a", B)
        world.pass_time(24 * HOUR)
        assert [
            letter for told in world.told.values() for letter in told if letter.letter.figures
        ] == []
