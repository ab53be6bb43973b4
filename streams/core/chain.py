"""Who is told of an alert in a section, step by step up the chain.

Pure. Called by what notifies and by the command line. Invariant: a section's own people come
first; those of `elsewhere` stand in for a step at which it has none.
"""

from streams.core.rules import ChannelRule, Escalation, Person, Rulebook

#: The levels of an alert, in the order it climbs: BREACHED + n is the n-th escalation.
WARNED, BREACHED = 0, 1


def who_is_told(book: Rulebook, section: str, level: int) -> tuple[tuple[Person, ChannelRule], ...]:
    """Each person with each of their channels; () where nobody is.

    Two people may share a channel: a message goes over it once all the same.
    """
    return tuple(
        (person, book.channels[name])
        for person in told_at(book, section, level)
        for name in person.channels
    )


def told_at(book: Rulebook, section: str, level: int) -> tuple[Person, ...]:
    """The duty desk of a warning, the chiefs of a breach, then who each escalation names."""
    own, elsewhere = book.section(section), book.elsewhere
    if level <= WARNED:
        codes = own.desk or elsewhere.desk
    elif level == BREACHED:
        codes = own.chiefs or elsewhere.chiefs
    else:
        steps, step = escalation_of(book, section), level - BREACHED - 1
        codes = steps[step].people if step < len(steps) else ()
    return tuple(book.people[code] for code in codes)


def escalation_of(book: Rulebook, section: str) -> tuple[Escalation, ...]:
    """The steps by which a breach in the section climbs; () if it stays with the chiefs."""
    return book.section(section).escalation or book.elsewhere.escalation


def everybody(book: Rulebook, section: str) -> tuple[Person, ...]:
    """Whoever may be told of anything in the section, each once, from the desk up."""
    levels = range(BREACHED + 1 + len(escalation_of(book, section)))
    people = [person for level in levels for person in told_at(book, section, level)]
    return tuple({person.code: person for person in people}.values())
