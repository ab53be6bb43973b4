ALTER TABLE journeys ADD INDEX IF NOT EXISTS by_asked_at assumeNotNull(coalesce(invited_at, rated_at, opened_at)) TYPE minmax GRANULARITY 1;

ALTER TABLE journeys MATERIALIZE INDEX IF EXISTS by_asked_at;

ALTER TABLE windows MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1;

ALTER TABLE windows ADD COLUMN IF NOT EXISTS `estimated` UInt32 COMMENT 'of those answered: measured from substitute milestones' AFTER `excused`;

ALTER TABLE shadow_windows ADD COLUMN IF NOT EXISTS `estimated` UInt32 COMMENT 'of those answered: measured from substitute milestones' AFTER `excused`;

CREATE OR REPLACE VIEW windows_now AS
SELECT
    w.`promise` AS `promise`,
    w.`minute_at` AS `minute_at`,
    w.`section` AS `section`,
    w.`service` AS `service`,
    w.`complexity` AS `complexity`,
    w.`channel` AS `channel`,
    w.`off_hours` AS `off_hours`,
    sum(w.`started`) AS `started`,
    sum(w.`waiting`) AS `waiting`,
    sum(w.`waiting_late`) AS `waiting_late`,
    sum(w.`kept`) AS `kept`,
    sum(w.`late`) AS `late`,
    sum(w.`measured`) AS `measured`,
    sum(w.`left_mistaken`) AS `left_mistaken`,
    sum(w.`left_in_time`) AS `left_in_time`,
    sum(w.`left_late`) AS `left_late`,
    sum(w.`cancelled`) AS `cancelled`,
    sum(w.`expired`) AS `expired`,
    sum(w.`missed`) AS `missed`,
    sum(w.`provisional`) AS `provisional`,
    sum(w.`excused`) AS `excused`,
    sum(w.`estimated`) AS `estimated`,
    sum(w.`answered_sum_ms`) AS `answered_sum_ms`,
    max(w.`answered_max_ms`) AS `answered_max_ms`,
    sumMap(w.`answered_histogram`) AS `answered_histogram`,
    sum(w.`left_sum_ms`) AS `left_sum_ms`,
    max(w.`left_max_ms`) AS `left_max_ms`,
    sumMap(w.`left_histogram`) AS `left_histogram`
FROM windows AS w FINAL
GROUP BY w.`promise`, w.`minute_at`, w.`section`, w.`service`, w.`complexity`, w.`channel`, w.`off_hours`
HAVING `started` > 0;

CREATE OR REPLACE VIEW history_minutes (
    `promise` LowCardinality(String) COMMENT '承诺编号',
    `minute_at` DateTime64(3, '{time_zone}') COMMENT '时钟在哪一分钟开始',
    `section` LowCardinality(String) COMMENT '负责科室代码',
    `service` LowCardinality(String) COMMENT '事项或业务类别代码',
    `complexity` LowCardinality(String) COMMENT 'general 一般事项，complex 复杂事项',
    `channel` LowCardinality(String) COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `off_hours` Bool COMMENT '服务时间以外提出，单独统计',
    `started` UInt32 COMMENT '这一分钟开始的总数',
    `waiting` UInt32 COMMENT '仍在等候，未超时',
    `waiting_late` UInt32 COMMENT '仍在等候，已超时',
    `kept` UInt32 COMMENT '时限内办理',
    `late` UInt32 COMMENT '超时办理',
    `measured` UInt32 COMMENT '已办理，无时限',
    `left_mistaken` UInt32 COMMENT '两分钟内离开（误取号）',
    `left_in_time` UInt32 COMMENT '时限内离开',
    `left_late` UInt32 COMMENT '超时离开',
    `cancelled` UInt32 COMMENT '工作人员撤销数',
    `expired` UInt32 COMMENT '闭厅时未结数',
    `missed` UInt32 COMMENT '未做到（条件类、比率类）',
    `provisional` UInt32 COMMENT '暂计兑现，回看期内仍可能未兑现',
    `excused` UInt32 COMMENT '未兑现中原因已获认可的数量（当时已知）',
    `estimated` UInt32 COMMENT '已办理者中用时为估算的数量：缺少叫号或终端记录',
    `answered_sum_ms` Int64 COMMENT '已办理者用时之和，毫秒',
    `answered_max_ms` Int64 COMMENT '已办理者最长用时，毫秒',
    `answered_histogram` Map(Int16, UInt32) COMMENT '已办理者用时直方图：对数桶号 → 人数；多行相加用 sumMap',
    `left_sum_ms` Int64 COMMENT '离开者等候之和，毫秒',
    `left_max_ms` Int64 COMMENT '离开者最长等候，毫秒',
    `left_histogram` Map(Int16, UInt32) COMMENT '离开者等候直方图，同上',
    `day` Date COMMENT '哪一天（按表的时区）',
    `p50_s` Nullable(Float64) COMMENT '已办理者用时中位数，秒，误差 2 % 以内；空为无人',
    `p90_s` Nullable(Float64) COMMENT '已办理者用时 P90，秒，误差 2 % 以内；空为无人',
    `p99_s` Nullable(Float64) COMMENT '已办理者用时 P99，秒，误差 2 % 以内；空为无人'
) AS
SELECT `promise`, `minute_at`, `section`, `service`, `complexity`, `channel`, `off_hours`, `started`, `waiting`, `waiting_late`, `kept`, `late`, `measured`, `left_mistaken`, `left_in_time`, `left_late`, `cancelled`, `expired`, `missed`, `provisional`, `excused`, `estimated`, `answered_sum_ms`, `answered_max_ms`, `answered_histogram`, `left_sum_ms`, `left_max_ms`, `left_histogram`, toDate(`minute_at`) AS `day`,
    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted(0.5)', arrayMap(b -> if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000), mapKeys(`answered_histogram`)), mapValues(`answered_histogram`))) AS `p50_s`,
    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted(0.9)', arrayMap(b -> if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000), mapKeys(`answered_histogram`)), mapValues(`answered_histogram`))) AS `p90_s`,
    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted(0.99)', arrayMap(b -> if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000), mapKeys(`answered_histogram`)), mapValues(`answered_histogram`))) AS `p99_s`
