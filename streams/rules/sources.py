"""Which sources have to be heard of: the rules of `sources.toml`.

Owns that file's format. Called by `load`. Invariant: a rule names a section there is.
"""

from pathlib import Path

from msgspec import Struct, field

from streams.core.rules import SourceRule
from streams.rules.reading import RulesError, duration, read


class _Source(Struct, forbid_unknown_fields=True, rename="kebab"):
    name: str
    version: str
    clause: str
    section: str
    silent_after: str


class _Sources(Struct, forbid_unknown_fields=True):
    source: list[_Source] = field(default_factory=list)


def load_sources(path: Path, sections: set[str]) -> tuple[SourceRule, ...]:
    found: dict[str, SourceRule] = {}
    for index, item in enumerate(read(path, _Sources).source):
        key = f"source[{index}]"
        if not item.name.rstrip("*") or "*" in item.name[:-1]:
            raise RulesError(path, f"{key}.name", f"{item.name!r}: a name, or a beginning and `*`")
        if item.name in found:
            raise RulesError(path, f"{key}.name", f"{item.name!r} is given twice")
        if not item.clause.strip():
            raise RulesError(path, f"{key}.clause", "empty; name the clause it stands in")
        if item.section not in sections:
            known = ", ".join(sorted(sections))
            raise RulesError(path, f"{key}.section", f"no {item.section!r}; one of {known}")
        silent_ms = duration(path, f"{key}.silent-after", item.silent_after)
        if not silent_ms:
            raise RulesError(path, f"{key}.silent-after", "must be longer than nothing")
        found[item.name] = SourceRule(
            name=item.name,
            version=item.version,
            clause=item.clause,
            section=item.section,
            silent_ms=silent_ms,
        )
    return tuple(found.values())
