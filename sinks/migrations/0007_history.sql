-- over 300 lines because every column of every view has its comment here, for a server without us.

ALTER TABLE events ADD INDEX IF NOT EXISTS by_type `type` TYPE set(100) GRANULARITY 4;

ALTER TABLE events MATERIALIZE INDEX IF EXISTS by_type;

ALTER TABLE journeys ADD INDEX IF NOT EXISTS by_opened_at `opened_at` TYPE minmax GRANULARITY 1;

ALTER TABLE journeys MATERIALIZE INDEX IF EXISTS by_opened_at;

ALTER TABLE verdicts ADD INDEX IF NOT EXISTS by_started_at `started_at` TYPE minmax GRANULARITY 1;

ALTER TABLE verdicts MATERIALIZE INDEX IF EXISTS by_started_at;

ALTER TABLE alerts ADD INDEX IF NOT EXISTS by_started_at `started_at` TYPE minmax GRANULARITY 1;

ALTER TABLE alerts MATERIALIZE INDEX IF EXISTS by_started_at;

CREATE OR REPLACE VIEW orders_now (
    `number` String COMMENT 'number of the order: ZG-YYYYMMDD-NNN',
    `section` LowCardinality(String) COMMENT 'section (科室) that has to mend it',
    `counter` String COMMENT 'counter it is about; empty: the whole section',
    `promise` String COMMENT 'id of the promise broken',
    `clause` String COMMENT 'clause of the plan the promise is made in',
    `cause` String COMMENT 'the problem, in words',
    `alerts` Array(String) COMMENT 'alerts behind it',
    `state` String COMMENT 'open, assigned, done (not checked yet), moved, unmoved (checked), reopened',
    `opened_at` DateTime64(6, '{time_zone}') COMMENT 'when it was opened first',
    `opened_by` String COMMENT 'who opened it; hallwatch: repeated breaches did',
    `due_at` DateTime64(6, '{time_zone}') COMMENT 'when it has to be done, as last set',
    `assigned_to` String COMMENT 'person it is assigned to; empty: nobody yet',
    `assigned_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT 'when it was last assigned',
    `done_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT 'when it was done, since it was last opened',
    `done_by` String COMMENT 'who said so',
    `measure` String COMMENT 'what was done, in words',
    `rechecked_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT 'when the figures were compared, since it was last done',
    `share_before` Nullable(Float64) COMMENT 'breached of judged, in as many days before it was done as after',
    `share_after` Nullable(Float64) COMMENT 'breached of judged, after it was done',
    `judged` Nullable(UInt32) COMMENT 'how many were judged after it was done',
    `reopened` UInt32 COMMENT 'how often it was opened again',
    `reopened_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT 'when it was last opened again',
    `reopened_reason` String COMMENT 'why, in words'
) AS
WITH
    acts AS (
        SELECT `subject`, `type`, `time`, `data`, (`time`, `source`, `id`) AS key
        FROM events FINAL WHERE startsWith(`type`, 'rectification.')
        SETTINGS use_skip_indexes_if_final_exact_mode = 0
    ),
    begun AS (
        SELECT `subject`, min(key) AS opened_key, argMin(`data`, key) AS opened
        FROM acts WHERE `type` = 'rectification.opened' GROUP BY `subject`
    ),
    rounds AS (
        SELECT b.`subject` AS `subject`, b.opened_key AS opened_key, b.opened AS opened,
            countIf(a.`type` = 'rectification.reopened' AND a.key > b.opened_key) AS reopenings,
            maxIf(a.key, a.`type` = 'rectification.reopened' AND a.key > b.opened_key) AS reopened_key,
            argMaxIf(a.`data`, a.key, a.`type` = 'rectification.reopened' AND a.key > b.opened_key) AS reopened_data,
            countIf(a.`type` = 'rectification.assigned' AND a.key > b.opened_key) AS assignments,
            maxIf(a.key, a.`type` = 'rectification.assigned' AND a.key > b.opened_key) AS assigned_key,
            argMaxIf(a.`data`, a.key, a.`type` = 'rectification.assigned' AND a.key > b.opened_key) AS assigned_data,
            if(reopenings > 0, reopened_key, b.opened_key) AS began_key
        FROM begun AS b INNER JOIN acts AS a ON a.`subject` = b.`subject`
        GROUP BY b.`subject`, b.opened_key, b.opened
    ),
    mended AS (
        SELECT r.`subject` AS `subject`,
            countIf(a.`type` = 'rectification.done' AND a.key > r.began_key) AS times_done,
            maxIf(a.key, a.`type` = 'rectification.done' AND a.key > r.began_key) AS done_key,
            argMaxIf(a.`data`, a.key, a.`type` = 'rectification.done' AND a.key > r.began_key) AS done_data
        FROM rounds AS r INNER JOIN acts AS a ON a.`subject` = r.`subject`
        GROUP BY r.`subject`
    ),
    checked AS (
        SELECT m.`subject` AS `subject`,
            countIf(a.`type` = 'rectification.rechecked' AND m.times_done > 0 AND a.key > m.done_key) AS checks,
            maxIf(a.key, a.`type` = 'rectification.rechecked' AND m.times_done > 0 AND a.key > m.done_key) AS checked_key,
            argMaxIf(a.`data`, a.key, a.`type` = 'rectification.rechecked' AND m.times_done > 0 AND a.key > m.done_key) AS checked_data
        FROM mended AS m INNER JOIN acts AS a ON a.`subject` = m.`subject`
        GROUP BY m.`subject`
    )
