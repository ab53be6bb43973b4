"""Telling of an outage: once when it begins, when its reason changes, now and then, at its end.

Owns what was told when; waiting and trying again are the caller's. Called by the writer
and the channels. Invariant: however often a trouble is met, the log gets a line a minute.
"""

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

_REMIND_EVERY_S = 60.0


class Outage:
    """Of one server or receiver, which may be met from several sides (tables, say)."""

    def __init__(
        self, name: str, waiting: Callable[[], str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`waiting`: how much waits for it, in words."""
        self._name = name
        self._waiting = waiting
        self._clock = clock
        self._reasons: dict[str, str] = {}
        self._since = 0.0
        self._told_at = 0.0
        self._told: set[str] = set()

    @property
    def why(self) -> str:
        """ "" when there is none."""
        return next((f"{side}: {why}" for side, why in self._reasons.items()), "")

    def met(self, side: str, why: str) -> None:
        """An attempt failed."""
        now = self._clock()
        if not self._reasons:
            self._since, self._told = now, set()
        self._reasons[side] = why
        if why not in self._told:
            log.warning("%s is away (%s: %s); tried again until it is back", self._name, side, why)
            self._told.add(why)
            self._told_at = now
        elif now - self._told_at >= _REMIND_EVERY_S:
            log.error(
                "%s is away for %.0f s now (%s), %s",
                self._name,
                now - self._since,
                self.why,
                self._waiting(),
            )
            self._told_at = now

    def over(self, side: str) -> None:
        """An attempt succeeded."""
        if self._reasons.pop(side, None) is None or self._reasons:
            return
        log.warning(
            "%s is back after %.0f s, %s", self._name, self._clock() - self._since, self._waiting()
        )
