ALTER TABLE events MODIFY TTL toDateTime(`ingest_at`) + toIntervalDay({keep_days}) DELETE WHERE NOT (startsWith(`type`, 'rectification.') OR startsWith(`type`, 'alert.'));

CREATE OR REPLACE VIEW alerts_handled AS
WITH handled AS (
    SELECT
        JSONExtractString(`data`, 'alert') AS `alert`,
        toNullable(min(`time`)) AS `first_at`,
        argMin(JSONExtractString(`data`, 'by'), (`time`, `id`)) AS `first_by`,
        minOrNullIf(`time`, `type` = 'alert.excused') AS `excused_at`,
        argMinIf(JSONExtractString(`data`, 'by'), (`time`, `id`), `type` = 'alert.excused') AS `excused_by`,
        argMinIf(JSONExtractString(`data`, 'reason'), (`time`, `id`), `type` = 'alert.excused') AS `excused_reason`
    FROM events FINAL
    WHERE `source` = 'hallwatch/acts' AND `type` IN ('alert.acknowledged', 'alert.excused')
    GROUP BY `alert`
)
SELECT
    a.`alert` AS `alert`,
    a.`promise` AS `promise`,
    a.`journey` AS `journey`,
    a.`cycle` AS `cycle`,
    a.`section` AS `section`,
    a.`service` AS `service`,
    a.`complexity` AS `complexity`,
    a.`channel` AS `channel`,
    a.`counter` AS `counter`,
    a.`clerk` AS `clerk`,
    a.`state` AS `state`,
    a.`closed_as` AS `closed_as`,
    a.`clause` AS `clause`,
    a.`rule_version` AS `rule_version`,
    a.`limit_ms` AS `limit_ms`,
    a.`started_at` AS `started_at`,
    a.`warned_at` AS `warned_at`,
    a.`breached_at` AS `breached_at`,
    a.`closed_at` AS `closed_at`,
    a.`over_ms` AS `over_ms`,
    a.`historical` AS `historical`,
    a.`correction` AS `correction`,
    a.`suspected` AS `suspected`,
    a.`silenced` AS `silenced`,
    a.`cause` AS `cause`,
    a.`kept` AS `kept`,
    a.`judged` AS `judged`,
    a.`target_permille` AS `target_permille`,
    a.`escalated_at` AS `escalated_at`,
    a.`escalation_level` AS `escalation_level`,
    coalesce(a.`acknowledged_at`, h.`first_at`) AS `acknowledged_at`,
    if(a.`acknowledged_at` IS NULL, h.`first_by`, a.`acknowledged_by`) AS `acknowledged_by`,
    coalesce(a.`excused_at`, h.`excused_at`) AS `excused_at`,
    if(a.`excused_at` IS NULL, h.`excused_by`, a.`excused_by`) AS `excused_by`,
    if(a.`excused_at` IS NULL, h.`excused_reason`, a.`excused_reason`) AS `excused_reason`,
    a.`evidence` AS `evidence`,
    a.`partition` AS `partition`,
    a.`version` AS `version`
FROM alerts_now AS a
LEFT JOIN handled AS h ON h.`alert` = a.`alert`
COMMENT 'alerts_now with every act that was entered, also those that came when the journey was no longer in memory: they change no verdict, and are shown here';

CREATE OR REPLACE VIEW figures_excused (
    `promise` String COMMENT 'id of the promise',
    `section` String COMMENT 'section (科室) in charge',
    `day` Date COMMENT 'day on which the clocks started, in the time zone of the tables',
    `judged` UInt64 COMMENT 'kept or broken: what the share is of',
    `kept` UInt64 COMMENT 'kept, provisional ones among them',
    `broken` UInt64 COMMENT 'not kept: late, left late, missed, and waiting past the limit',
    `excused` UInt64 COMMENT 'of those broken: excused by somebody, by name and with a reason, whenever',
    `share` Nullable(Float64) COMMENT 'kept of judged: the raw figure',
    `share_excused` Nullable(Float64) COMMENT 'kept of judged without those excused; beside the raw figure, never in its place',
    `day_excused` Bool COMMENT 'of a ratio promise: the day as a whole was excused'
) AS
WITH
    counted AS (
        SELECT `promise`, `section`, toDate(`minute_at`) AS `day`,
            sum(`kept`) + sum(`provisional`) AS `kept`,
            sum(`late`) + sum(`left_late`) + sum(`waiting_late`) + sum(`missed`) AS `broken`
        FROM windows_now
        WHERE NOT `off_hours`
        GROUP BY `promise`, `section`, `day`
    ),
    acts AS (
        SELECT `promise`, `section`,
            if(`target_permille` > 0, toDateOrZero(splitByChar('/', `journey`)[-2]), toDate(`started_at`)) AS `day`,
            uniqExactIf(`journey`, `target_permille` = 0) AS `excused`,
            countIf(`target_permille` > 0) > 0 AS `day_excused`
        FROM alerts_handled
        WHERE `excused_at` IS NOT NULL AND `breached_at` IS NOT NULL AND `closed_as` != 'retracted'
        GROUP BY `promise`, `section`, `day`
    )
SELECT
    c.`promise` AS `promise`,
    c.`section` AS `section`,
    c.`day` AS `day`,
    c.`kept` + c.`broken` AS `judged`,
    c.`kept` AS `kept`,
    c.`broken` AS `broken`,
    least(e.`excused`, c.`broken`) AS `excused`,
    if(`judged` > 0, `kept` / `judged`, NULL) AS `share`,
    if(`judged` > `excused`, `kept` / (`judged` - `excused`), NULL) AS `share_excused`,
    toBool(e.`day_excused`) AS `day_excused`
FROM counted AS c
LEFT JOIN acts AS e ON e.`promise` = c.`promise` AND e.`section` = c.`section` AND e.`day` = c.`day`
WHERE `judged` > 0
COMMENT 'raw and excused figures side by side, by promise, section and day; an excuse overwrites nothing';