SELECT r.`subject` AS `number`,
    JSONExtractString(r.opened, 'section') AS `section`,
    JSONExtractString(r.opened, 'counter') AS `counter`,
    JSONExtractString(r.opened, 'promise') AS `promise`,
    JSONExtractString(r.opened, 'clause') AS `clause`,
    JSONExtractString(r.opened, 'cause') AS `cause`,
    JSONExtract(r.opened, 'alerts', 'Array(String)') AS `alerts`,
    multiIf(
        c.checks > 0 AND JSONExtractBool(c.checked_data, 'moved'), 'moved',
        c.checks > 0, 'unmoved',
        m.times_done > 0, 'done',
        r.reopenings > 0, 'reopened',
        r.assignments > 0, 'assigned',
        'open') AS `state`,
    r.opened_key.1 AS `opened_at`,
    JSONExtractString(r.opened, 'by') AS `opened_by`,
    parseDateTime64BestEffort(JSONExtractString(if(r.reopenings > 0, r.reopened_data, r.opened), 'due'), 6, '{time_zone}') AS `due_at`,
    JSONExtractString(r.assigned_data, 'to') AS `assigned_to`,
    if(r.assignments > 0, r.assigned_key.1, NULL) AS `assigned_at`,
    if(m.times_done > 0, m.done_key.1, NULL) AS `done_at`,
    JSONExtractString(m.done_data, 'by') AS `done_by`,
    JSONExtractString(m.done_data, 'measure') AS `measure`,
    if(c.checks > 0, c.checked_key.1, NULL) AS `rechecked_at`,
    if(c.checks > 0, JSONExtractFloat(c.checked_data, 'before'), NULL) AS `share_before`,
    if(c.checks > 0, JSONExtractFloat(c.checked_data, 'after'), NULL) AS `share_after`,
    if(c.checks > 0, toUInt32(JSONExtractUInt(c.checked_data, 'judged')), NULL) AS `judged`,
    toUInt32(r.reopenings) AS `reopened`,
    if(r.reopenings > 0, r.reopened_key.1, NULL) AS `reopened_at`,
    JSONExtractString(r.reopened_data, 'reason') AS `reopened_reason`
FROM rounds AS r
INNER JOIN mended AS m ON m.`subject` = r.`subject`
INNER JOIN checked AS c ON c.`subject` = r.`subject`
COMMENT 'one row per rectification order (整改单), derived from its rectification.* events: rounds of opened or reopened, done, checked again; streams.audit.orders says the same in Python';

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
            sum(w.`kept`) + sum(w.`provisional`) AS `kept`,
            sum(w.`late`) + sum(w.`left_late`) + sum(w.`waiting_late`) + sum(w.`missed`) AS `broken`
        FROM windows AS w FINAL
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

