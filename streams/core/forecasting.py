"""How the wait forecast is made and when it warns: `forecast.toml` as values.

Loaded by `streams.rules.forecast`, read by `queues`, `outlook` and `outlooks`. Invariant: every
duration is in milliseconds, and none is negative.
"""

from msgspec import Struct

_MINUTE = 60_000


class Forecasting(Struct, frozen=True, kw_only=True):
    on: bool = False  #: nothing is measured, shown or told without
    version: str = ""  #: of these settings; rows and alerts name it
    clause: str = ""  #: whose promises are forecast to be broken
    look_back_ms: int = 60 * _MINUTE  #: how far back pace and patience are measured
    minimum: int = 5  #: calls made while somebody else waited, too; fewer tell nothing
    allowed: float = 0.1  #: of those who can still be in time, how many may be late
    warn_from: int = 2  #: people; one who will be late is warned of by his own ticket
    steady_ms: int = _MINUTE // 2  #: above it for so long before anybody is warned
    calm_ms: int = 2 * _MINUTE  #: under it for so long before the warning is closed