FROM windows_now
COMMENT '每分钟每项承诺每类一行，合计各分区；时钟在那一分钟开始者，含仍在等候者';

CREATE OR REPLACE VIEW shadow_windows_now (
    `shadow` LowCardinality(String) COMMENT '影子名称：hallwatch backfill 所取',
    `promise` LowCardinality(String) COMMENT '承诺编号',
    `minute_at` DateTime64(3, '{time_zone}') COMMENT '时钟在哪一分钟开始',
    `section` LowCardinality(String) COMMENT '负责科室代码',
    `service` LowCardinality(String) COMMENT '事项或业务类别代码',
    `complexity` LowCardinality(String) COMMENT 'general 一般事项，complex 复杂事项',
    `channel` LowCardinality(String) COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `off_hours` Bool COMMENT '服务时间以外提出，单独统计',
    `started` UInt32 COMMENT '这一分钟开始的总数',
    `waiting` UInt32 COMMENT '仍在等候，未超时',
    `waiting_late` UInt32 COMMENT '仍在等候，已超时',
    `kept` UInt32 COMMENT '时限内办理',
    `late` UInt32 COMMENT '超时办理',
    `measured` UInt32 COMMENT '已办理，无时限',
    `left_mistaken` UInt32 COMMENT '两分钟内离开（误取号）',
    `left_in_time` UInt32 COMMENT '时限内离开',
    `left_late` UInt32 COMMENT '超时离开',
    `cancelled` UInt32 COMMENT '工作人员撤销数',
    `expired` UInt32 COMMENT '闭厅时未结数',
    `missed` UInt32 COMMENT '未做到（条件类、比率类）',
    `provisional` UInt32 COMMENT '暂计兑现，回看期内仍可能未兑现',
    `excused` UInt32 COMMENT '未兑现中原因已获认可的数量（当时已知）',
    `estimated` UInt32 COMMENT '已办理者中用时为估算的数量：缺少叫号或终端记录',
    `answered_sum_ms` Int64 COMMENT '已办理者用时之和，毫秒',
    `answered_max_ms` Int64 COMMENT '已办理者最长用时，毫秒',
    `answered_histogram` Map(Int16, UInt32) COMMENT '已办理者用时直方图：对数桶号 → 人数；多行相加用 sumMap',
    `left_sum_ms` Int64 COMMENT '离开者等候之和，毫秒',
    `left_max_ms` Int64 COMMENT '离开者最长等候，毫秒',
    `left_histogram` Map(Int16, UInt32) COMMENT '离开者等候直方图，同上',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
) AS
SELECT `shadow`, `promise`, `minute_at`, `section`, `service`, `complexity`, `channel`, `off_hours`, `started`, `waiting`, `waiting_late`, `kept`, `late`, `measured`, `left_mistaken`, `left_in_time`, `left_late`, `cancelled`, `expired`, `missed`, `provisional`, `excused`, `estimated`, `answered_sum_ms`, `answered_max_ms`, `answered_histogram`, `left_sum_ms`, `left_max_ms`, `left_histogram`, `partition`, `version`
FROM shadow_windows FINAL
WHERE (`shadow`, `run`) IN (SELECT `shadow`, `run` FROM shadows FINAL)
    AND `within` AND `started` > 0
COMMENT '影子规则下的每分钟统计，列与 history_minutes 同义；各分区未合计';