CREATE OR REPLACE VIEW history_journeys (
    `journey` String COMMENT '编号：取号、会话、办件、热线工单或在岗班次；一项承诺有多个时钟的，后加 #',
    `kind` LowCardinality(String) COMMENT '类别：visit 到厅、chat 线上会话、case 办件、order 热线工单、shift 在岗班次',
    `section` LowCardinality(String) COMMENT '负责科室代码',
    `service` LowCardinality(String) COMMENT '事项或业务类别代码',
    `complexity` LowCardinality(String) COMMENT 'general 一般事项，complex 复杂事项',
    `channel` LowCardinality(String) COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `counter` LowCardinality(String) COMMENT '窗口代码',
    `clerk` LowCardinality(String) COMMENT '工作人员假名',
    `end` LowCardinality(String) COMMENT '如何结束：open 未结、served 办结、left 离开、no-show 过号、cancelled 撤销、closed 关闭、finished 办件办结、signed-off 签退、expired 闭厅时未结',
    `opened_at` DateTime64(3, '{time_zone}') COMMENT '最早的记录时间',
    `issued_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '取号时间',
    `appointment_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '预约时间',
    `checked_in_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '签到时间',
    `first_called_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '首次叫号',
    `last_called_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '最后一次叫号',
    `session_started_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '终端会话开始',
    `identity_check_started_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '身份核验开始',
    `identity_check_passed_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '身份核验通过',
    `materials_submitted_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '材料提交完成',
    `served_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '窗口办理结束',
    `left_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '群众未办离开',
    `no_show_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '叫号未到',
    `cancelled_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '工作人员撤销',
    `requested_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '转人工请求',
    `assigned_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '首次分派给工作人员',
    `first_reply_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '首条人工可见回复',
    `last_message_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '最后一条消息',
    `resolved` Nullable(Bool) COMMENT '是否解决；空为未知',
    `resolved_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '标记解决或未解决的时间',
    `closed_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '会话或热线工单关闭时间',
    `handed_to` LowCardinality(String) COMMENT '会话转交的部门',
    `expired_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '因闭厅而结的时间',
    `promised_wait_ms` Nullable(Int64) COMMENT '承诺等候：签到与预约时间取晚者至首次叫号，毫秒',
    `first_call_wait_ms` Nullable(Int64) COMMENT '签到至首次叫号，毫秒',
    `last_call_wait_ms` Nullable(Int64) COMMENT '签到至最后一次叫号，毫秒',
    `start_wait_ms` Nullable(Int64) COMMENT '签到至开始办理，毫秒',
    `call_to_start_ms` Nullable(Int64) COMMENT '叫号至开始办理，毫秒；过长说明只叫号不办理',
    `queue_ms` Nullable(Int64) COMMENT '排队时间：签到至首次叫号或离开，毫秒',
    `service_ms` Nullable(Int64) COMMENT '开始办理至结束，毫秒',
    `filing_ms` Nullable(Int64) COMMENT '申报：身份核验开始至材料提交，毫秒',
    `filing_estimated` Bool COMMENT '申报时间为估算：无终端记录，取叫号至办理结束',
    `first_response_ms` Nullable(Int64) COMMENT '首次响应：转人工至首条人工回复，毫秒',
    `assigned_response_ms` Nullable(Int64) COMMENT '分派至首条人工回复，毫秒',
    `suspected` Bool COMMENT '存疑：尚未结束，而来源系统失联',
    `department` LowCardinality(String) COMMENT '办件所属部门',
    `applicant` String COMMENT '申请人假名',
    `receiver` LowCardinality(String) COMMENT '收件人假名',
    `approver` LowCardinality(String) COMMENT '审批人假名',
    `accepted_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '受理时间',
    `received_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '收件时间',
    `returned_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '最后一次退件时间',
    `decided_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '最后一次审批时间',
    `finished_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '办结时间',
    `contacted_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '热线首次联系时间',
    `result` LowCardinality(String) COMMENT '办件结果：granted 准予、refused 不予、withdrawn 撤回',
    `tickets` Array(String) COMMENT '办件关联的到厅号：跑了几次',
    `chats` Array(String) COMMENT '办件关联的线上会话',
    `supplements` UInt32 COMMENT '补正次数',
    `deferred` Bool COMMENT '是否容缺受理',
    `invited_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '邀请评价时间',
    `rated_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '最后一次评价时间',
    `stars` Nullable(UInt32) COMMENT '评价星级，1 最差，5 最好',
    `rating_declined` Bool COMMENT '群众不愿评价',
    `rating_failed` Bool COMMENT '评价设备故障，未能邀请',
    `recording` String COMMENT '录音录像的存放位置（非媒体本身）',
    `recorded_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '录音录像开始时间',
    `day` Date COMMENT '哪一天（按表的时区）',
    `hour` UInt8 COMMENT '几点开始，0–23（按表的时区）'
) AS
SELECT `journey`, `kind`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `end`, `opened_at`, `issued_at`, `appointment_at`, `checked_in_at`, `first_called_at`, `last_called_at`, `session_started_at`, `identity_check_started_at`, `identity_check_passed_at`, `materials_submitted_at`, `served_at`, `left_at`, `no_show_at`, `cancelled_at`, `requested_at`, `assigned_at`, `first_reply_at`, `last_message_at`, `resolved`, `resolved_at`, `closed_at`, `handed_to`, `expired_at`, `promised_wait_ms`, `first_call_wait_ms`, `last_call_wait_ms`, `start_wait_ms`, `call_to_start_ms`, `queue_ms`, `service_ms`, `filing_ms`, `filing_estimated`, `first_response_ms`, `assigned_response_ms`, `suspected`, `department`, `applicant`, `receiver`, `approver`, `accepted_at`, `received_at`, `returned_at`, `decided_at`, `finished_at`, `contacted_at`, `result`, `tickets`, `chats`, `supplements`, `deferred`, `invited_at`, `rated_at`, `stars`, `rating_declined`, `rating_failed`, `recording`, `recorded_at`, toDate(`opened_at`) AS `day`, toHour(`opened_at`) AS `hour`
FROM journeys FINAL
COMMENT '每次到厅、会话、办件、热线工单、班次一行，只有最新版本';

CREATE OR REPLACE VIEW history_verdicts (
    `promise` LowCardinality(String) COMMENT '承诺编号',
    `journey` String COMMENT '编号：取号、会话、办件、热线工单或在岗班次；一项承诺有多个时钟的，后加 #',
    `section` LowCardinality(String) COMMENT '负责科室代码',
    `service` LowCardinality(String) COMMENT '事项或业务类别代码',
    `complexity` LowCardinality(String) COMMENT 'general 一般事项，complex 复杂事项',
    `channel` LowCardinality(String) COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `counter` LowCardinality(String) COMMENT '窗口代码',
    `clerk` LowCardinality(String) COMMENT '工作人员假名',
    `status` LowCardinality(String) COMMENT '判定：kept 兑现、provisional 暂计兑现、late 超时办理、left-late 超时离开、waiting-late 超时仍在等、missed 未兑现、waiting 等候中、measured 仅计时、left-in-time 时限内离开、left-mistaken 误取号、cancelled 撤销、expired 闭厅未结',
    `clause` LowCardinality(String) COMMENT '承诺出自方案的哪一条',
    `rule_version` LowCardinality(String) COMMENT '按哪一版规则判定',
    `limit_ms` Nullable(Int64) COMMENT '时限，毫秒；空为无时限',
    `started_at` DateTime64(3, '{time_zone}') COMMENT '时钟开始',
    `deadline_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '到期时间',
    `ended_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '时钟停止；空为仍在走',
    `duration_ms` Nullable(Int64) COMMENT '用时，毫秒',
    `over_ms` Int64 COMMENT '超出时限，毫秒；未超为 0',
    `estimated` Bool COMMENT '用时为估算',
    `off_hours` Bool COMMENT '服务时间以外提出，单独统计',
    `cause` LowCardinality(String) COMMENT '未兑现的已知原因：clerk 人员、system 系统、no-trace 无到厅痕迹等',
    `excused` Bool COMMENT '当时已知的认可；事后的认可见 history_alerts、history_days',
    `evidence` Array(String) COMMENT '依据的事件编号',
    `day` Date COMMENT '哪一天（按表的时区）',
    `hour` UInt8 COMMENT '几点开始，0–23（按表的时区）',
    `judged` Bool COMMENT '计入兑现率：兑现与未兑现之和',
    `kept` Bool COMMENT '兑现（含暂计）',
    `broken` Bool COMMENT '未兑现：超时办理、超时离开、超时仍在等、未做到'
) AS
SELECT `promise`, `journey`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `status`, `clause`, `rule_version`, `limit_ms`, `started_at`, `deadline_at`, `ended_at`, `duration_ms`, `over_ms`, `estimated`, `off_hours`, `cause`, `excused`, `evidence`, toDate(`started_at`) AS `day`, toHour(`started_at`) AS `hour`,
    `kept` OR `broken` AS `judged`, toBool(`status` IN ('kept', 'provisional')) AS `kept`, toBool(`status` IN ('late', 'left-late', 'waiting-late', 'missed')) AS `broken`
FROM verdicts FINAL
WHERE `status` != 'withdrawn'
COMMENT '每个编号每项承诺一行判定，只有最新版本，不含已撤销的判定';

CREATE OR REPLACE VIEW history_alerts (
    `alert` String COMMENT '告警编号：承诺/编号/第几次',
    `promise` LowCardinality(String) COMMENT '承诺编号',
    `journey` String COMMENT '编号：取号、会话、办件、热线工单或在岗班次；一项承诺有多个时钟的，后加 #',
    `cycle` UInt32 COMMENT '同一编号同一承诺的第几次告警',
    `section` LowCardinality(String) COMMENT '负责科室代码',
    `service` LowCardinality(String) COMMENT '事项或业务类别代码',
    `complexity` LowCardinality(String) COMMENT 'general 一般事项，complex 复杂事项',
    `channel` LowCardinality(String) COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `counter` LowCardinality(String) COMMENT '窗口代码',
    `clerk` LowCardinality(String) COMMENT '工作人员假名',
    `state` LowCardinality(String) COMMENT 'warned 预警、breached 超时、closed 已结',
    `closed_as` LowCardinality(String) COMMENT '如何了结：met 兑现、met-late 迟到兑现、never-met 未兑现、retracted 撤回、excused 认可',
    `clause` LowCardinality(String) COMMENT '承诺出自方案的哪一条',
    `rule_version` LowCardinality(String) COMMENT '按哪一版规则判定',
    `limit_ms` Int64 COMMENT '时限，毫秒；空为无时限',
    `started_at` DateTime64(3, '{time_zone}') COMMENT '时钟开始',
    `warned_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '预警时间',
    `breached_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '超时时间',
    `closed_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '告警了结时间',
    `over_ms` Int64 COMMENT '超出时限，毫秒；未超为 0',
    `historical` Bool COMMENT '补读积压时发现，未通知任何人',
    `correction` Bool COMMENT '由迟到的证据开启或了结',
    `suspected` Bool COMMENT '存疑：来源系统失联期间发现，未通知任何人',
    `silenced` Bool COMMENT '静默期间发现，未通知任何人',
    `cause` LowCardinality(String) COMMENT '未兑现的已知原因：clerk 人员、system 系统、no-trace 无到厅痕迹等',
    `kept` UInt32 COMMENT '比率类承诺：当日兑现数',
    `judged` UInt32 COMMENT '比率类承诺：当日判定数',
    `target_permille` UInt32 COMMENT '比率类承诺的目标，千分之几；0 为非比率类',
    `escalated_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '最后一次上报时间',
    `escalation_level` UInt32 COMMENT '上报到第几级；0 为未上报',
    `acknowledged_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '何时有人认领',
    `acknowledged_by` LowCardinality(String) COMMENT '谁认领',
    `excused_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '何时认可原因',
    `excused_by` LowCardinality(String) COMMENT '谁认可',
    `excused_reason` String COMMENT '认可的原因',
    `waiting` UInt32 COMMENT '预测：等候人数',
    `will_miss` UInt32 COMMENT '预测：将超时人数',
    `counters_open` UInt32 COMMENT '预测：已开窗口数',
    `counters_needed` UInt32 COMMENT '预测：需开窗口数',
    `evidence` Array(String) COMMENT '依据的事件编号',
    `day` Date COMMENT '哪一天（按表的时区）',
    `excused` Bool COMMENT '原因已获认可（不改变原始数字）',
    `acknowledged_after_s` Nullable(Int64) COMMENT '超时后多少秒才有人认领；空为无人认领或未超时'
) AS
SELECT `alert`, `promise`, `journey`, `cycle`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `state`, `closed_as`, `clause`, `rule_version`, `limit_ms`, `started_at`, `warned_at`, `breached_at`, `closed_at`, `over_ms`, `historical`, `correction`, `suspected`, `silenced`, `cause`, `kept`, `judged`, `target_permille`, `escalated_at`, `escalation_level`, `acknowledged_at`, `acknowledged_by`, `excused_at`, `excused_by`, `excused_reason`, `waiting`, `will_miss`, `counters_open`, `counters_needed`, `evidence`, toDate(`started_at`) AS `day`, `excused_at` IS NOT NULL AS `excused`,
    dateDiff('second', `breached_at`, `acknowledged_at`) AS `acknowledged_after_s`
FROM alerts_handled
COMMENT '每条告警一行，含事后的认领与认可';

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
SELECT `promise`, `minute_at`, `section`, `service`, `complexity`, `channel`, `off_hours`, `started`, `waiting`, `waiting_late`, `kept`, `late`, `measured`, `left_mistaken`, `left_in_time`, `left_late`, `cancelled`, `expired`, `missed`, `provisional`, `excused`, `answered_sum_ms`, `answered_max_ms`, `answered_histogram`, `left_sum_ms`, `left_max_ms`, `left_histogram`, toDate(`minute_at`) AS `day`,
    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted(0.5)', arrayMap(b -> if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000), mapKeys(`answered_histogram`)), mapValues(`answered_histogram`))) AS `p50_s`,
    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted(0.9)', arrayMap(b -> if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000), mapKeys(`answered_histogram`)), mapValues(`answered_histogram`))) AS `p90_s`,
    if(empty(`answered_histogram`), NULL, arrayReduce('quantileExactWeighted(0.99)', arrayMap(b -> if(b = 0, 0, 2 * pow(1.02 / 0.98, b) / (1.02 / 0.98 + 1) / 1000), mapKeys(`answered_histogram`)), mapValues(`answered_histogram`))) AS `p99_s`
FROM windows_now
COMMENT '每分钟每项承诺每类一行，合计各分区；时钟在那一分钟开始者，含仍在等候者';

CREATE OR REPLACE VIEW history_days (
    `promise` String COMMENT '承诺编号',
    `section` String COMMENT '负责科室代码',
    `day` Date COMMENT '哪一天（按表的时区）',
    `judged` UInt64 COMMENT '判定数：兑现与未兑现之和',
    `kept` UInt64 COMMENT '兑现数（含暂计）',
    `broken` UInt64 COMMENT '未兑现数',
    `excused` UInt64 COMMENT '未兑现中原因已获认可的数量（含事后认可）',
    `share` Nullable(Float64) COMMENT '原始兑现率',
    `share_excused` Nullable(Float64) COMMENT '扣除已认可后的兑现率；与原始兑现率并列，不替代',
    `day_excused` Bool COMMENT '比率类承诺：当日整体获认可'
) AS
SELECT `promise`, `section`, `day`, `judged`, `kept`, `broken`, `excused`, `share`, `share_excused`, `day_excused`
FROM figures_excused
COMMENT '每天每科室每项承诺一行：原始数字与扣除认可后的数字并列；服务时间以外的不计';

CREATE OR REPLACE VIEW history_misses_left (
    `promise` String COMMENT '承诺编号',
    `section` String COMMENT '负责科室代码',
    `day` Date COMMENT '哪一天（按表的时区）',
    `judged` Int64 COMMENT '当日判定数',
    `kept` Int64 COMMENT '当日兑现数（含暂计）',
    `missed` Int64 COMMENT '当日未兑现数（不含已认可）',
    `target` Nullable(Float64) COMMENT '目标兑现率；取自该承诺最近一条比率告警，从未有过告警的为空',
    `misses_left` Nullable(Int64) COMMENT '还可以失几次而不低于目标；负数为已低于目标；目标未知为空'
) AS
WITH
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
WHERE `judged` > 0
COMMENT '比率类承诺每天每科室：还可以失几次而不低于目标';

CREATE OR REPLACE VIEW history_orders (
    `number` String COMMENT '整改单号',
    `section` String COMMENT '负责科室代码',
    `counter` String COMMENT '所涉窗口；空为整个科室',
    `promise` String COMMENT '承诺编号',
    `clause` String COMMENT '承诺出自方案的哪一条',
    `cause` String COMMENT '存在的问题',
    `alerts` Array(String) COMMENT '相关告警',
    `state` String COMMENT 'open 已开、assigned 已派、done 已整改待复核、moved 复核有改善、unmoved 复核无改善、reopened 重开',
    `opened_at` DateTime64(6, '{time_zone}') COMMENT '首次开单时间',
    `opened_by` String COMMENT '开单人；hallwatch 为重复超时自动开单',
    `due_at` DateTime64(6, '{time_zone}') COMMENT '整改期限（最近一次设定）',
    `assigned_to` String COMMENT '责任人',
    `assigned_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT '最近一次派单时间',
    `done_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT '整改完成时间',
    `done_by` String COMMENT '谁报完成',
    `measure` String COMMENT '整改措施',
    `rechecked_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT '复核时间',
    `share_before` Nullable(Float64) COMMENT '整改前未兑现率',
    `share_after` Nullable(Float64) COMMENT '整改后未兑现率',
    `judged` Nullable(UInt32) COMMENT '整改后判定数',
    `reopened` UInt32 COMMENT '重开次数',
    `reopened_at` Nullable(DateTime64(6, '{time_zone}')) COMMENT '最近一次重开时间',
    `reopened_reason` String COMMENT '重开原因'
) AS
SELECT * FROM orders_now
COMMENT '每张整改单一行：整改台账';

