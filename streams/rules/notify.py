"""How much people are told at once: `notify.toml`.

Owns that file's format. Called by `load`. Invariant: whatever is left out keeps the value the
shipped file has.
"""

from msgspec import Struct

from streams.core.notifying import Notifying
from streams.rules.notes import Notes
from streams.rules.reading import duration
from streams.rules.shape import read_shape

_STANDARD = Notifying()


class _Notify(Struct, rename="kebab"):
    group_within: str = "1 min"
    storm_messages: int = _STANDARD.storm_messages
    storm_within: str = "10 min"
    digest: bool = _STANDARD.digest
    digest_after: str = "15 min"
    give_up_after: str = "1 h"
    forget_after: str = "3 d"


def load_notifying(notes: Notes) -> Notifying:
    item = read_shape(notes, _Notify)
    if item.storm_messages < 1:
        notes.wrong("storm-messages", f"{item.storm_messages} would let nothing through; 1 or more")
    found = Notifying(
        group_ms=notes.of(duration, "group-within", item.group_within, 0),
        storm_messages=item.storm_messages,
        storm_ms=_some(notes, "storm-within", item.storm_within),
        digest=item.digest,
        digest_after_ms=notes.of(duration, "digest-after", item.digest_after, 0),
        give_up_ms=_some(notes, "give-up-after", item.give_up_after),
        forget_ms=_some(notes, "forget-after", item.forget_after),
    )
    held = {"group-within": found.group_ms, "storm-within": found.storm_ms}
    for key, held_ms in held.items():
        if held_ms >= found.give_up_ms and not notes.mistakes:
            notes.wrong(
                key, "holds messages back until `give-up-after` gives them up; make it shorter"
            )
    return found


def _some(notes: Notes, key: str, text: str) -> int:
    found = notes.of(duration, key, text, 1)
    if not found:
        notes.wrong(key, f'{text!r} is no time at all; "1 s" is the least')
    return found
