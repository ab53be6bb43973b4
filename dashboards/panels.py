"""Every panel there is, in the order they are asked, and which view shows which.

Called by the wall (`feed`) and by the generator of Grafana dashboards. Invariant: ids are
unique, and every panel's SQL answers exactly the columns it declares (a test asks each).
"""

from dashboards import (
    sql_counters,
    sql_forecast,
    sql_live,
    sql_section,
    sql_standing,
    sql_today,
)
from dashboards.panel import Panel

#: What the whole hall looks at.
HALL_WALL: tuple[Panel, ...] = (
    sql_live.alerts,
    sql_live.breaches,
    sql_live.warnings,
    sql_live.queue,
    sql_live.people,
    sql_live.wait_p90,
    sql_live.chats,
    sql_counters.counters,
    sql_forecast.forecast,
    sql_standing.standing,
    sql_standing.sources,
    sql_today.kept_today,
    sql_today.arrivals,
    sql_today.day_curve,
)

#: What a section's chief looks at: of each panel the rows of his section.
SECTION: tuple[Panel, ...] = (
    sql_section.section_alerts,
    sql_section.section_people,
    sql_live.queue,
    sql_live.wait_p90,
    sql_live.chats,
    sql_counters.counters,
    sql_forecast.forecast,
    sql_standing.sources,
    sql_today.kept_today,
    sql_today.arrivals,
)

PANELS: tuple[Panel, ...] = tuple(dict.fromkeys((*HALL_WALL, *SECTION)))