CREATE OR REPLACE VIEW history_surveys (
    `survey` String COMMENT '问卷代码',
    `question` String COMMENT '问题代码',
    `answer` UInt32 COMMENT '回答：打分 1–10，问分钟的为分钟数',
    `answered_at` DateTime64(6, '{time_zone}') COMMENT '回答时间',
    `day` Date COMMENT '哪一天（按表的时区）',
    `about` String COMMENT '问的是什么：visit 到厅、chat 会话、case 办件',
    `section` String COMMENT '负责科室代码',
    `journey` String COMMENT '编号：取号、会话、办件、热线工单或在岗班次；一项承诺有多个时钟的，后加 #',
    `known` Bool COMMENT '是否找到所问的编号；否则以下各列为空',
    `service` String COMMENT '事项或业务类别代码',
    `channel` String COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `counter` String COMMENT '窗口代码',
    `clerk` String COMMENT '工作人员假名',
    `end` String COMMENT '如何结束：open 未结、served 办结、left 离开、no-show 过号、cancelled 撤销、closed 关闭、finished 办件办结、signed-off 签退、expired 闭厅时未结',
    `wait_min` Nullable(Float64) COMMENT '实测等候：承诺等候，无则签到至首次叫号，分钟',
    `service_min` Nullable(Float64) COMMENT '实测办理用时，分钟',
    `filing_min` Nullable(Float64) COMMENT '实测申报用时，分钟',
    `response_s` Nullable(Float64) COMMENT '实测首次响应，秒',
    `stars` Nullable(UInt32) COMMENT '评价星级，1 最差，5 最好'
) AS
WITH answered AS (
    SELECT `subject`, `time`, `data`
    FROM events FINAL WHERE `type` = 'survey.answered'
    SETTINGS use_skip_indexes_if_final_exact_mode = 0
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
) AS j ON j.`journey` = a.`subject`
COMMENT '问卷每个回答一行，旁边是同一编号的实测时间';

