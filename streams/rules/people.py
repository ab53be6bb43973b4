"""Who is told, and over which channels: `people.toml`.

Owns that file's format. Called by `load`. Invariant: whoever is listed can be reached at
some hour of the day.
"""

from msgspec import Struct, field

from streams.core.rules import ChannelRule, Person
from streams.rules.notes import Named, Notes
from streams.rules.reading import code, quiet_hours, words
from streams.rules.shape import read_shape


class _Person(Struct, rename="kebab"):
    code: str
    name_zh: str
    name_en: str
    channels: list[str]
    quiet: list[str] = field(default_factory=list)


class _People(Struct):
    person: list[_Person] = field(default_factory=list)


def load_people(notes: Notes, channels: Named[ChannelRule]) -> Named[Person]:
    items = read_shape(notes, _People).person
    notes.refuse_twice("person[{}].code", [item.code for item in items])
    found = {
        item.code: _person(notes, f"person[{index}]", item, channels)
        for index, item in enumerate(items)
    }
    return notes.named("code", found)


def _person(notes: Notes, key: str, item: _Person, channels: Named[ChannelRule]) -> Person:
    notes.of(code, f"{key}.code", item.code, "")
    notes.of(words, f"{key}.name-zh", item.name_zh, "")
    notes.of(words, f"{key}.name-en", item.name_en, "")
    notes.refuse_twice(f"{key}.channels[{{}}]", item.channels)
    for number, name in enumerate(item.channels):
        channels.find(notes, f"{key}.channels[{number}]", name)
    if not item.channels:
        notes.wrong(f"{key}.channels", "empty; name one at least, or nothing ever reaches them")
    return Person(
        code=item.code,
        name_zh=item.name_zh,
        name_en=item.name_en,
        channels=tuple(item.channels),
        quiet=notes.of(quiet_hours, f"{key}.quiet", item.quiet, ()),
    )
