"""A letter in the words of the hall.

Wiring only: what is told (`streams.notify.letter`) in, a notice of `sinks.bodies` out. Called by
`streams.worker_channels`. Invariant: the notice's id is the letter's, and every message the
letter tells of is among its alerts.
"""

from collections.abc import Callable

from msgspec.structs import replace

from sinks.bodies import notice_of, notice_of_quiet, notice_of_several, notice_of_storm
from sinks.names import Language, Names
from sinks.notice import Notice
from sinks.told_body import ToldDay, ToldLongest, ToldPromise, notice_of_told_day
from streams.acts.offers import Reader
from streams.core.rules import Rulebook
from streams.notify.letter import Letter, LetterKind
from streams.notify.thread import Figures
from streams.settings import Settings
from streams.worker_links import MessageLinks
from streams.worker_names import site_names


def words_of(settings: Settings, book: Rulebook, links: MessageLinks) -> Callable[[Letter], Notice]:
    """`links`: what stands under a message. Who acts by one is its reader; of those who share a
    channel whoever opens it says who he is."""
    language = Language(settings.language)
    names = site_names(book, language)
    readers = readers_of(book)

    def say(letter: Letter) -> Notice:
        if letter.figures is not None:
            day = _day(letter.figures, book)
            return notice_of_told_day(letter.id, day, names, language)
        notice = _said(letter, names, language)
        reader = readers.get(letter.channel, Reader())
        if letter.kind is LetterKind.ONE:
            latest = letter.entries[0].messages[-1].data
            return replace(notice, links=links.of_alert(latest, reader))
        sections = list(dict.fromkeys(entry.section for entry in letter.entries))
        return replace(notice, links=links.of_list(sections, reader))

    return say


def readers_of(book: Rulebook) -> dict[str, Reader]:
    """Of each channel that somebody has: the person, or those who share it."""
    channels = {name for person in book.people.values() for name in person.channels}
    having = {name: book.having(name) for name in channels}
    return {
        name: Reader(by=codes[0]) if len(codes) == 1 else Reader(channel=name)
        for name, codes in having.items()
    }


def _said(letter: Letter, names: Names, language: Language) -> Notice:
    messages = [message for entry in letter.entries for message in entry.messages]
    match letter.kind:
        case LetterKind.SUMMARY:
            since = letter.since / 1000
            return notice_of_storm(letter.id, messages, names, language, since=since)
        case LetterKind.AWAKE:
            since, until = letter.since / 1000, letter.due_since / 1000
            return notice_of_quiet(letter.id, messages, names, language, since=since, until=until)
        case LetterKind.LIST:
            return notice_of_several(letter.id, messages, names, language)
        case _:
            # Of an alert that is over by now its end is told, with its beginning as a fact.
            latest = notice_of(messages[-1], names, language)
            return replace(latest, id=letter.id, alerts=tuple(messages))


def _day(figures: Figures, book: Rulebook) -> ToldDay:
    """The day whose closing time it was, though it is told a while later."""
    rules, calendar = book.notifying, book.section(figures.section).calendar
    closing = figures.until - rules.digest_after_ms
    return ToldDay(
        section=figures.section,
        day=calendar.day(closing - 1),
        promises=[
            ToldPromise(promise=one.promise, breached=one.breached, excused=one.excused)
            for one in figures.shares
        ],
        warned=figures.warned,
        escalated=figures.escalated,
        acknowledged=figures.acknowledged,
        still_open=figures.open,
        longest=[
            ToldLongest(
                promise=one.promise,
                journey=one.journey,
                counter=one.counter,
                over_ms=one.over_ms,
                is_open=one.is_open,
            )
            for one in figures.longest
        ],
    )