CREATE TABLE IF NOT EXISTS shadow_verdicts (
    `shadow` LowCardinality(String) COMMENT 'name of the shadow',
    `run` UInt64 COMMENT 'which run of it: when it began, ms',
    `promise` LowCardinality(String) COMMENT 'id of the promise judged',
    `journey` String COMMENT 'ticket or chat this row is about',
    `section` LowCardinality(String) COMMENT 'section (科室) in charge',
    `service` LowCardinality(String) COMMENT 'service or item category',
    `complexity` LowCardinality(String) COMMENT 'general (一般) or complex (复杂) matter',
    `channel` LowCardinality(String) COMMENT 'how the citizen came: appointment, walk-in, direct, online',
    `counter` LowCardinality(String) COMMENT 'counter that served or serves',
    `clerk` LowCardinality(String) COMMENT 'pseudonym of the clerk',
    `status` LowCardinality(String) COMMENT 'the promise to this journey as it stands',
    `clause` LowCardinality(String) COMMENT 'clause of the plan the promise is made in',
    `rule_version` LowCardinality(String) COMMENT 'version of the rule it was judged by',
    `limit_ms` Nullable(Int64) COMMENT 'limit of the promise, ms',
    `started_at` DateTime64(3, '{time_zone}') COMMENT 'when the clock of the promise started',
    `deadline_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when the limit passes',
    `ended_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when the clock stopped; empty while it runs',
    `duration_ms` Nullable(Int64) COMMENT 'measured duration, ms',
    `over_ms` Int64 COMMENT 'how long past the limit, ms; 0 while or when kept',
    `estimated` Bool COMMENT 'measured from substitute milestones',
    `off_hours` Bool COMMENT 'requested outside service hours',
    `cause` LowCardinality(String) COMMENT 'what is known of why it was not kept: clerk, system, no-trace: certain ...',
    `excused` Bool COMMENT 'somebody excused it, by name and with a reason; it overwrites nothing',
    `evidence` Array(String) COMMENT 'ids of the events behind this row',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth',
    `within` Bool COMMENT 'whether its clock started within the span asked for'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`shadow`, `run`, `promise`, `journey`)
