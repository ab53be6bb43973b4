"""How much people are told at once: `notify.toml` as values.

Loaded by `streams.rules.notify`, read by `streams.notify`. Invariant: every duration is in
milliseconds, and none is negative.
"""

from msgspec import Struct

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Notifying(Struct, frozen=True, kw_only=True):
    group_ms: int = _MINUTE  #: what follows a message of a section waits so long; 0: not at all
    storm_messages: int = 20  #: more over one channel within `storm_ms` is a storm
    storm_ms: int = 10 * _MINUTE  #: also the pace of summaries during one
    digest: bool = True
    digest_after_ms: int = 15 * _MINUTE  #: after a section's closing time
    give_up_ms: int = _HOUR  #: old alerts help nobody
    forget_ms: int = 3 * _DAY  #: after an alert's closing
