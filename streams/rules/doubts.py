"""What works and is most likely not what was meant: seen only in the rulebook as a whole.

Owns those sentences. Called by `load`; of the years, by the command line and the worker.
Invariant: the shipped files are never doubted.
"""

from collections.abc import Iterator
from datetime import date

from streams.core.chain import BREACHED, told_at
from streams.core.rules import Rulebook
from streams.rules.notes import Notes


def doubt_people(book: Rulebook, sections: Notes, people: Notes, channels: Notes) -> None:
    """People and channels nobody names, and sections whose breaches nobody is told of."""
    named: set[str] = set()
    for section in (book.elsewhere, *book.sections.values()):
        named.update(section.desk, section.chiefs)
        named.update(*(step.people for step in section.escalation))
    for index, code in enumerate(book.people):
        if code not in named:
            people.doubtful(f"person[{index}].code", f"no section names {code!r}")
    used = {name for person in book.people.values() for name in person.channels}
    for index, (name, channel) in enumerate(book.channels.items()):
        if name not in used and channel.kind != "log":
            channels.doubtful(f"channel[{index}].name", f"nobody has {name!r}")
    if not named:
        return
    for index, code in enumerate(book.sections):
        if not told_at(book, code, BREACHED):
            sections.doubtful(
                f"section[{index}].chiefs",
                f"nobody is told of breaches in {code!r}; name them here or in [elsewhere]",
            )


def unknown_years(book: Rulebook, today: date) -> Iterator[tuple[str, int]]:
    """This year and the next, for each calendar in use that does not know its public
    holidays of it."""
    for calendar in book.calendars():
        for year in (today.year, today.year + 1):
            if not calendar.knows(year):
                yield calendar.name, year


def unknown_year(calendar: str, year: int) -> str:
    return (
        f"calendar {calendar!r}: the public holidays of {year} are not known, so its week is kept"
        " as written; update the package chinesecalendar, or list them in calendars.toml"
        " (`listed-years`)"
    )