PARTITION BY (`shadow`, `run`);

CREATE TABLE IF NOT EXISTS shadow_windows (
    `shadow` LowCardinality(String) COMMENT 'name of the shadow',
    `run` UInt64 COMMENT 'which run of it: when it began, ms',
    `promise` LowCardinality(String) COMMENT 'id of the promise judged',
    `minute_at` DateTime64(3, '{time_zone}') COMMENT 'minute in which the clocks of these journeys started',
    `section` LowCardinality(String) COMMENT 'section (科室) in charge',
    `service` LowCardinality(String) COMMENT 'service or item category',
    `complexity` LowCardinality(String) COMMENT 'general (一般) or complex (复杂) matter',
    `channel` LowCardinality(String) COMMENT 'how the citizen came: appointment, walk-in, direct, online',
    `off_hours` Bool COMMENT 'requested outside service hours',
    `started` UInt32 COMMENT 'journeys of the window, whatever became of them',
    `waiting` UInt32 COMMENT 'still waiting, limit not passed',
    `waiting_late` UInt32 COMMENT 'still waiting, limit passed',
    `kept` UInt32 COMMENT 'answered within the limit',
    `late` UInt32 COMMENT 'answered after the limit',
    `measured` UInt32 COMMENT 'answered; no promise applies',
    `left_mistaken` UInt32 COMMENT 'left within two minutes',
    `left_in_time` UInt32 COMMENT 'left before the limit',
    `left_late` UInt32 COMMENT 'left after the limit',
    `cancelled` UInt32 COMMENT 'cancelled by a clerk',
    `expired` UInt32 COMMENT 'closed by the end of the day',
    `missed` UInt32 COMMENT 'not kept, and nothing will keep it: of conditions and of the cases of a ratio',
    `provisional` UInt32 COMMENT 'kept so far; within the look-back it may still be missed',
    `excused` UInt32 COMMENT 'excused ones among those late, left late, waiting late or missed',
    `answered_sum_ms` Int64 COMMENT 'sum of the answered durations, ms',
    `answered_max_ms` Int64 COMMENT 'longest answered duration, ms',
    `answered_histogram` Map(Int16, UInt32) COMMENT 'answered durations: bucket ceil(log(ms)/log(1.02/0.98)) to count',
    `left_sum_ms` Int64 COMMENT 'sum of the waits of those who left, ms',
    `left_max_ms` Int64 COMMENT 'longest wait of those who left, ms',
    `left_histogram` Map(Int16, UInt32) COMMENT 'waits of those who left, bucketed the same way',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth',
    `within` Bool COMMENT 'whether its clock started within the span asked for'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`shadow`, `run`, `promise`, `minute_at`, `section`, `service`, `complexity`, `channel`, `off_hours`, `partition`)
