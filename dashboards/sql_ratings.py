"""Panels of a period: who was invited to rate (应评尽评), and what they said (好差评).

Owns their SQL. Called by `panels_of_periods`. Invariant: invited and rated are two figures;
that a citizen declined is nobody's fault and lowers neither.
"""

from dashboards.panel import Column, Look, Panel, Scope, Shade, Unit
from dashboards.sql_live import SECTION
from dashboards.sql_promises import (
    EXCUSED,
    FEW,
    LEVEL_EXCUSED,
    RATIOS,
    SUMS,
    windows_of,
)
from dashboards.sql_quality import judged
from dashboards.words import Words
from schemas.outcomes import Status
from sinks.tables import ASKED_AT, WAS_ASKED

INVITED = "rating-invited"

ratings_invited = Panel(
    id="ratings_invited",
    title=Words("应评尽评", "Invited to rate"),
    about=Words(
        f"办结 24 小时内邀请评价的占比；还在时限内的不计。评价器故障另列。{FEW.zh}",
        "Invited within 24 hours of the case being finished; those still in time are not "
        f"counted. A device out of order is counted apart. {FEW.en}",
    ),
    clauses=("四（二）1",),
    columns=(
        SECTION,
        Column("judged", Words("应邀请", "To be invited"), Unit.JOURNEYS),
        Column("invited", Words("已邀请", "Invited in time"), Unit.JOURNEYS),
        Column("broken", Words("未邀请", "Not invited in time"), Unit.JOURNEYS),
        Column("device", Words("其中评价器故障", "Of these: device"), Unit.JOURNEYS),
        EXCUSED,
        Column("level", Words("邀请率", "Invited"), Unit.SHARE, Shade.HIGH_IS_GOOD),
        LEVEL_EXCUSED,
    ),
    sql=f"""SELECT section, judged, kept AS invited, judged - kept AS broken, device, excused,
  level, level_excused
FROM (
  SELECT section, promise,
  {SUMS},
  {RATIOS}
  FROM {windows_of(f"promise = '{INVITED}'")}
  GROUP BY section, promise
) AS counted
LEFT JOIN (
  SELECT section, count() AS device
  {judged(INVITED, Status.MISSED, Status.LATE)} AND cause = 'device-failed'
  GROUP BY section
) AS failed USING (section)
WHERE judged > 0
ORDER BY broken DESC, section""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

#: From which on a mean or a share is shown.
LEAST_RATINGS = 10

#: Visits, chats and cases whose citizen was asked within the period, by their newest rows. FINAL
#: reads what the index by `ASKED_AT` leaves: with many of them it is a third of `newest_where`.
_RATINGS = f"""FROM $journeys
WHERE {ASKED_AT} >= $since AND {ASKED_AT} <= $until AND {WAS_ASKED} AND $section_chosen"""

ratings_given = Panel(
    id="ratings_given",
    title=Words("好差评", "Ratings"),
    about=Words(
        "期间内邀请评价的（含办件、到厅和线上），以最后一次评价为准；谢绝评价不影响任何比率。"
        f"不足 {LEAST_RATINGS} 个评价不显示比率。",
        "Of those asked in the period (cases, visits and chats); the last rating counts, and "
        f"declining lowers nothing. Empty below {LEAST_RATINGS} ratings.",
    ),
    clauses=("四（二）1",),
    columns=(
        SECTION,
        Column("invited", Words("邀请", "Asked"), Unit.JOURNEYS),
        Column("rated", Words("已评", "Rated"), Unit.JOURNEYS),
        Column("declined", Words("谢绝", "Declined"), Unit.JOURNEYS),
        Column("stars", Words("平均星级", "Mean"), Unit.STARS),
        Column("good", Words("四五星占比", "Four or five stars"), Unit.SHARE, Shade.HIGH_IS_GOOD),
        Column("poor", Words("差评（一二星）", "One or two stars"), Unit.JOURNEYS),
    ),
    sql=f"""SELECT section, count() AS invited, countIf(rating IS NOT NULL) AS rated,
  countIf(rating IS NULL AND rating_declined) AS declined,
  if(rated >= {LEAST_RATINGS}, avg(rating), NULL) AS stars,
  if(rated >= {LEAST_RATINGS}, countIf(rating >= 4) / rated, NULL) AS good,
  countIf(rating <= 2) AS poor
FROM (SELECT section, stars AS rating, rating_declined {_RATINGS})
GROUP BY section
ORDER BY poor DESC, section""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

stars_given = Panel(
    id="stars_given",
    title=Words("星级分布", "Stars"),
    about=Words(
        "期间内邀请评价的，以最后一次评价为准。", "Of those asked in the period; the last counts."
    ),
    clauses=("四（二）1",),
    columns=(
        Column("star", Words("星级", "Stars"), Unit.NAME),
        Column("ratings", Words("评价数", "Ratings"), Unit.JOURNEYS),
    ),
    sql=f"""SELECT concat(toString(rating), ' ★') AS star, count() AS ratings
FROM (SELECT assumeNotNull(stars) AS rating {_RATINGS} AND stars IS NOT NULL)
GROUP BY rating ORDER BY rating DESC""",
    scope=Scope.PERIOD,
    look=Look.BARS,
)
