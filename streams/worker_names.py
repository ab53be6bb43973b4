"""The rulebook's names, people and clocks, as the bodies of messages need them.

Wiring only: values of `streams.core` in, values of `sinks` out. Called by whatever tells people
something. Invariant: time past a limit is counted as the core counts it.
"""

from sinks.names import Counted, CountedBy, Language, Names, Phrase, by_the_wall
from streams.core.chain import BREACHED, escalation_of, told_at
from streams.core.judge import IN_HOURS
from streams.core.rules import Rulebook, Section

#: Whoever reads a message while the org chart names nobody: his acts are recorded by this code.
ANYONE = "anyone"

_SOMEBODY = Phrase("未具名人员", "somebody")


def site_names(book: Rulebook, language: Language) -> Names:
    chinese = language is Language.CHINESE
    sections = (book.elsewhere, *book.sections.values())
    people = {
        code: person.name_zh if chinese else person.name_en for code, person in book.people.items()
    }
    return Names(
        promises={
            promise.value: rules.title_zh if chinese else rules.title_en
            for promise, rules in book.promises.items()
        },
        sections={
            section.code: section.name_zh if chinese else section.name_en for section in sections
        },
        counters={code: name for section in sections for code, name in section.counters.items()},
        people={ANYONE: _SOMEBODY.said(language), **people},
        materials={
            code: material.name_zh if chinese else material.name_en
            for code, material in book.materials.items()
        },
        time_zone=_zone(book.elsewhere),
        zones={section.code: _zone(section) for section in sections},
        workdays={
            (promise.value, rule.version): rule.limit_days
            for promise, rules in book.promises.items()
            for rule in rules.rules
            if rule.limit_days is not None
        },
        chains={
            section.code: tuple(
                tuple(people[person.code] for person in told_at(book, section.code, level))
                for level in range(BREACHED, 1 + BREACHED + len(escalation_of(book, section.code)))
            )
            for section in sections
        },
        counted=_counted(book),
    )


def _zone(section: Section) -> str:
    return section.calendar.versions[-1].zone


def _counted(book: Rulebook) -> CountedBy:
    in_days = {
        promise.value
        for promise, rules in book.promises.items()
        if any(rule.limit_days is not None for rule in rules.rules)
    }

    def counted(promise: str, section: str, start: float, end: float) -> Counted:
        if promise in in_days or promise in IN_HOURS:
            calendar = book.section(section).calendar
            first, last = round(start * 1000), round(end * 1000)
            if promise in in_days:
                return Counted(workdays=calendar.workdays_between(first, last))
            return Counted(calendar.elapsed(first, last))
        return by_the_wall(promise, section, start, end)

    return counted
