"""The four figures that must be zero, each with its sentences.

Called by both comparisons. Invariant: a figure counts what is wrong, not how often it shows.
"""

from msgspec import Struct, field


class Verdict(Struct):
    """What differs, by kind; the sentences say where."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    false_pages: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.false_pages)
