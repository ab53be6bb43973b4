CREATE TABLE IF NOT EXISTS events (
    `source` LowCardinality(String) COMMENT 'system that sent the event (CloudEvents source)',
    `id` String COMMENT 'id of the event within its source',
    `type` LowCardinality(String) COMMENT 'event type, as ticket.called',
    `subject` String COMMENT 'journey, or device, the event is about',
    `time` DateTime64(6, '{time_zone}') COMMENT 'when it happened, by the clock of the source',
    `ingest_at` DateTime64(3, '{time_zone}') COMMENT 'when the broker took the record',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `offset` UInt64 COMMENT 'offset of the record in its partition',
    `data` String COMMENT 'the event data object, JSON',
    `earliest` UInt64 MATERIALIZED bitNot(offset) COMMENT 'complement of the offset: the first delivery of an event wins'
)
ENGINE = ReplacingMergeTree(`earliest`)
ORDER BY (`source`, `id`)
PARTITION BY toYYYYMM(`ingest_at`)
TTL toDateTime(`ingest_at`) + toIntervalDay({keep_days});

CREATE TABLE IF NOT EXISTS journeys (
    `journey` String COMMENT 'ticket or chat this row is about',
    `kind` LowCardinality(String) COMMENT 'visit or chat',
    `section` LowCardinality(String) COMMENT 'section (科室) in charge',
    `service` LowCardinality(String) COMMENT 'service or item category',
    `complexity` LowCardinality(String) COMMENT 'general (一般) or complex (复杂) matter',
    `channel` LowCardinality(String) COMMENT 'how the citizen came: appointment, walk-in, direct, online',
    `counter` LowCardinality(String) COMMENT 'counter that served or serves',
    `clerk` LowCardinality(String) COMMENT 'pseudonym of the clerk',
    `end` LowCardinality(String) DEFAULT 'open' COMMENT 'how the journey ended, or open',
    `opened_at` DateTime64(3, '{time_zone}') COMMENT 'earliest milestone: the day this journey belongs to',
    `issued_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'ticket issued',
    `appointment_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'time of the appointment',
    `checked_in_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'citizen checked in',
    `first_called_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'first call to a counter',
    `last_called_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'last call to a counter',
    `session_started_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'terminal session started',
    `identity_check_started_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'identity check started',
    `identity_check_passed_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'identity check passed',
    `materials_submitted_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'materials submitted',
    `served_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'service finished',
    `left_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'citizen left without being served',
    `no_show_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'called and did not come',
    `cancelled_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'cancelled by a clerk',
    `requested_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'citizen asked for a human',
    `assigned_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'first assigned to a clerk',
    `first_reply_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'first visible message written by a human',
    `last_message_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'last message of either side',
    `resolved` Nullable(Bool) COMMENT 'whether the question was resolved; unknown while empty',
    `resolved_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'marked resolved or unresolved',
    `closed_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'chat closed',
    `handed_to` LowCardinality(String) COMMENT 'department a chat was handed to',
    `expired_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'closed by the end of the day',
    `promised_wait_ms` Nullable(Int64) COMMENT 'later of check-in and appointment to first call, ms',
    `first_call_wait_ms` Nullable(Int64) COMMENT 'check-in to first call, ms',
    `last_call_wait_ms` Nullable(Int64) COMMENT 'check-in to last call, ms',
    `start_wait_ms` Nullable(Int64) COMMENT 'check-in to service start, ms',
    `call_to_start_ms` Nullable(Int64) COMMENT 'call to service start, ms: exposes calls made only for the figures',
    `queue_ms` Nullable(Int64) COMMENT 'check-in to first call or to leaving, ms: time spent in the queue',
    `service_ms` Nullable(Int64) COMMENT 'service start to end, ms',
    `filing_ms` Nullable(Int64) COMMENT 'identity check started to materials submitted, ms',
    `filing_estimated` Bool COMMENT 'no terminal events: call to end of service was taken',
    `first_response_ms` Nullable(Int64) COMMENT 'request for a human to first human reply, ms',
    `assigned_response_ms` Nullable(Int64) COMMENT 'assignment to first human reply, ms: fairness to the clerk',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`journey`);

CREATE TABLE IF NOT EXISTS verdicts (
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
    `evidence` Array(String) COMMENT 'ids of the events behind this row',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`promise`, `journey`);

CREATE TABLE IF NOT EXISTS windows (
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
    `answered_sum_ms` Int64 COMMENT 'sum of the answered durations, ms',
    `answered_max_ms` Int64 COMMENT 'longest answered duration, ms',
    `answered_histogram` Map(Int16, UInt32) COMMENT 'answered durations: bucket ceil(log(ms)/log(1.02/0.98)) to count',
    `left_sum_ms` Int64 COMMENT 'sum of the waits of those who left, ms',
    `left_max_ms` Int64 COMMENT 'longest wait of those who left, ms',
    `left_histogram` Map(Int16, UInt32) COMMENT 'waits of those who left, bucketed the same way',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`promise`, `minute_at`, `section`, `service`, `complexity`, `channel`, `off_hours`, `partition`)
PARTITION BY toYYYYMM(`minute_at`);

