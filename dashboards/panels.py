"""Every panel there is, in the order they are asked.

Called by the wall (`feed`) and by the generator of Grafana dashboards. Invariant: ids are
unique, and every panel's SQL answers exactly the columns it declares (a test asks each).
"""

from dashboards import sql_forecast, sql_live, sql_today
from dashboards.panel import Panel

PANELS: tuple[Panel, ...] = (
    sql_live.alerts,
    sql_live.breaches,
    sql_live.warnings,
    sql_live.queue,
    sql_live.people,
    sql_live.wait_p90,
    sql_live.chats,
    sql_live.counters,
    sql_forecast.forecast,
    sql_today.kept_today,
    sql_today.resolution_today,
    sql_today.arrivals,
    sql_today.day_curve,
)
