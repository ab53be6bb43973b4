"""The org chart: sections with their counters, people and escalation, in `sections.toml`.

Owns that file's format. Called by `load`. Invariant: whoever a section names is a person
there is, and each step of an escalation comes after the one before.
"""

from msgspec import Struct, field

from streams.core.calendar import Calendar
from streams.core.rules import Escalation, Person, Section
from streams.rules.calendars import NO_CALENDAR
from streams.rules.notes import Named, Notes
from streams.rules.reading import code, duration, words
from streams.rules.shape import read_shape


class _Escalation(Struct, rename="kebab"):
    after: str
    people: list[str]
    through_quiet: bool = False


class _Section(Struct, rename="kebab"):
    code: str
    name_zh: str
    name_en: str
    calendar: str
    counters: dict[str, str] = field(default_factory=dict)
    desk: list[str] = field(default_factory=list)
    chiefs: list[str] = field(default_factory=list)
    escalation: list[_Escalation] = field(default_factory=list)


class _Sections(Struct):
    elsewhere: _Section
    section: list[_Section] = field(default_factory=list)


def load_sections(
    notes: Notes, calendars: Named[Calendar], people: Named[Person]
) -> tuple[Named[Section], str]:
    """The sections by their codes, `elsewhere` among them, and the code of that one."""
    content = read_shape(notes, _Sections)
    items = [("elsewhere", content.elsewhere)]
    items += [(f"section[{index}]", item) for index, item in enumerate(content.section)]
    found: dict[str, Section] = {}
    _check_counters(notes, items)
    for key, item in items:
        if item.code in found:
            notes.wrong(f"{key}.code", f"{item.code!r} is given twice")
        found.setdefault(item.code, _section(notes, key, item, calendars, people))
    return notes.named("code", found), content.elsewhere.code


def _section(
    notes: Notes, key: str, item: _Section, calendars: Named[Calendar], people: Named[Person]
) -> Section:
    notes.of(code, f"{key}.code", item.code, "")
    notes.of(words, f"{key}.name-zh", item.name_zh, "")
    notes.of(words, f"{key}.name-en", item.name_en, "")
    calendar = calendars.find(notes, f"{key}.calendar", item.calendar) or NO_CALENDAR
    _check_people(notes, f"{key}.desk", item.desk, people)
    _check_people(notes, f"{key}.chiefs", item.chiefs, people)
    return Section(
        code=item.code,
        name_zh=item.name_zh,
        name_en=item.name_en,
        calendar=calendar,
        counters=item.counters,
        desk=tuple(item.desk),
        chiefs=tuple(item.chiefs),
        escalation=_escalation(notes, key, item, people),
    )


def _check_counters(notes: Notes, items: list[tuple[str, _Section]]) -> None:
    """A code is one counter, in whatever section it serves; within one, so is a name."""
    names: dict[str, str] = {}
    for key, item in items:
        codes: dict[str, str] = {}
        for counter, name in item.counters.items():
            where = f"{key}.counters.{counter}"
            notes.of(code, where, counter, "")
            notes.of(words, where, name, "")
            if codes.setdefault(name, counter) != counter:
                notes.wrong(where, f"{codes[name]} is {name!r} already; who could tell them apart?")
            if names.setdefault(counter, name) != name:
                notes.wrong(where, f"is {names[counter]!r} in another section; one name each")


def _escalation(
    notes: Notes, key: str, item: _Section, people: Named[Person]
) -> tuple[Escalation, ...]:
    steps: list[Escalation] = []
    for number, step in enumerate(item.escalation):
        where = f"{key}.escalation[{number}]"
        after_ms = notes.of(duration, f"{where}.after", step.after, None)
        if after_ms is not None:
            if after_ms <= (steps[-1].after_ms if steps else 0):
                what = f"{step.after!r} is not after the step before it" if steps else "is at once"
                notes.wrong(f"{where}.after", f"{what}; times are since the breach, and grow")
            steps.append(Escalation(after_ms, tuple(step.people), step.through_quiet))
        if not step.people:
            notes.wrong(f"{where}.people", "empty; name who is told then, or leave the step out")
        _check_people(notes, f"{where}.people", step.people, people)
    if item.escalation and not item.chiefs:
        notes.wrong(f"{key}.chiefs", "missing; whom would the escalation go past?")
    return tuple(steps)


def _check_people(notes: Notes, key: str, codes: list[str], people: Named[Person]) -> None:
    notes.refuse_twice(f"{key}[{{}}]", codes)
    for number, name in enumerate(codes):
        people.find(notes, f"{key}[{number}]", name)
