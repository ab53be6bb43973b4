"""What settling a journey comes to. Values only.

Made by `settle`, read by `partition`, `telling` and the rows. Invariant: a finding without a
verdict is one that an earlier worker saved, and that was not looked at since.
"""

from msgspec import Struct

from streams.core.acts import UNTOUCHED, Handled
from streams.core.alerts import Said, Standing
from streams.core.judge import Verdict
from streams.core.measure import Reading
from streams.core.windows import Contribution


class Finding(Struct, frozen=True, gc=False):
    """One promise of the journey as it stands, and what it adds to which window."""

    standing: Standing
    verdict: Verdict | None = None  #: None: restored, and not yet judged by this worker
    contribution: Contribution | None = None  #: None: nothing (the promise was withdrawn)
    uncounted: bool = False  #: it adds nothing, since its minute's total was closed before
    wake_at: int | None = None  #: when it changes by itself
    handled: Handled = UNTOUCHED  #: what was done about its alert


class News(Struct, frozen=True, gc=False):
    """A finding that changed: `said` is what people have to be told."""

    finding: Finding
    verdict: Verdict
    before: Finding | None
    said: list[Said]


class Settlement(Struct, frozen=True, gc=False):
    """All there is to know of a journey at `now`."""

    reading: Reading
    findings: tuple[Finding, ...]
    news: list[News]
    wake_at: int | None  #: when to settle again although nothing happened
    ended: bool
