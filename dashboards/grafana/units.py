"""How Grafana writes the numbers of a column, and when it colours them.

Owns the units, decimals and thresholds. Called by `views`. Invariant: every unit of ours has
one of Grafana's.
"""

from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, Threshold, ThresholdsMode

from dashboards.grafana.settings import GrafanaSettings
from dashboards.panel import Column, Shade, Unit

_CHINESE: dict[Unit, str] = {Unit.PEOPLE: "suffix: 人", Unit.JOURNEYS: "suffix: 件"}

_UNITS: dict[Unit, str] = {
    Unit.NAME: units.String,
    Unit.PEOPLE: units.LocaleFormat,
    Unit.JOURNEYS: units.LocaleFormat,
    Unit.EVENTS: units.LocaleFormat,
    Unit.SECONDS: units.Seconds,
    Unit.MOMENT: units.DatetimeLocalNotToday,
    Unit.SHARE: units.PercentUnit,
    Unit.STEP: units.LocaleFormat,
    Unit.STARS: "suffix: ★",
    Unit.COUNTERS: units.LocaleFormat,
}

_DECIMALS: dict[Unit, int] = {Unit.SECONDS: 1, Unit.SHARE: 1, Unit.STARS: 2}

RED, YELLOW, GREEN, PLAIN = "red", "yellow", "green", "text"

#: As the wall shades a share kept.
POOR_BELOW, GOOD_FROM = 0.85, 0.95
#: Of a share that should be small.
SOME, MUCH = 0.05, 0.2


def unit_of(unit: Unit, settings: GrafanaSettings) -> str:
    if settings.language == "zh" and unit in _CHINESE:
        return _CHINESE[unit]
    return _UNITS[unit]


def decimals_of(unit: Unit) -> int:
    return _DECIMALS.get(unit, 0)


def thresholds_of(shade: Shade) -> list[Threshold]:
    match shade:
        case Shade.HIGH_IS_GOOD:
            return steps((RED, None), (YELLOW, POOR_BELOW), (GREEN, GOOD_FROM))
        case Shade.HIGH_IS_BAD:
            return steps((GREEN, None), (YELLOW, SOME), (RED, MUCH))
        case Shade.PLAIN:
            return steps((PLAIN, None))


def steps(*colours: tuple[str, float | None]) -> list[Threshold]:
    """Each colour, and the value from which on; None: from below."""
    return [Threshold(value=value, color=colour) for colour, value in colours]


def thresholds(found: list[Threshold]) -> ThresholdsConfig:
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(found)


def properties_of(column: Column, settings: GrafanaSettings) -> list[DynamicConfigValue]:
    """What a field override says of one column."""
    said = [
        DynamicConfigValue("unit", unit_of(column.unit, settings)),
        DynamicConfigValue("decimals", decimals_of(column.unit)),
    ]
    if column.unit is Unit.SHARE:
        said += [DynamicConfigValue("min", 0), DynamicConfigValue("max", 1)]
    if column.shade is not Shade.PLAIN:
        said += [
            DynamicConfigValue("thresholds", thresholds(thresholds_of(column.shade)).build()),
            DynamicConfigValue("color", {"mode": "thresholds"}),
        ]
    return said
