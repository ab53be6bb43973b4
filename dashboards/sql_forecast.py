"""The panel of what is about to happen: who of those waiting will be late, and what it takes.

Owns its SQL; the forecast itself is the core's (docs/forecast.md), read as it was made a moment
ago. Called by `panels`. Invariant: where too little is known the figures are empty, never 0.
"""

from dashboards.panel import Column, Panel, Unit
from dashboards.sql_live import SECTION, WAITING
from dashboards.words import Words

#: A queue of which nothing was heard for so long is over, or its worker is away.
_FRESH = "INTERVAL 2 MINUTE"

forecast = Panel(
    id="forecast",
    title=Words("等候预测", "Wait forecast"),
    columns=(
        SECTION,
        Column("service", Words("事项", "Service"), Unit.NAME),
        WAITING,
        Column("will_miss", Words("预计超时", "Will be late"), Unit.PEOPLE),
        Column("counters_open", Words("在叫号窗口", "Counters calling"), Unit.COUNTERS),
        Column("counters_needed", Words("需要窗口", "Counters needed"), Unit.COUNTERS),
    ),
    sql=f"""SELECT section, service, waiting, will_miss, counters_open, counters_needed
FROM $forecasts
WHERE waiting > 0 AND looked_at > $now - {_FRESH} AND looked_at <= $now
ORDER BY ifNull(will_miss, 0) DESC, waiting DESC, section, service""",
)
