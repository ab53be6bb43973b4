ALTER TABLE events MODIFY TTL toDateTime(`ingest_at`) + toIntervalDay({keep_days}) DELETE WHERE NOT startsWith(`type`, 'rectification.');

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
        FROM events_now WHERE startsWith(`type`, 'rectification.')
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
