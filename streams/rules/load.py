"""Reads the rulebook from its data files; says file, key and cure of all that is wrong.

Owns the order in which files are read, since they refer to one another, and what only all of
them together show; each file's format is a module of its own here. Called at start by
whatever runs the core, and by `hallwatch check`. Invariant: a rulebook that loads can judge
any event.

A new data file is a name in `folder.FILES` and a line in `check_rulebook`.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from streams.core.rules import Rulebook
from streams.rules.audit import load_audit
from streams.rules.calendars import load_calendars
from streams.rules.channels import Option, OptionCheck, load_channels
from streams.rules.doubts import doubt_people
from streams.rules.folder import Folder
from streams.rules.forecast import load_forecasting
from streams.rules.materials import load_materials
from streams.rules.notify import load_notifying
from streams.rules.people import load_people
from streams.rules.promises import load_promises
from streams.rules.reading import SHIPPED, Mistake, RulesError
from streams.rules.sections import load_sections
from streams.rules.sources import load_sources

__all__ = ["SHIPPED", "Checked", "RulesError", "check_rulebook", "load_rulebook"]

log = logging.getLogger(__name__)


def _any_options(_: str, __: Mapping[str, Option]) -> list[tuple[str, str]]:
    return []


class Checked(Struct, frozen=True):
    """What became of a folder of data files."""

    book: Rulebook | None  #: None: there are mistakes
    mistakes: Sequence[Mistake]
    warnings: Sequence[Mistake]  #: works, and is most likely not what was meant


def load_rulebook(
    directory: Path | None = None, check_options: OptionCheck = _any_options
) -> Rulebook:
    """The rulebook of `directory`; files missing there are taken from the shipped ones.

    `check_options`: what is wrong with a channel's options, by its kind. Raises RulesError
    with all that is wrong when a file cannot be read or contradicts itself or another.
    """
    checked = check_rulebook(directory, check_options)
    if checked.book is None:
        raise RulesError.of(checked.mistakes)
    for warning in checked.warnings:
        log.warning("%s", warning)
    return checked.book


def check_rulebook(
    directory: Path | None = None, check_options: OptionCheck = _any_options
) -> Checked:
    """As `load_rulebook`, with mistakes and warnings as values."""
    try:
        folder = Folder(directory)
    except RulesError as error:
        return Checked(None, error.mistakes, [])
    calendars = load_calendars(folder.notes("calendars.toml"))
    promises, leaving = load_promises(folder.notes("promises.toml"))
    on_channels = folder.notes("channels.toml")
    channels = load_channels(on_channels, check_options)
    on_people = folder.notes("people.toml")
    people = load_people(on_people, channels)
    on_sections = folder.notes("sections.toml")
    sections, elsewhere = load_sections(on_sections, calendars, people)
    sources = load_sources(folder.notes("sources.toml"), sections)
    load_audit(folder.notes("audit.toml"))  # the core asks nothing of it; mistakes are told
    described = dict(sections.things)
    book = Rulebook(
        promises=promises,
        elsewhere=described.pop(elsewhere),
        sections=described,
        leaving=leaving,
        sources=sources,
        materials=load_materials(folder.notes("materials.toml")),
        people=dict(people.things),
        channels=dict(channels.things),
        notifying=load_notifying(folder.notes("notify.toml")),
        forecasting=load_forecasting(folder.notes("forecast.toml")),
    )
    mistakes = folder.mistakes()
    if mistakes:
        return Checked(None, mistakes, folder.warnings())
    doubt_people(book, on_sections, on_people, on_channels)
    return Checked(book, mistakes, folder.warnings())
