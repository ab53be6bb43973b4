"""A panel's SQL as Grafana asks it: placeholders become macros, codes become names.

Owns the macros and the wrapping; the declared text stands inside it unchanged. Called by
`views`. Invariants: every time in it is bound to the time range of the dashboard; a name that
is not plain ASCII stands in backticks.
"""

from collections.abc import Iterable, Mapping

from dashboards.grafana.names import NAMES_OF, TRUE_OR_FALSE
from dashboards.grafana.settings import GrafanaSettings
from dashboards.panel import Column, Look, Panel, Scope, Unit, put
from dashboards.period import literal, standards_in_sql
from dashboards.settings import Place

#: The end of the range, and never a time that has not come yet: "today" ends at midnight.
_NOW = "least($__toTime_ms, now64(3))"

#: Looks whose first column is the time of a series.
OVER_TIME = frozenset({Look.LINES, Look.HEAT, Look.STATES})


def grafana_sql(panel: Panel, look: Look, settings: GrafanaSettings, one_section: bool) -> str:
    """The whole text. `one_section`: only rows of the section the dashboard is about; a
    panel of a period chooses by itself."""
    declared = put(panel, _TEXTS[panel.scope](settings))
    shown = ",\n  ".join(_shown(column, look, settings) for column in panel.columns)
    asked = f"SELECT\n  {shown}\nFROM (\n{declared}\n)"
    told_apart = any(column.name == "section" for column in panel.columns)
    if one_section and told_apart and panel.scope is Scope.MOMENT:
        asked += "\nWHERE section = ${section:singlequote}"
    return asked


def _of_moment(settings: GrafanaSettings) -> dict[str, str]:
    zone = literal(settings.time_zone)
    window, horizon = (int(span.total_seconds()) for span in (settings.window, settings.horizon))
    return {
        "now": _NOW,
        "day_start": f"toDateTime64(toStartOfDay({_NOW}, {zone}), 3, {zone})",
        "window_start": f"({_NOW} - INTERVAL {window} SECOND)",
        "open_since": f"({_NOW} - INTERVAL {horizon} SECOND)",
    }


def _of_period(settings: GrafanaSettings) -> dict[str, str]:
    return {
        "since": "$__fromTime_ms",
        "until": "$__toTime_ms",
        "grain": "${grain:singlequote}",
        "zone": literal(settings.time_zone),
        "section_chosen": "$__conditionalAll(section IN (${section:singlequote}), $section)",
        "promise_chosen": "$__conditionalAll(promise IN (${promise:singlequote}), $promise)",
        **standards_in_sql(settings.standards),
    }


_TEXTS = {Scope.MOMENT: _of_moment, Scope.PERIOD: _of_period}


def _shown(column: Column, look: Look, settings: GrafanaSettings) -> str:
    title = f"`{settings.say(column.title)}`"
    if column.unit is Unit.MOMENT:
        # Grafana knows a time by its type, and the time of a series by its name, too.
        name = "`time`" if look in OVER_TIME else title
        return f"fromUnixTimestamp64Milli(toInt64({column.name} * 1000)) AS {name}"
    if look is Look.STATES and column.name in NAMES_OF and column.name != "promise":
        # A text would be taken for the name of a series; the panel maps the number back.
        codes = list(NAMES_OF[column.name])
        numbers = ", ".join(str(number) for number in range(len(codes)))
        return f"transform({column.name}, [{_listed(codes)}], [{numbers}], -1) AS {title}"
    return f"{_named(column, settings)} AS {title}"


def _named(column: Column, settings: GrafanaSettings) -> str:
    if column.unit is not Unit.NAME:
        return column.name
    if column.name in TRUE_OR_FALSE:
        yes, no = (literal(settings.say(words)) for words in TRUE_OR_FALSE[column.name])
        return f"if({column.name}, {yes}, {no})"
    match column.name:
        case "section":
            return renamed(column.name, _places(settings.sections, settings))
        case "counter":
            return renamed(column.name, _places(settings.counters, settings))
        case _:
            names = NAMES_OF.get(column.name, {})
            return renamed(
                column.name, {code: settings.say(words) for code, words in names.items()}
            )


def renamed(column: str, names: Mapping[str, str]) -> str:
    """`column` with codes as people call them; a code without a name stays."""
    if not names:
        return column
    return f"transform({column}, [{_listed(names)}], [{_listed(names.values())}], {column})"


def _places(places: tuple[Place, ...], settings: GrafanaSettings) -> dict[str, str]:
    return {place.code: settings.say(place.name) for place in places}


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(literal, texts))