PARTITION BY (`shadow`, `run`);

CREATE TABLE IF NOT EXISTS shadows (
    `shadow` String COMMENT 'name of the shadow',
    `run` UInt64 COMMENT 'its last run that came to its end: when it began, ms',
    `since` DateTime64(3, '{time_zone}') COMMENT 'clocks that started from here on …',
    `until` DateTime64(3, '{time_zone}') COMMENT '… and before this',
    `as_of` DateTime64(3, '{time_zone}') COMMENT 'the moment it was judged at',
    `rules` String COMMENT 'folder of the rules; empty: the shipped ones',
    `rule_versions` String COMMENT 'versions of each promise in them',
    `events` UInt64 COMMENT 'events read',
    `finished_at` DateTime64(3, 'UTC') COMMENT 'when the run came to its end'
) ENGINE = ReplacingMergeTree(`run`)
ORDER BY (`shadow`);

CREATE OR REPLACE VIEW shadow_verdicts_now (
    `shadow` LowCardinality(String) COMMENT '影子名称：hallwatch backfill 所取',
    `promise` LowCardinality(String) COMMENT '承诺编号',
    `journey` String COMMENT '编号：取号、会话、办件、热线工单或在岗班次；一项承诺有多个时钟的，后加 #',
    `section` LowCardinality(String) COMMENT '负责科室代码',
    `service` LowCardinality(String) COMMENT '事项或业务类别代码',
    `complexity` LowCardinality(String) COMMENT 'general 一般事项，complex 复杂事项',
    `channel` LowCardinality(String) COMMENT '渠道：appointment 预约、walk-in 未预约、direct 直接办理、online 线上；办件为进件渠道',
    `counter` LowCardinality(String) COMMENT '窗口代码',
    `clerk` LowCardinality(String) COMMENT '工作人员假名',
    `status` LowCardinality(String) COMMENT '判定：kept 兑现、provisional 暂计兑现、late 超时办理、left-late 超时离开、waiting-late 超时仍在等、missed 未兑现、waiting 等候中、measured 仅计时、left-in-time 时限内离开、left-mistaken 误取号、cancelled 撤销、expired 闭厅未结',
    `clause` LowCardinality(String) COMMENT '承诺出自方案的哪一条',
    `rule_version` LowCardinality(String) COMMENT '按哪一版规则判定',
    `limit_ms` Nullable(Int64) COMMENT '时限，毫秒；空为无时限',
    `started_at` DateTime64(3, '{time_zone}') COMMENT '时钟开始',
    `deadline_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '到期时间',
    `ended_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT '时钟停止；空为仍在走',
    `duration_ms` Nullable(Int64) COMMENT '用时，毫秒',
    `over_ms` Int64 COMMENT '超出时限，毫秒；未超为 0',
    `estimated` Bool COMMENT '用时为估算',
    `off_hours` Bool COMMENT '服务时间以外提出，单独统计',
    `cause` LowCardinality(String) COMMENT '未兑现的已知原因：clerk 人员、system 系统、no-trace 无到厅痕迹等',
    `excused` Bool COMMENT '当时已知的认可；事后的认可见 history_alerts、history_days',
    `evidence` Array(String) COMMENT '依据的事件编号',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
) AS
SELECT `shadow`, `promise`, `journey`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `status`, `clause`, `rule_version`, `limit_ms`, `started_at`, `deadline_at`, `ended_at`, `duration_ms`, `over_ms`, `estimated`, `off_hours`, `cause`, `excused`, `evidence`, `partition`, `version`
FROM shadow_verdicts FINAL
WHERE (`shadow`, `run`) IN (SELECT `shadow`, `run` FROM shadows FINAL)
    AND `within` AND `status` != 'withdrawn'
