"""Panels of a period: done in one visit, materials nobody has to bring, counter or department.

Owns their SQL; ratings are `sql_ratings`. Called by `panels_of_periods`. Invariants: a case
belongs to the period it was finished (or accepted) in; kept within the look-back is shown as
kept so far, apart; raw and excused figures stand side by side.
"""

from dashboards.panel import Column, Look, Panel, Scope, Shade, Unit, newest_where
from dashboards.sql_live import JOURNEY, SECTION, quoted
from dashboards.sql_promises import (
    EXCUSED,
    FEW,
    LEVEL_EXCUSED,
    PROVISIONAL,
    RATIOS,
    SLOT,
    SLOT_SQL,
    SUMS,
    windows_of,
)
from dashboards.words import Words
from schemas.case import CaseChannel
from schemas.outcomes import Kind, Status, Table

ONE_VISIT, EXEMPT, AT_COUNTER = "one-visit", "exempt-materials", "counter-not-department"

ITEM = Column("item", Words("事项", "Item"), Unit.NAME)
CAUSE = Column("cause", Words("原因", "Cause"), Unit.NAME)
FINISHED = Column("judged", Words("办结", "Finished"), Unit.JOURNEYS)
ONCE = Column("level", Words("一次办成率", "Done in one visit"), Unit.SHARE, Shade.HIGH_IS_GOOD)
MORE = Column("missed", Words("跑多次", "More visits"), Unit.JOURNEYS)

_PROVISIONAL_TOLD = Words(
    "回看期内可能还要再跑，先按一次办成计，列为“暂计”。",
    "Within the look-back another visit may come: counted as one visit so far, and shown apart.",
)


_STARTED = "started_at >= $since AND started_at <= $until"


def judged(promise: str, *statuses: Status) -> str:
    """The verdicts of the period on a promise with one of these statuses, from FROM on."""
    verdicts = newest_where(Table.VERDICTS, "*", _STARTED, f"promise = '{promise}'")
    return f"""FROM {verdicts}
WHERE status IN ({quoted(*statuses)}) AND $section_chosen"""


def missed(promise: str) -> str:
    """That it was not kept: one of each case or material."""
    return judged(promise, Status.MISSED)


one_visit_trend = Panel(
    id="one_visit_trend",
    title=Words("一次办成率走势", "Done in one visit, over time"),
    about=Words(
        f"一次办成÷办结；{_PROVISIONAL_TOLD.zh}“已定”只算回看期已过的。{FEW.zh}",
        f"One visit / finished. {_PROVISIONAL_TOLD.en} Settled: only those whose look-back is "
        f"over. {FEW.en}",
    ),
    clauses=("四（二）3",),
    columns=(
        SLOT,
        ONCE,
        Column("settled", Words("一次办成率（已定）", "Settled"), Unit.SHARE, Shade.HIGH_IS_GOOD),
        LEVEL_EXCUSED,
    ),
    sql=f"""SELECT slot_at, level,
  if(kept + missed >= least, kept / (kept + missed), NULL) AS settled, level_excused
FROM (
  SELECT {SLOT_SQL} AS slot_at, promise, $minimum AS least,
  {SUMS},
  {RATIOS}
  FROM {windows_of(f"promise = '{ONE_VISIT}'")}
  GROUP BY slot_at, promise
)
WHERE judged > 0
ORDER BY slot_at""",
    scope=Scope.PERIOD,
    look=Look.LINES,
)

