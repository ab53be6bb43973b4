"""Which sources have to be heard of: the rules of `sources.toml`.

Owns that file's format. Called by `load`. Invariant: a rule names a section there is.
"""

from msgspec import Struct, field

from streams.core.rules import Section, SourceRule
from streams.rules.notes import Named, Notes
from streams.rules.reading import duration
from streams.rules.shape import read_shape


class _Source(Struct, rename="kebab"):
    name: str
    version: str
    clause: str
    section: str
    silent_after: str


class _Sources(Struct):
    source: list[_Source] = field(default_factory=list)


def load_sources(notes: Notes, sections: Named[Section]) -> tuple[SourceRule, ...]:
    items = read_shape(notes, _Sources).source
    notes.refuse_twice("source[{}].name", [item.name for item in items])
    return tuple(
        _source(notes, f"source[{index}]", item, sections) for index, item in enumerate(items)
    )


def _source(notes: Notes, key: str, item: _Source, sections: Named[Section]) -> SourceRule:
    if not item.name.rstrip("*") or "*" in item.name[:-1]:
        notes.wrong(f"{key}.name", f"{item.name!r}: a name, or a beginning and `*`")
    if not item.clause.strip():
        notes.wrong(f"{key}.clause", "empty; name the clause it stands in")
    sections.find(notes, f"{key}.section", item.section)
    silent_ms = notes.of(duration, f"{key}.silent-after", item.silent_after, 0)
    if not silent_ms:
        notes.wrong(f"{key}.silent-after", "must be longer than nothing")
    return SourceRule(
        name=item.name,
        version=item.version,
        clause=item.clause,
        section=item.section,
        silent_ms=silent_ms,
    )
