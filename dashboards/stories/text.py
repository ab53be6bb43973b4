"""A story as text, for a terminal.

Owns the layout only. Pure; called by the command line. Invariant: what came from outside cannot
move the cursor: only printable characters are passed on.
"""

from collections.abc import Iterator
from shlex import quote

from dashboards.stories.story import Chapter, Fact, Item, Level, Story

_SIGN = {Level.PLAIN: " ", Level.GOOD: "✓", Level.NEAR: "!", Level.BAD: "✗"}

#: Told by every step of a timeline: on a terminal once is enough.
_LEFT_OUT = frozenset({"source"})


def as_text(story: Story) -> str:
    lines = [story.title, "=" * _width(story.title), *story.lead]
    if story.facts:
        lines += ["", *(f"  {fact.label}: {fact.words}" for fact in story.facts)]
    for chapter in story.chapters:
        lines += ["", f"## {chapter.heading}", *_chapter(chapter)]
    return "\n".join(_printable(line) for line in lines) + "\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    day = ""
    for item in chapter.items:
        if item.when is not None and item.when.day != day:
            day = item.when.day
            yield f"  -- {day}"
        yield _line(item)
        yield from (f"             ▸ {mark.words}" for mark in item.marks)
        if item.refs:
            calls = dict.fromkeys(f"hallwatch {ref.page} {quote(ref.key)}" for ref in item.refs)
            yield from (f"             → {call}" for call in calls)


def _line(item: Item) -> str:
    clock = f"{item.when.clock} " if item.when is not None else ""
    of = f"[{item.of}] " if item.of else ""
    facts = "; ".join(_fact(fact) for fact in item.facts if fact.name not in _LEFT_OUT)
    return f"  {_SIGN[item.level]} {clock}{of}{item.words}{f'  ({facts})' if facts else ''}"


def _fact(fact: Fact) -> str:
    return f"{fact.label} {fact.words}" if fact.words else fact.label


def _width(text: str) -> int:
    """Columns of a terminal: Chinese takes two."""
    return sum(2 if ord(each) > 0x2E7F else 1 for each in text)


def _printable(line: str) -> str:
    return "".join(each if each.isprintable() else " " for each in line)
