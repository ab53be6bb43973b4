ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `department` LowCardinality(String) COMMENT 'department (部门) in charge of a case' AFTER `suspected`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `applicant` String COMMENT 'pseudonym of the applicant (申请人)' AFTER `department`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `receiver` LowCardinality(String) COMMENT 'pseudonym of who took the case (收件人)' AFTER `applicant`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `approver` LowCardinality(String) COMMENT 'pseudonym of who decided the case (审批人)' AFTER `receiver`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `accepted_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'case accepted (受理)' AFTER `approver`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `received_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'case received (收件)' AFTER `accepted_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `returned_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'case returned (退件), the last time' AFTER `received_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `decided_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'case decided (审批), the last time' AFTER `returned_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `finished_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'case finished (办结)' AFTER `decided_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `contacted_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'caller of a hotline order contacted' AFTER `finished_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `result` LowCardinality(String) COMMENT 'result of a case: granted, refused, withdrawn' AFTER `contacted_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `tickets` Array(String) COMMENT 'tickets a case is linked to: its visits' AFTER `result`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `chats` Array(String) COMMENT 'assistance chats a case is linked to' AFTER `tickets`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `supplements` UInt32 COMMENT 'materials asked for afterwards (补正)' AFTER `chats`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `deferred` Bool COMMENT 'accepted although something was missing (容缺受理)' AFTER `supplements`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `invited_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'citizen invited to rate' AFTER `deferred`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `rated_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'citizen rated, the last time' AFTER `invited_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `stars` Nullable(UInt32) COMMENT '1 (worst) to 5 (best)' AFTER `rated_at`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `rating_declined` Bool COMMENT 'the citizen did not want to rate' AFTER `stars`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `rating_failed` Bool COMMENT 'the rating device was out of order' AFTER `rating_declined`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `recording` String COMMENT 'pointer to the recording of the session, never media' AFTER `rating_failed`;
ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `recorded_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'recording started' AFTER `recording`;

CREATE OR REPLACE VIEW journeys_now AS
SELECT `journey`, `kind`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `end`, `opened_at`, `issued_at`, `appointment_at`, `checked_in_at`, `first_called_at`, `last_called_at`, `session_started_at`, `identity_check_started_at`, `identity_check_passed_at`, `materials_submitted_at`, `served_at`, `left_at`, `no_show_at`, `cancelled_at`, `requested_at`, `assigned_at`, `first_reply_at`, `last_message_at`, `resolved`, `resolved_at`, `closed_at`, `handed_to`, `expired_at`, `promised_wait_ms`, `first_call_wait_ms`, `last_call_wait_ms`, `start_wait_ms`, `call_to_start_ms`, `queue_ms`, `service_ms`, `filing_ms`, `filing_estimated`, `first_response_ms`, `assigned_response_ms`, `suspected`, `department`, `applicant`, `receiver`, `approver`, `accepted_at`, `received_at`, `returned_at`, `decided_at`, `finished_at`, `contacted_at`, `result`, `tickets`, `chats`, `supplements`, `deferred`, `invited_at`, `rated_at`, `stars`, `rating_declined`, `rating_failed`, `recording`, `recorded_at`, `partition`, `version`
FROM journeys FINAL;

ALTER TABLE verdicts ADD COLUMN IF NOT EXISTS `cause` LowCardinality(String) COMMENT 'what is known of why it was not kept: clerk, system, no-trace: certain ...' AFTER `off_hours`;
ALTER TABLE verdicts ADD COLUMN IF NOT EXISTS `excused` Bool COMMENT 'somebody excused it, by name and with a reason; it overwrites nothing' AFTER `cause`;

CREATE OR REPLACE VIEW verdicts_now AS
SELECT `promise`, `journey`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `status`, `clause`, `rule_version`, `limit_ms`, `started_at`, `deadline_at`, `ended_at`, `duration_ms`, `over_ms`, `estimated`, `off_hours`, `cause`, `excused`, `evidence`, `partition`, `version`
FROM verdicts FINAL
WHERE `status` != 'withdrawn';

ALTER TABLE windows ADD COLUMN IF NOT EXISTS `missed` UInt32 COMMENT 'not kept, and nothing will keep it: of conditions and of the cases of a ratio' AFTER `expired`;
ALTER TABLE windows ADD COLUMN IF NOT EXISTS `provisional` UInt32 COMMENT 'kept so far; within the look-back it may still be missed' AFTER `missed`;
ALTER TABLE windows ADD COLUMN IF NOT EXISTS `excused` UInt32 COMMENT 'excused ones among those late, left late, waiting late or missed' AFTER `provisional`;

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
    sum(w.`answered_sum_ms`) AS `answered_sum_ms`,
    max(w.`answered_max_ms`) AS `answered_max_ms`,
    sumMap(w.`answered_histogram`) AS `answered_histogram`,
    sum(w.`left_sum_ms`) AS `left_sum_ms`,
    max(w.`left_max_ms`) AS `left_max_ms`,
    sumMap(w.`left_histogram`) AS `left_histogram`
FROM windows AS w FINAL
GROUP BY w.`promise`, w.`minute_at`, w.`section`, w.`service`, w.`complexity`, w.`channel`, w.`off_hours`
HAVING `started` > 0;

ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `silenced` Bool COMMENT 'found while somebody had it silenced: recorded, nobody was paged' AFTER `suspected`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `cause` LowCardinality(String) COMMENT 'what is known of why it was not kept: clerk, system, no-trace: certain ...' AFTER `silenced`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `kept` UInt32 COMMENT 'of the day of a section under a ratio promise: how many were kept' AFTER `cause`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `judged` UInt32 COMMENT 'of the day of a section under a ratio promise: how many were judged' AFTER `kept`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `target_permille` UInt32 COMMENT 'promised share of the day of a section, per mille; 0: no ratio' AFTER `judged`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `escalated_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when it was last told further up' AFTER `target_permille`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `escalation_level` UInt32 COMMENT 'how far up the chain it was told; 0: not at all' AFTER `escalated_at`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `acknowledged_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when somebody acknowledged it' AFTER `escalation_level`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `acknowledged_by` LowCardinality(String) COMMENT 'who acknowledged it, of the org chart' AFTER `acknowledged_at`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `excused_at` Nullable(DateTime64(3, '{time_zone}')) COMMENT 'when it was excused' AFTER `acknowledged_by`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `excused_by` LowCardinality(String) COMMENT 'who excused it, of the org chart' AFTER `excused_at`;
ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `excused_reason` String COMMENT 'why it was excused' AFTER `excused_by`;

CREATE OR REPLACE VIEW alerts_now AS
SELECT `alert`, `promise`, `journey`, `cycle`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `state`, `closed_as`, `clause`, `rule_version`, `limit_ms`, `started_at`, `warned_at`, `breached_at`, `closed_at`, `over_ms`, `historical`, `correction`, `suspected`, `silenced`, `cause`, `kept`, `judged`, `target_permille`, `escalated_at`, `escalation_level`, `acknowledged_at`, `acknowledged_by`, `excused_at`, `excused_by`, `excused_reason`, `evidence`, `partition`, `version`
FROM alerts FINAL;
