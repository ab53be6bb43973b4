"""Every panel of a period, in the order of their pages.

Called by the generator of Grafana dashboards; nothing asks them every second. Invariant:
ids are unique among these and the wall's own panels (a test compares).
"""

from dashboards import sql_durations, sql_promises, sql_quality, sql_ratings
from dashboards.panel import Panel

PROMISE_PANELS: tuple[Panel, ...] = (
    sql_promises.promise_levels,
    sql_promises.promise_trend,
    sql_promises.section_levels,
    sql_promises.section_states,
    sql_promises.broken_hours,
    sql_promises.ratio_days,
    sql_durations.durations,
    sql_durations.leavings,
    sql_durations.alert_handling,
)

QUALITY_PANELS: tuple[Panel, ...] = (
    sql_quality.one_visit_trend,
    sql_quality.one_visit_items,
    sql_quality.repeat_causes,
    sql_quality.repeat_cases,
    sql_ratings.ratings_invited,
    sql_ratings.ratings_given,
    sql_ratings.stars_given,
    sql_quality.exempt_materials,
    sql_quality.off_counter,
    sql_quality.department_share,
    sql_quality.item_channels,
)

PERIOD_PANELS = PROMISE_PANELS + QUALITY_PANELS
