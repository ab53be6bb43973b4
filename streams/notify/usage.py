"""How a channel was used lately, over all partitions a worker has.

Reads and changes the tallies. Pure. Called by `streams.notify.notifier`. Invariant: a storm of
a channel begins and ends in all partitions at hand at once.

Workers know nothing of each other (design, I7): the messages of a storm are counted by each
for itself.
"""

from collections.abc import Mapping

from streams.core.notifying import Notifying
from streams.notify.letter import Letter, LetterKind
from streams.notify.part import Part
from streams.notify.plan import Use, after, calms
from streams.notify.thread import Window

Parts = Mapping[int, Part]

#: Of what a failing channel did not deliver, so many are named in its alert.
_MOST_MISSED = 1_000


def use_of(parts: Parts, channel: str, rules: Notifying, now: int) -> Use:
    sent, storm_since = 0, 0
    windows: dict[tuple[int, str], Window] = {}
    for number, part in parts.items():
        tally = part.tallies.get(channel)
        if tally is not None:
            sent += sum(at > now - rules.storm_ms for at in tally.sent)
            storm_since = max(storm_since, tally.storm_since)
            windows |= {(number, name): one for name, one in tally.windows.items()}
    return Use(sent, storm_since, windows)


def set_storm(parts: Parts, channel: str, since: int) -> None:
    for part in parts.values():
        part.tally(channel).storm_since = since
        part.touch_tally(channel)


def count(parts: Parts, letter: Letter, rules: Notifying, now: int) -> None:
    """A letter was delivered: what comes next depends on it."""
    channel = letter.channel
    for (number, section), window in after(letter, rules, now).items():
        part = parts.get(number)
        if part is not None:
            part.tally(channel).windows[section] = window
            part.touch_tally(channel)
    first = parts.get(letter.entries[0].partition)
    if first is not None:
        tally = first.tally(channel)
        tally.sent = [*(at for at in tally.sent if at > now - rules.storm_ms), now]
        first.touch_tally(channel)
    if letter.kind is LetterKind.SUMMARY:
        set_storm(parts, channel, 0 if calms(letter, rules) else now)


def fails(parts: Parts, channel: str) -> bool:
    """It gave something up, and has delivered nothing since."""
    tallies = (part.tallies.get(channel) for part in parts.values())
    return any(tally is not None and tally.failed for tally in tallies)


def note_failure(parts: Parts, part: Part, channel: str, missed: str) -> int | None:
    """The how-manieth of the channel it is; None: it is known to fail already."""
    for one in parts.values():
        known = one.tallies.get(channel)
        if known is not None and known.failed:
            if len(known.missed) < _MOST_MISSED:
                known.missed.append(missed)
                one.touch_tally(channel)
            return None
    tally = part.tally(channel)
    tallies = (one.tallies.get(channel) for one in parts.values())
    tally.failures = 1 + max(one.failures for one in tallies if one is not None)
    tally.failed, tally.missed = True, [missed]
    part.touch_tally(channel)
    return tally.failures


def note_mended(part: Part, channel: str) -> tuple[int, list[str]] | None:
    """Which failure is over, and what did not arrive during it; None: it did not fail."""
    tally = part.tallies.get(channel)
    if tally is None or not tally.failed:
        return None
    missed, tally.missed, tally.failed = tally.missed, [], False
    part.touch_tally(channel)
    return tally.failures, missed
