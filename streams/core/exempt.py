"""两个免于提交: a material was asked for that citizens need not hand in (四（二）1).

Pure. Called for visits and for cases alike. Invariant: a material the catalogue does not
name may be asked for, and nothing is judged.
"""

from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import Clock
from streams.core.rules import Promise, Rulebook

#: Whose fault it was. The look-up was down: the clerk had no other way.
CLERK, SYSTEM = "clerk", "system"


def exempt_clock(
    asked: Mark, material: str, counter: str, clerk: str, book: Rulebook, lookups: Lookups
) -> Clock | None:
    """The clock of one request; None where the material may be asked for."""
    entry = book.materials.get(material)
    if entry is None:
        return None
    down = bool(entry.lookup) and not lookups.up(entry.lookup, asked[0])
    return Clock(
        Promise.EXEMPT_MATERIALS,
        asked,
        None,
        nth=material,
        cause=SYSTEM if down else CLERK,
        counter=counter,
        clerk=clerk,
    )
