"""Years a calendar judged by its week alone, for want of published holidays: told in the log.

Owns what was told already. What was guessed the calendars remember, the metrics show it too
(`worker_metrics`). Called by `streams.worker`. Invariant: each calendar and year once.
"""

import asyncio
import logging
from datetime import timedelta

from streams.core.rules import Rulebook
from streams.rules.doubts import unknown_year

log = logging.getLogger(__name__)


async def warn_of_guesses(book: Rulebook, every: timedelta = timedelta(seconds=5)) -> None:
    """For ever."""
    told: set[tuple[str, int]] = set()
    while True:
        for calendar in book.calendars():
            for year in calendar.guessed_years:
                if (calendar.name, year) not in told:
                    told.add((calendar.name, year))
                    log.warning("%s", unknown_year(calendar.name, year))
        await asyncio.sleep(every.total_seconds())
