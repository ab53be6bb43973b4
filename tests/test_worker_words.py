"""A letter as a notice: what is told is in it, in both languages, and a link for its one reader."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.acting import Refused
from sinks.names import Language
from sinks.notice import Link, Notice, NoticeKind
from streams.acts.links import read_list_token, read_token
from streams.acts.offers import Reader
from streams.core.alerts import Said
from streams.notify.letter import Letter, LetterKind
from streams.settings import Settings
from streams.worker_links import MessageLinks
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


CHANNELS = ("robot", "mail", "the log")


@pytest.fixture
def linking(tmp_path: Path) -> Settings:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    return Settings(public_url="https://hall.example.org/", link_key_file=key)


def saying(world: World, settings: Settings) -> Callable[[Letter], Notice]:
    links = MessageLinks(settings, world.book, Language(settings.language), lambda: 0.0)
    return words_of(settings, world.book, links)


def token_of(key: bytes, link: Link) -> tuple[str, str] | None:
    """Whose it is: a person's, or a channel's; None: it only explains."""
    _, act, text = link.url.partition("/act/")
    if not act:
        return None
    read = read_list_token if text.startswith("list/") else read_token
    token = read(key, text.removeprefix("list/"), 0.0)
    assert not isinstance(token, Refused)
    return token.by, token.channel


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_letter_is_a_notice_with_its_id_and_all_its_messages(
    world: World, language: str
) -> None:
    say = saying(world, Settings(language=language))  # type: ignore[arg-type]
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
    say = saying(world, Settings(language="en"))
    (day,) = [say(one.letter) for one in world.told["robot"] if one.letter.figures]
    assert day.kind is NoticeKind.DIGEST
    assert day.title == "[DAY] S01, 24 Nov"
    assert "9 alerts" in day.text
    assert "8 still stand" in day.text


def test_what_acts_is_made_for_whoever_reads_it(world: World, linking: Settings) -> None:
    say = saying(world, linking)
    key = (linking.link_key_file or Path()).read_bytes()
    told = {channel: [say(one.letter) for one in world.told[channel]] for channel in CHANNELS}
    tokens = {
        channel: {token_of(key, link) for notice in notices for link in notice.links}
        for channel, notices in told.items()
    }
    assert tokens == {
        "robot": {None, ("chief", "")},
        "mail": {None, ("", "mail")},  # the chief's and the deputy's
        "the log": {None},
    }
    assert readers_of(world.book)["robot"] == Reader(by="chief")
    # A letter about several alerts has one way to all of them, a day in figures none.
    titles = {notice.kind: {link.title for link in notice.links} for notice in told["robot"]}
    assert titles[NoticeKind.DIGEST] == set()
    several = [
        say(one.letter)
        for one in world.told["robot"]
        if one.letter.kind in (LetterKind.LIST, LetterKind.SUMMARY)
    ]
    assert several
    assert all([link.title for link in notice.links] == ["逐项处理"] for notice in several)
