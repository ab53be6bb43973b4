"""How the wait forecast is made and when it warns: the settings of `forecast.toml`.

Owns that file's format. Called by `load`. Invariant: a look-back is long enough for pace to be
measured in it, and a warning can both open and close.
"""

from msgspec import Struct

from streams.core.forecasting import Forecasting
from streams.rules.notes import Notes
from streams.rules.reading import duration, share
from streams.rules.shape import read_shape

#: Past a day it would measure yesterday, and a part could not be told (`schemas.queue`).
_LONGEST_MS = 24 * 3_600_000

_SHORTEST_MS = 300_000


class _Forecast(Struct, rename="kebab"):
    on: bool
    version: str = "2022-10-14"
    clause: str = "四（二）1"
    look_back: str = "1 h"
    minimum: int = 5
    allowed: str = "10 %"
    warn_from: int = 2
    steady: str = "30 s"
    calm: str = "2 min"


def load_forecasting(notes: Notes) -> Forecasting:
    content = read_shape(notes, _Forecast)
    for key, given in (("version", content.version), ("clause", content.clause)):
        if content.on and not given.strip():
            notes.wrong(key, "empty; every warning names it")
    look_back_ms = notes.of(duration, "look-back", content.look_back, _LONGEST_MS)
    if not _SHORTEST_MS <= look_back_ms <= _LONGEST_MS:
        notes.wrong("look-back", f"{content.look_back!r}: between 5 min and 24 h")
    for key, count in (("minimum", content.minimum), ("warn-from", content.warn_from)):
        if count < 1:
            notes.wrong(key, "at least 1")
    allowed = notes.of(share, "allowed", content.allowed, 0.1)
    if allowed >= 1:
        notes.wrong("allowed", f"{content.allowed!r}: then it would never warn; less than 100 %")
    return Forecasting(
        on=content.on,
        version=content.version,
        clause=content.clause,
        look_back_ms=look_back_ms,
        minimum=content.minimum,
        allowed=allowed,
        warn_from=content.warn_from,
        steady_ms=notes.of(duration, "steady", content.steady, 0),
        calm_ms=notes.of(duration, "calm", content.calm, 0),
    )
