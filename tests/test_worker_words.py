"""A letter as a notice: what is told is in it, in both languages, and a link for its one reader."""

import pytest

from schemas.outcomes import AlertRow
from sinks.notice import Link, NoticeKind
from streams.core.alerts import Said
from streams.settings import Settings
from streams.worker_words import readers_of, words_of
from tests.notify.org import HOUR, MINUTE, book
from tests.notify.world import World

B, C = Said.BREACHED, Said.CLOSED


@pytest.fixture(scope="module")
def world() -> World:
    """One by one, a list, a storm, a night and a day's end."""
    world = World(book(storm_messages=3))
    world.say("first", B)
    world.pass_time(1)
    for journey in ("second", "third"):
        world.say(journey, B)
    world.say("third", C)
    world.pass_time(2 * MINUTE)
    for number in range(6):
        world.say(f"j{number}", B)
        world.pass_time(MINUTE)
    world.pass_time(13 * HOUR)
    for journey in ("night-1", "night-2"):
        world.say(journey, B, "S03")
    world.pass_time(10 * HOUR)
    return world


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_letter_is_a_notice_with_its_id_and_all_its_messages(
    world: World, language: str
) -> None:
    say = words_of(Settings(language=language), world.book)  # type: ignore[arg-type]
    kinds = set()
    for told in world.told["robot"] + world.told["phone"]:
        notice = say(told.letter)
        kinds.add(told.letter.kind.value)
        assert notice.id == told.letter.id
        assert [message.id for message in notice.alerts] == told.ids
        assert notice.title
        assert notice.text
    assert kinds == {"one", "list", "summary", "awake", "digest"}


def test_a_day_says_what_was_broken_and_what_is_open(world: World) -> None:
    say = words_of(Settings(language="en"), world.book)
    (day,) = [say(one.letter) for one in world.told["robot"] if one.letter.figures]
    assert day.kind is NoticeKind.DIGEST
    assert day.title == "[DAY] S01, 24 Nov"
    assert "9 alerts" in day.text
    assert "8 still stand" in day.text


def test_what_acts_is_made_for_the_one_person_who_reads_it(world: World) -> None:
    def links(alert: AlertRow, person: str) -> tuple[Link, ...]:
        return (Link(alert.alert, person),)

    say = words_of(Settings(), world.book, links)
    asked = {
        channel: {link.url for one in world.told[channel] for link in say(one.letter).links}
        for channel in ("robot", "mail", "the log")
    }
    # The mail is the chief's and the deputy's.
    assert asked == {"robot": {"chief"}, "mail": {""}, "the log": {""}}
    assert readers_of(world.book)["robot"] == "chief"