one_visit_items = Panel(
    id="one_visit_items",
    title=Words("一次办成率：科室与事项", "Done in one visit, by item"),
    about=Words(
        f"跑多次件数多的在前。{_PROVISIONAL_TOLD.zh}{FEW.zh}",
        f"Most repeated first. {_PROVISIONAL_TOLD.en} {FEW.en}",
    ),
    clauses=("四（二）3",),
    columns=(SECTION, ITEM, FINISHED, MORE, EXCUSED, PROVISIONAL, ONCE, LEVEL_EXCUSED),
    sql=f"""SELECT section, item, judged, missed, excused, provisional, level, level_excused
FROM (
  SELECT section, service AS item, promise,
  {SUMS},
  {RATIOS}
  FROM {windows_of(f"promise = '{ONE_VISIT}'")}
  GROUP BY section, item, promise
)
WHERE judged > 0
ORDER BY missed DESC, section, item""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

repeat_causes = Panel(
    id="repeat_causes",
    title=Words("为什么跑多次", "Why they came again"),
    about=Words(
        "就办件记录所知：审批人补要材料、收件人补要材料、退件，其余不明。",
        "As far as the case tells: asked for by the approver, by the receiver, returned; the "
        "rest is not known.",
    ),
    clauses=("四（二）3",),
    columns=(CAUSE, Column("cases", Words("件数", "Cases"), Unit.JOURNEYS)),
    sql=f"""SELECT if(cause = '', 'unknown', cause) AS cause, count() AS cases
{missed(ONE_VISIT)}
GROUP BY cause ORDER BY cases DESC, cause""",
    scope=Scope.PERIOD,
    look=Look.BARS,
)

repeat_cases = Panel(
    id="repeat_cases",
    title=Words("跑多次的办件", "Cases that took more visits"),
    about=Words(
        "最近办结的 200 件，供案例分析会用；收件人和审批人为化名。",
        "The 200 finished last, for the case meeting; receiver and approver are pseudonyms.",
    ),
    clauses=("四（二）3",),
    columns=(
        Column("finished_at", Words("办结时间", "Finished"), Unit.MOMENT),
        JOURNEY,
        SECTION,
        ITEM,
        Column("visits", Words("次数", "Visits"), Unit.EVENTS),
        CAUSE,
        Column("supplements", Words("补正", "Supplements"), Unit.EVENTS),
        Column("receiver", Words("收件人", "Receiver"), Unit.NAME),
        Column("approver", Words("审批人", "Approver"), Unit.NAME),
        Column("excused", Words("已免责", "Excused"), Unit.NAME),
    ),
    sql=f"""WITH repeats AS (
  SELECT journey, section, cause, excused, started_at
  {missed(ONE_VISIT)}
  ORDER BY started_at DESC, journey LIMIT 200
)
SELECT toUnixTimestamp64Milli(r.started_at) / 1000 AS finished_at, r.journey AS journey,
  r.section AS section, j.service AS item, length(j.tickets) AS visits,
  if(r.cause = '', 'unknown', r.cause) AS cause, j.supplements AS supplements,
  j.receiver AS receiver, j.approver AS approver, r.excused AS excused
FROM repeats AS r
LEFT JOIN (
  SELECT journey, service, tickets, supplements, receiver, approver FROM journeys
  WHERE journey IN (SELECT journey FROM repeats)
  ORDER BY version DESC LIMIT 1 BY journey
) AS j ON j.journey = r.journey
ORDER BY finished_at DESC, journey""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

exempt_materials = Panel(
    id="exempt_materials",
    title=Words("索要了可免交的材料", "Exempt materials asked for"),
    about=Words(
        "本市签发或可由电子证照、数据核验取得的材料。核验系统停用时不算工作人员的，另列。",
        "Issued by this city, or supplied by an e-licence or data check. While the look-up was "
        "down it is not the clerk's fault, and counted apart.",
    ),
    clauses=("四（二）1",),
    columns=(
        SECTION,
        Column("material", Words("材料", "Material"), Unit.NAME),
        Column("by_clerk", Words("人员所致", "By the clerk"), Unit.JOURNEYS),
        Column("by_system", Words("系统所致", "By the system"), Unit.JOURNEYS),
        EXCUSED,
    ),
    # What several clocks of one journey are told apart by stands behind the last "#".
    sql=f"""SELECT section, splitByChar('#', journey)[-1] AS material,
  countIf(cause = 'clerk') AS by_clerk, countIf(cause = 'system') AS by_system,
  countIf(excused) AS excused
{missed(EXEMPT)}
GROUP BY section, material
ORDER BY by_clerk DESC, by_system DESC, section, material""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

#: The cases accepted in the period. What came late may move one out of it: the newest row says.
_ACCEPTED = newest_where(
    Table.JOURNEYS,
    "section, service, channel, accepted_at",
    f"kind = '{Kind.CASE}' AND accepted_at >= $since AND accepted_at <= $until",
)
_CASES = f"""(
  SELECT section, service AS item, channel, assumeNotNull(accepted_at) AS minute_at
  FROM {_ACCEPTED} WHERE $section_chosen
)"""

_BY_CHANNEL = f"""countIf(channel IN ('{CaseChannel.COUNTER}', '')) AS counter,
  countIf(channel = '{CaseChannel.DEPARTMENT}') AS department"""

_SHARE = Column("share", Words("科室占比", "Department's share"), Unit.SHARE, Shade.HIGH_IS_BAD)

#: Cases from which on a share is shown: of three cases one is no trend.
LEAST_CASES = 20

off_counter = Panel(
    id="off_counter",
    title=Words("以科室代窗口：无窗口痕迹的办件", "Accepted on site without a trace of a visit"),
    about=Words(
        "`hallwatch audit` 核对的现场办件。确定与很可能的才计入；仅属可能的在核对清单里，不计。",
        "On-site cases `hallwatch audit` has looked at. Certain and likely ones count; what is "
        "only possible stays on its list.",
    ),
    clauses=("四（三）1",),
    columns=(
        SECTION,
        ITEM,
        Column("with_trace", Words("有痕迹", "With a trace"), Unit.JOURNEYS),
        Column("certain", Words("确定无痕迹", "Without, certain"), Unit.JOURNEYS),
        Column("likely", Words("很可能无痕迹", "Without, likely"), Unit.JOURNEYS),
        EXCUSED,
    ),
    sql=f"""SELECT section, service AS item, countIf(status = '{Status.KEPT}') AS with_trace,
  countIf(status = '{Status.MISSED}' AND endsWith(cause, ': certain')) AS certain,
  countIf(status = '{Status.MISSED}' AND endsWith(cause, ': likely')) AS likely,
  countIf(status = '{Status.MISSED}' AND excused) AS excused
{judged(AT_COUNTER, Status.KEPT, Status.MISSED)}
GROUP BY section, item
ORDER BY certain + likely DESC, section, item""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

department_share = Panel(
    id="department_share",
    title=Words("科室直接受理占比", "Share taken by departments"),
    about=Words(
        f"科室直接受理÷（科室＋窗口），按受理时间；不足 {LEAST_CASES} 件不显示。",
        f"Department / (department + counter), by acceptance; empty below {LEAST_CASES} cases.",
    ),
    clauses=("四（三）1",),
    columns=(
        SLOT,
        _SHARE,
    ),
    sql=f"""SELECT slot_at,
  if(counter + department >= {LEAST_CASES}, department / (counter + department), NULL) AS share
FROM (
  SELECT {SLOT_SQL} AS slot_at, {_BY_CHANNEL}
  FROM {_CASES}
  GROUP BY slot_at
)
WHERE counter + department > 0
ORDER BY slot_at""",
    scope=Scope.PERIOD,
    look=Look.LINES,
)

item_channels = Panel(
    id="item_channels",
    title=Words("各事项从哪里受理", "Where items are taken in"),
    about=Words(
        "科室直接受理多的在前。进驻事项窗口几乎没有件，就是“应进未进、明进暗不进”。",
        "Most taken by the department first. A listed item with about no counter volume has "
        "not really come into the hall.",
    ),
    clauses=("四（三）1",),
    columns=(
        SECTION,
        ITEM,
        Column("counter", Words("窗口受理", "At the counter"), Unit.JOURNEYS),
        Column("department", Words("科室直接受理", "By the department"), Unit.JOURNEYS),
        Column("other", Words("其他渠道", "Other channels"), Unit.JOURNEYS),
        _SHARE,
    ),
    sql=f"""SELECT section, item, {_BY_CHANNEL}, count() - counter - department AS other,
  if(counter + department >= {LEAST_CASES}, department / (counter + department), NULL) AS share
FROM {_CASES}
GROUP BY section, item
ORDER BY department DESC, section, item""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)
