ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `waiting` UInt32 COMMENT 'of a forecast: people who waited when it last was above what is allowed' AFTER `excused_reason`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `will_miss` UInt32 COMMENT 'of a forecast: how many of them were expected to be late' AFTER `waiting`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `counters_open` UInt32 COMMENT 'of a forecast: counters that served the queue' AFTER `will_miss`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `counters_needed` UInt32 COMMENT 'of a forecast: counters it would have taken' AFTER `counters_open`;

CREATE OR REPLACE VIEW alerts_now AS
SELECT `alert`, `promise`, `journey`, `cycle`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `state`, `closed_as`, `clause`, `rule_version`, `limit_ms`, `started_at`, `warned_at`, `breached_at`, `closed_at`, `over_ms`, `historical`, `correction`, `suspected`, `silenced`, `cause`, `kept`, `judged`, `target_permille`, `escalated_at`, `escalation_level`, `acknowledged_at`, `acknowledged_by`, `excused_at`, `excused_by`, `excused_reason`, `waiting`, `will_miss`, `counters_open`, `counters_needed`, `evidence`, `partition`, `version`
FROM alerts FINAL;

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
    a.`waiting` AS `waiting`,
    a.`will_miss` AS `will_miss`,
    a.`counters_open` AS `counters_open`,
    a.`counters_needed` AS `counters_needed`,
    a.`evidence` AS `evidence`,
    a.`partition` AS `partition`,
    a.`version` AS `version`
FROM alerts AS a FINAL
LEFT JOIN handled AS h ON h.`alert` = a.`alert`
COMMENT 'alerts_now with every act that was entered, also those that came when the journey was no longer in memory: they change no verdict, and are shown here';

CREATE TABLE IF NOT EXISTS forecasts (
    `section` LowCardinality(String) COMMENT 'section (科室) in charge',
    `service` LowCardinality(String) COMMENT 'service or item category',
    `looked_at` DateTime64(3, '{time_zone}') COMMENT 'when the queue was looked at',
    `known` String COMMENT 'known, or why there is no forecast: too-few-calls, source-silent, part-missing',
    `waiting` UInt32 COMMENT 'people waiting in the queue',
    `promised` Nullable(UInt32) COMMENT 'of those waiting: under a promise, and still in time; empty: no forecast',
    `will_miss` Nullable(UInt32) COMMENT 'of those promised: expected to be late at the pace of now',
    `counters_open` Nullable(UInt32) COMMENT 'counters that serve this queue',
    `counters_needed` Nullable(UInt32) COMMENT 'counters it takes so that no more are late than allowed',
    `warned` Bool COMMENT 'the duty desk has been warned, and it is not over',
    `rule_version` LowCardinality(String) COMMENT 'version of the settings of the forecast',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`section`, `service`);

CREATE OR REPLACE VIEW forecasts_now AS
SELECT `section`, `service`, `looked_at`, `known`, `waiting`, `promised`, `will_miss`, `counters_open`, `counters_needed`, `warned`, `rule_version`, `partition`, `version`
FROM forecasts FINAL;
