"""Public holidays and make-up working days (调休), as the State Council publishes them.

Owns where they come from: the `chinesecalendar` package, a new release of which follows each
year's notice. Called by `calendars`. Invariant: a year it does not know is not among `years`.
"""

from chinese_calendar import holidays, workdays

from streams.core.calendar import PublicHolidays

CHINA = PublicHolidays(
    closed=frozenset(holidays),
    made_up=frozenset(workdays),
    years=frozenset(day.year for day in holidays),
)

#: By the name a calendar asks for them.
STATES = {"cn": CHINA}


def without(public: PublicHolidays, years: frozenset[int]) -> PublicHolidays:
    """As if nothing had been published in `years`, and that were known."""
    return PublicHolidays(
        closed=frozenset(day for day in public.closed if day.year not in years),
        made_up=frozenset(day for day in public.made_up if day.year not in years),
        years=public.years | years,
    )