COMMENT '影子规则下的判定，列与 history_verdicts 同义；一个影子名称一套';

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
    `answered_sum_ms` Int64 COMMENT '已办理者用时之和，毫秒',
    `answered_max_ms` Int64 COMMENT '已办理者最长用时，毫秒',
    `answered_histogram` Map(Int16, UInt32) COMMENT '已办理者用时直方图：对数桶号 → 人数；多行相加用 sumMap',
    `left_sum_ms` Int64 COMMENT '离开者等候之和，毫秒',
    `left_max_ms` Int64 COMMENT '离开者最长等候，毫秒',
    `left_histogram` Map(Int16, UInt32) COMMENT '离开者等候直方图，同上',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
) AS
SELECT `shadow`, `promise`, `minute_at`, `section`, `service`, `complexity`, `channel`, `off_hours`, `started`, `waiting`, `waiting_late`, `kept`, `late`, `measured`, `left_mistaken`, `left_in_time`, `left_late`, `cancelled`, `expired`, `missed`, `provisional`, `excused`, `answered_sum_ms`, `answered_max_ms`, `answered_histogram`, `left_sum_ms`, `left_max_ms`, `left_histogram`, `partition`, `version`
FROM shadow_windows FINAL
WHERE (`shadow`, `run`) IN (SELECT `shadow`, `run` FROM shadows FINAL)
    AND `within` AND `started` > 0
COMMENT '影子规则下的每分钟统计，列与 history_minutes 同义；各分区未合计';