CREATE TABLE IF NOT EXISTS alerts (
    `alert` String COMMENT 'promise / journey / cycle',
    `promise` LowCardinality(String) COMMENT 'id of the promise judged',
    `journey` String COMMENT 'ticket or chat this row is about',
    `cycle` UInt32 COMMENT 'count of alerts for this promise and journey, from 1',
    `section` LowCardinality(String) COMMENT 'section (科室) in charge',
    `service` LowCardinality(String) COMMENT 'service or item category',
    `complexity` LowCardinality(String) COMMENT 'general (一般) or complex (复杂) matter',
    `channel` LowCardinality(String) COMMENT 'how the citizen came: appointment, walk-in, direct, online',
    `counter` LowCardinality(String) COMMENT 'counter that served or serves',
    `clerk` LowCardinality(String) COMMENT 'pseudonym of the clerk',
    `state` LowCardinality(String) COMMENT 'warned, breached or closed',
    `closed_as` LowCardinality(String) COMMENT 'why the alert is over; empty while open',
    `clause` LowCardinality(String) COMMENT 'clause of the plan the promise is made in',
    `rule_version` LowCardinality(String) COMMENT 'version of the rule it was judged by',
    `limit_ms` Int64 COMMENT 'limit of the promise, ms',
    `started_at` DateTime64(3, '{time_zone}') COMMENT 'when the clock of the promise started',
    `warned_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when the warning threshold passed',
    `breached_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when the limit passed',
    `closed_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'alert closed',
    `over_ms` Int64 COMMENT 'how long past the limit, ms; 0 while or when kept',
    `historical` Bool COMMENT 'found while catching up: recorded, nobody was paged',
    `correction` Bool COMMENT 'opened or closed by evidence that came late',
    `evidence` Array(String) COMMENT 'ids of the events behind this row',
    `partition` UInt32 COMMENT 'partition of the events topic',
    `version` UInt64 COMMENT 'the row with the highest version is the truth'
)
ENGINE = ReplacingMergeTree(`version`)
ORDER BY (`alert`);

CREATE TABLE IF NOT EXISTS dead_letters (
    `topic` LowCardinality(String) COMMENT 'topic the refused record stood in',
    `partition` UInt32 COMMENT 'partition the refused record stood in',
    `offset` UInt64 COMMENT 'offset of the record in its partition',
    `ingest_at` DateTime64(3, '{time_zone}') COMMENT 'when the broker took the record',
    `reason` LowCardinality(String) COMMENT 'class of the refusal',
    `field` LowCardinality(String) COMMENT 'path of the field at fault; empty when the whole record is',
    `detail` String COMMENT 'the refusal in a sentence; values are masked'
)
ENGINE = ReplacingMergeTree()
ORDER BY (`topic`, `partition`, `offset`)
PARTITION BY toYYYYMM(`ingest_at`)
TTL toDateTime(`ingest_at`) + toIntervalDay({keep_days});

CREATE VIEW IF NOT EXISTS events_now AS
SELECT `source`, `id`, `type`, `subject`, `time`, `ingest_at`, `partition`, `offset`, `data`
FROM events FINAL;

CREATE VIEW IF NOT EXISTS journeys_now AS
SELECT `journey`, `kind`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `end`, `opened_at`, `issued_at`, `appointment_at`, `checked_in_at`, `first_called_at`, `last_called_at`, `session_started_at`, `identity_check_started_at`, `identity_check_passed_at`, `materials_submitted_at`, `served_at`, `left_at`, `no_show_at`, `cancelled_at`, `requested_at`, `assigned_at`, `first_reply_at`, `last_message_at`, `resolved`, `resolved_at`, `closed_at`, `handed_to`, `expired_at`, `promised_wait_ms`, `first_call_wait_ms`, `last_call_wait_ms`, `start_wait_ms`, `call_to_start_ms`, `queue_ms`, `service_ms`, `filing_ms`, `filing_estimated`, `first_response_ms`, `assigned_response_ms`, `partition`, `version`
FROM journeys FINAL;

CREATE VIEW IF NOT EXISTS verdicts_now AS
SELECT `promise`, `journey`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `status`, `clause`, `rule_version`, `limit_ms`, `started_at`, `deadline_at`, `ended_at`, `duration_ms`, `over_ms`, `estimated`, `off_hours`, `evidence`, `partition`, `version`
FROM verdicts FINAL
WHERE `status` != 'withdrawn';

CREATE VIEW IF NOT EXISTS windows_now AS
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
    sum(w.`answered_sum_ms`) AS `answered_sum_ms`,
    max(w.`answered_max_ms`) AS `answered_max_ms`,
    sumMap(w.`answered_histogram`) AS `answered_histogram`,
    sum(w.`left_sum_ms`) AS `left_sum_ms`,
    max(w.`left_max_ms`) AS `left_max_ms`,
    sumMap(w.`left_histogram`) AS `left_histogram`
FROM windows AS w FINAL
GROUP BY w.`promise`, w.`minute_at`, w.`section`, w.`service`, w.`complexity`, w.`channel`, w.`off_hours`
HAVING `started` > 0;

CREATE VIEW IF NOT EXISTS alerts_now AS
SELECT `alert`, `promise`, `journey`, `cycle`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `state`, `closed_as`, `clause`, `rule_version`, `limit_ms`, `started_at`, `warned_at`, `breached_at`, `closed_at`, `over_ms`, `historical`, `correction`, `evidence`, `partition`, `version`
FROM alerts FINAL;

CREATE VIEW IF NOT EXISTS dead_letters_now AS
SELECT `topic`, `partition`, `offset`, `ingest_at`, `reason`, `field`, `detail`
FROM dead_letters FINAL;
