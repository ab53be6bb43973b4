ALTER TABLE journeys ADD COLUMN IF NOT EXISTS `suspected` Bool COMMENT 'open, and its source is silent' AFTER `assigned_response_ms`;

CREATE OR REPLACE VIEW journeys_now AS
SELECT `journey`, `kind`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `end`, `opened_at`, `issued_at`, `appointment_at`, `checked_in_at`, `first_called_at`, `last_called_at`, `session_started_at`, `identity_check_started_at`, `identity_check_passed_at`, `materials_submitted_at`, `served_at`, `left_at`, `no_show_at`, `cancelled_at`, `requested_at`, `assigned_at`, `first_reply_at`, `last_message_at`, `resolved`, `resolved_at`, `closed_at`, `handed_to`, `expired_at`, `promised_wait_ms`, `first_call_wait_ms`, `last_call_wait_ms`, `start_wait_ms`, `call_to_start_ms`, `queue_ms`, `service_ms`, `filing_ms`, `filing_estimated`, `first_response_ms`, `assigned_response_ms`, `suspected`, `partition`, `version`
FROM journeys FINAL;

ALTER TABLE alerts ADD COLUMN IF NOT EXISTS `suspected` Bool COMMENT 'found while its source is silent: recorded, nobody was paged' AFTER `correction`;

CREATE OR REPLACE VIEW alerts_now AS
SELECT `alert`, `promise`, `journey`, `cycle`, `section`, `service`, `complexity`, `channel`, `counter`, `clerk`, `state`, `closed_as`, `clause`, `rule_version`, `limit_ms`, `started_at`, `warned_at`, `breached_at`, `closed_at`, `over_ms`, `historical`, `correction`, `suspected`, `evidence`, `partition`, `version`
FROM alerts FINAL;
