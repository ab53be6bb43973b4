"""The SQL behind those analysts' views that are more than a table's columns.

Owns the text; the columns and their words are beside it. Called by `sinks.history_views`.
Invariant: components are added up and a ratio is taken last; none is averaged.

Copies of an event agree in their type, so a view may pick events by their type before it picks
the first of the copies: hence the setting, without which FINAL reads most of the table.
"""

#: Of the types picked here, without merging what has another type.
BY_TYPE = "SETTINGS use_skip_indexes_if_final_exact_mode = 0"

#: The middle of a log bucket, in seconds: within 2 % of all it holds (`streams.core.histogram`).
_MIDDLE_S = "if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000)"


def _quantile(share: float, name: str) -> str:
    return (
        f"    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted({share})', "
        f"arrayMap(b -> {_MIDDLE_S}, mapKeys(`answered_histogram`)), "
        f"mapValues(`answered_histogram`))) AS `{name}`"
    )


MINUTES_QUANTILES = ",\n".join(
    [_quantile(0.5, "p50_s"), _quantile(0.9, "p90_s"), _quantile(0.99, "p99_s")]
)

DAYS = (
    "SELECT `promise`, `section`, `day`, `judged`, `kept`, `broken`, `excused`, `share`, "
    "`share_excused`, `day_excused`\nFROM figures_excused"
)

#: As `streams.core.totals` counts a day's share, and `streams.core.ratio` what is left of it.
MISSES_LEFT = """WITH
    targets AS (
        SELECT `promise`, argMax(`target_permille`, `started_at`) / 1000 AS `target`
        FROM alerts FINAL WHERE `target_permille` > 0 GROUP BY `promise`
    )
SELECT c.`promise` AS `promise`, c.`section` AS `section`, c.`day` AS `day`,
    c.`kept` + c.`missed` AS `judged`, c.`kept` AS `kept`, c.`missed` AS `missed`,
    nullIf(t.`target`, 0) AS `target`,
    if(`target` IS NULL, NULL, toInt64(floor(`kept` / ifNull(`target`, 1) + 1e-9)) - `judged`)
        AS `misses_left`
FROM (
    SELECT `promise`, `section`, toDate(`minute_at`) AS `day`,
        toInt64(sum(w.`kept`) + sum(w.`provisional`)) AS `kept`,
        toInt64(sum(w.`late`) + sum(w.`left_late`) + sum(w.`waiting_late`) + sum(w.`missed`))
            - toInt64(sum(w.`excused`)) AS `missed`
    FROM windows AS w FINAL
    WHERE `promise` IN ('online-resolution-rate', 'one-visit', 'rating-invited')
    GROUP BY `promise`, `section`, `day`
) AS c
LEFT JOIN targets AS t ON t.`promise` = c.`promise`
WHERE `judged` > 0"""

ORDERS = "SELECT * FROM orders_now"

SURVEYS = f"""WITH answered AS (
    SELECT `subject`, `time`, `data`
    FROM events FINAL WHERE `type` = 'survey.answered'
    {BY_TYPE}
)
SELECT JSONExtractString(a.`data`, 'survey') AS `survey`,
    one.1 AS `question`, one.2 AS `answer`, a.`time` AS `answered_at`, toDate(a.`time`) AS `day`,
    ifNull(nullIf(JSONExtractString(a.`data`, 'about'), ''), 'case') AS `about`,
    JSONExtractString(a.`data`, 'section') AS `section`,
    a.`subject` AS `journey`, j.`journey` != '' AS `known`,
    j.`service` AS `service`, j.`channel` AS `channel`, j.`counter` AS `counter`,
    j.`clerk` AS `clerk`, j.`end` AS `end`,
    coalesce(j.`promised_wait_ms`, j.`first_call_wait_ms`) / 60000 AS `wait_min`,
    j.`service_ms` / 60000 AS `service_min`, j.`filing_ms` / 60000 AS `filing_min`,
    j.`first_response_ms` / 1000 AS `response_s`, j.`stars` AS `stars`
FROM answered AS a
ARRAY JOIN JSONExtractKeysAndValues(a.`data`, 'answers', 'UInt32') AS one
LEFT JOIN (
    SELECT `journey`, `service`, `channel`, `counter`, `clerk`, `end`, `promised_wait_ms`,
        `first_call_wait_ms`, `service_ms`, `filing_ms`, `first_response_ms`, `stars`
    FROM journeys FINAL WHERE `journey` IN (SELECT `subject` FROM answered)
) AS j ON j.`journey` = a.`subject`"""
