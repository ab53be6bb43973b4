"""What a site's settings say about its ClickHouse tables.

Wiring only. Called by everything that opens them first. Invariant: all of them say the same, or
a wall started by hand would set back what the worker keeps.
"""

from sinks.retention import why_not_kept
from sinks.tables import TableSettings
from streams.settings import Settings, SettingsError


def tables_of(settings: Settings) -> TableSettings:
    """Raises SettingsError, naming the setting that cannot be."""
    tables = TableSettings(
        keep_days=settings.keep_events,
        keep_dead_letters=settings.keep_dead_letters,
        keep_journeys=settings.keep_journeys,
        keep_verdicts=settings.keep_verdicts,
        keep_windows=settings.keep_windows,
        keep_alerts=settings.keep_alerts,
    )
    refused = why_not_kept(tables)
    if refused:
        raise SettingsError(refused)
    return tables
