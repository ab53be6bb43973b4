"""The invented rows in SQL: `{seed}`, `{first}`, `{count}` and the like are filled in by `fill`.

Owns the figures of the invented hall: who waits how long, who leaves, what is promised. Every
number is drawn from a hash of the journey's number and the seed. Invariant: nothing later than
`{now}` is known of any journey.
"""


def _u(k: int) -> str:
    """The k-th number of a journey, in (0, 1)."""
    return f"((cityHash64(n, {k}, {{seed}}) % 1000003 + 0.5) / 1000003)"


def _at(name: str) -> str:
    """A column of milliseconds as a moment; NULL where it is not known, or not yet."""
    at = f"fromUnixTimestamp64Milli(assumeNotNull({name}))"
    return f"if({name} IS NULL OR {name} > {{now}}, NULL, {at})"


_DRAWN = f"""
    SELECT number AS n, intDiv(n, {{a_day}}) AS day_no,
        toDate('{{monday}}') + 7 * intDiv(day_no, 5) + day_no % 5 AS day,
        toUnixTimestamp(toDateTime(day, 'Asia/Shanghai')) * 1000 AS midnight,
        multiIf({_u(1)} < 0.68, 'visit', {_u(1)} < 0.90, 'chat', {_u(1)} < 0.985, 'case', 'order')
            AS what,
        toUInt8(1 + floor(24 * {_u(2)} * {_u(2)})) AS section_no,
        toUInt8(1 + floor(6 * {_u(3)})) AS counter_no,
        toUInt8(1 + floor(12 * {_u(4)})) AS clerk_no,
        multiIf(what = 'chat', 'online', what != 'visit', '', {_u(5)} < 0.35, 'appointment',
            'walk-in') AS channel,
        if({_u(6)} < 0.25, 'complex', 'general') AS complexity,
        midnight + toInt64(if({_u(7)} < 0.6, 32400000 + 10800000 * ({_u(8)} + {_u(9)}) / 2,
            48600000 + 12600000 * ({_u(8)} + {_u(9)}) / 2)) AS opened,
        {_u(10)} AS luck, {_u(11)} AS more_luck, {_u(12)} AS patience
    FROM numbers({{first}}, {{count}})"""

#: Waits of visits and the other spans, in ms from `opened` on.
_MILESTONES = f"""
    SELECT *,
        toInt64(-log(luck) * if(complexity = 'complex', 480000, 240000)) AS wait,
        what = 'visit' AND wait > 60000 AND patience < 0.04 AS leaves,
        toInt64(90000 - log(more_luck) * 420000) AS filing,
        what = 'visit' AND NOT leaves AND {_u(13)} < 0.55 AS files,
        toInt64(-log(luck) * 22000) AS reply,
        toNullable(opened + wait) AS called,
        opened + wait + 30000 AS identity,
        opened + wait + 30000 + filing AS submitted,
        opened + wait + 60000 + filing + toInt64(300000 * {_u(14)}) AS served,
        opened + toInt64(86400000 * 12 * more_luck * more_luck) AS finished
    FROM ({_DRAWN})"""

JOURNEYS = f"""
INSERT INTO journeys (journey, kind, section, service, complexity, channel, counter, clerk, end,
    opened_at, issued_at, appointment_at, checked_in_at, first_called_at, last_called_at,
    identity_check_started_at, materials_submitted_at, served_at, left_at, requested_at,
    first_reply_at, resolved, resolved_at, closed_at, promised_wait_ms, first_call_wait_ms,
    queue_ms, filing_ms, filing_estimated, first_response_ms, department, applicant, receiver,
    approver, accepted_at, decided_at, finished_at, contacted_at, result, tickets, supplements,
    invited_at, rated_at, stars, partition, version)
WITH what = 'visit' AS v, what = 'chat' AS c, what = 'case' AS k, what = 'order' AS o,
    v AND NOT leaves AND called <= {{now}} AS was_called,
    multiIf(v AND leaves AND opened + wait <= {{now}}, 'left',
        v AND was_called AND served <= {{now}}, 'served',
        c AND opened + reply + 300000 <= {{now}}, 'closed',
        (k OR o) AND finished <= {{now}}, if(k, 'finished', 'closed'), 'open') AS ended
SELECT
    concat(formatDateTime(day, '%Y%m%d'), multiIf(v, '-A', c, '-C', k, '-K', '-H'),
        leftPad(toString(n % {{a_day}}), 6, '0')),
    what, concat('S', leftPad(toString(section_no), 2, '0')),
    concat('item-', toString(cityHash64(n, 'item', {{seed}}) % 60)),
    if(v OR o, complexity, ''), channel,
    if(was_called, concat('C', toString(section_no * 100 + counter_no)), ''),
    if(was_called OR c, concat('clerk-', toString(section_no * 100 + clerk_no)), ''),
    ended, fromUnixTimestamp64Milli(opened),
    if(v, fromUnixTimestamp64Milli(opened - 60000), NULL),
    if(v AND channel = 'appointment', fromUnixTimestamp64Milli(opened), NULL),
    if(v, fromUnixTimestamp64Milli(opened), NULL),
    if(was_called, {_at("called")}, NULL), if(was_called, {_at("called")}, NULL),
    if(was_called AND files, {_at("identity")}, NULL),
    if(was_called AND files, {_at("submitted")}, NULL),
    if(was_called, {_at("served")}, NULL),
    if(v AND leaves, {_at("called")}, NULL),
    if(c, fromUnixTimestamp64Milli(opened), NULL),
    if(c, {_at("(opened + reply)")}, NULL),
    if(c AND ended = 'closed', toNullable(patience < 0.93), NULL),
    if(c AND ended = 'closed', fromUnixTimestamp64Milli(opened + reply + 240000), NULL),
    if((c OR o) AND ended = 'closed',
        fromUnixTimestamp64Milli(if(c, opened + reply + 300000, finished)), NULL),
    if(was_called, toNullable(wait), NULL), if(was_called, toNullable(wait), NULL),
    if(was_called OR ended = 'left', toNullable(wait), NULL),
    if(was_called AND files AND submitted <= {{now}}, toNullable(filing), NULL),
    was_called AND files AND submitted <= {{now}} AND section_no % 8 = 0,
    if(c AND opened + reply <= {{now}}, toNullable(reply), NULL),
    if(k, concat('D-', leftPad(toString(section_no), 2, '0')), ''),
    if(k, concat('p', toString(cityHash64(n, 'p', {{seed}}) % 300000), 'x'), ''),
    if(k, concat('clerk-', toString(section_no * 100 + clerk_no)), ''),
    if(k AND ended = 'finished', concat('approver-', toString(section_no * 10 + clerk_no % 4)), ''),
    if(k, fromUnixTimestamp64Milli(opened), NULL),
    if(k AND ended = 'finished', fromUnixTimestamp64Milli(finished - 60000), NULL),
    if(k AND ended = 'finished', fromUnixTimestamp64Milli(finished), NULL),
    if(o, {_at("(opened + 7200000)")}, NULL),
    if(k AND ended = 'finished', if(luck < 0.04, 'refused', 'granted'), ''),
    if(k, arrayMap(i -> concat(formatDateTime(day, '%Y%m%d'), '-A',
        leftPad(toString((n + i) % {{a_day}}), 6, '0')),
        range(1 + (patience < 0.12) + (patience < 0.03))), []),
    if(k, toUInt32(patience < 0.15), 0),
    if(k AND ended = 'finished', {_at("(finished + 60000)")}, NULL),
    if((k OR v) AND ended IN ('finished', 'served') AND luck < 0.5, fromUnixTimestamp64Milli(
        least(if(k, finished, served) + 120000, {{now}})), NULL),
    if((k OR v) AND ended IN ('finished', 'served') AND luck < 0.5, toNullable(toUInt32(
        5 - (more_luck < 0.2) - (more_luck < 0.05) - (more_luck < 0.02))), NULL),
    n % 4, {{version}}
FROM ({_MILESTONES})
WHERE opened <= {{now}}"""

#: Of the journeys of one insert: each promise its kind is under, with start, stop and limit.
_CLOCKS = """
    arrayFilter(one -> one.2 IS NOT NULL, [
        (multiIf(kind != 'visit', '', channel = 'walk-in', 'walk-in-wait', complexity = 'complex',
            'appointment-wait-complex', 'appointment-wait-general'),
            if(kind = 'visit', checked_in_at, NULL), coalesce(first_called_at, left_at),
            multiIf(channel = 'walk-in', NULL, complexity = 'complex', 1800000, 600000)),
        ('counter-filing', identity_check_started_at, materials_submitted_at, toNullable(1200000)),
        ('session-recorded', materials_submitted_at,
            if(version > 0, materials_submitted_at + INTERVAL 2 SECOND, NULL), toNullable(600000)),
        ('online-first-response', if(kind = 'chat', requested_at, NULL), first_reply_at,
            toNullable(60000)),
        ('online-resolution-rate', if(kind = 'chat', closed_at, NULL), closed_at, NULL),
        ('one-visit', if(kind = 'case', finished_at, NULL), finished_at, NULL),
        ('rating-invited', if(kind = 'case', finished_at, NULL), invited_at, toNullable(86400000)),
        ('hotline-contact', if(kind = 'order', opened_at, NULL), contacted_at, toNullable(86400000))
    ])"""

VERDICTS = f"""
INSERT INTO verdicts (promise, journey, section, service, complexity, channel, counter, clerk,
    status, clause, rule_version, limit_ms, started_at, deadline_at, ended_at, duration_ms, over_ms,
    estimated, cause, excused, evidence, partition, version)
SELECT clock.1 AS promise, journey, section, service, complexity, channel,
    if(clock.3 IS NULL, '', counter), if(clock.3 IS NULL, '', clerk),
    multiIf(promise = 'online-resolution-rate', if(assumeNotNull(resolved), 'kept', 'missed'),
        promise = 'one-visit', multiIf(length(tickets) > 1, 'missed',
            started > fromUnixTimestamp64Milli({{now}}) - INTERVAL 30 DAY, 'provisional', 'kept'),
        clock.3 IS NULL, if(lasted > limit, 'waiting-late', 'waiting'),
        end = 'left' AND promise LIKE '%wait%', if(lasted > limit, 'left-late', 'left-in-time'),
        clock.4 IS NULL, 'measured', lasted > limit, 'late', 'kept') AS status,
    '四（二）1', '2022-10-14', clock.4, assumeNotNull(clock.2) AS started,
    started + toIntervalMillisecond(clock.4),
    clock.3, if(clock.3 IS NULL, NULL, toNullable(lasted)),
    if(clock.3 IS NULL, 0, greatest(0, lasted - limit)),
    promise = 'counter-filing' AND filing_estimated,
    if(promise = 'one-visit' AND status = 'missed',
        if(cityHash64(journey) % 2 = 0, 'clerk', 'system'), ''),
    status IN ('late', 'left-late', 'missed') AND cityHash64(journey, 'excuse') % 50 = 0,
    [concat(journey, '/1'), concat(journey, '/3')], partition, version
FROM (
    SELECT *, arrayJoin({_CLOCKS}) AS clock,
        dateDiff('millisecond', assumeNotNull(clock.2),
            ifNull(clock.3, fromUnixTimestamp64Milli({{now}}))) AS lasted,
        ifNull(clock.4, 9223372036854775807) AS limit
    FROM journeys
    WHERE opened_at >= toDateTime64({{since}}, 3, 'Asia/Shanghai')
        AND opened_at < toDateTime64({{since}} + {{days}}, 3, 'Asia/Shanghai')
        AND version = {{version}}
)"""

#: A bucket of the log histogram, as `streams.core.histogram` has it.
_BUCKET = "toInt16(ceil(log(greatest(duration_ms, 1)) / log(1.02 / 0.98)))"
_ANSWERED = "status IN ('kept', 'late', 'measured', 'provisional')"
_LEFT = "status IN ('left-late', 'left-in-time')"

WINDOWS = f"""
INSERT INTO windows (promise, minute_at, section, service, complexity, channel, off_hours, started,
    waiting, waiting_late, kept, late, measured, left_in_time, left_late, missed, provisional,
    excused, estimated, answered_sum_ms, answered_max_ms, answered_histogram, left_sum_ms,
    left_max_ms, left_histogram, partition, version)
SELECT promise, toStartOfMinute(started_at) AS minute, section, service, complexity, channel,
    off_hours, count(), countIf(status = 'waiting'), countIf(status = 'waiting-late'),
    countIf(status = 'kept'), countIf(status = 'late'), countIf(status = 'measured'),
    countIf(status = 'left-in-time'), countIf(status = 'left-late'), countIf(status = 'missed'),
    countIf(status = 'provisional'), countIf(excused), countIf(estimated),
    sumIf(ifNull(duration_ms, 0), {_ANSWERED}), maxIf(ifNull(duration_ms, 0), {_ANSWERED}),
    sumMapIf(map(assumeNotNull({_BUCKET}), toUInt32(1)), {_ANSWERED} AND duration_ms IS NOT NULL),
    sumIf(ifNull(duration_ms, 0), {_LEFT}), maxIf(ifNull(duration_ms, 0), {_LEFT}),
    sumMapIf(map(assumeNotNull({_BUCKET}), toUInt32(1)), {_LEFT} AND duration_ms IS NOT NULL),
    partition, {{version}}
FROM verdicts
WHERE started_at >= toDateTime64({{since}}, 3, 'Asia/Shanghai')
    AND started_at < toDateTime64({{since}} + {{days}}, 3, 'Asia/Shanghai')
    AND version = {{version}}
GROUP BY promise, minute, section, service, complexity, channel, off_hours, partition"""

ALERTS = """
INSERT INTO alerts (alert, promise, journey, cycle, section, service, complexity, channel, counter,
    clerk, state, closed_as, clause, rule_version, limit_ms, started_at, warned_at, breached_at,
    closed_at, over_ms, cause, acknowledged_at, acknowledged_by, excused_at, excused_by,
    excused_reason, evidence, partition, version)
SELECT concat(promise, '/', journey, '/1'), promise, journey, 1, section, service, complexity,
    channel, counter, clerk,
    multiIf(status = 'waiting', 'warned', status = 'waiting-late', 'breached', 'closed') AS state,
    multiIf(state != 'closed', '', excused, 'excused',
        status IN ('kept', 'left-in-time'), 'met',
        status = 'left-late', 'never-met', 'met-late'),
    clause, rule_version, assumeNotNull(limit_ms), started_at,
    started_at + toIntervalMillisecond(intDiv(limit_ms * 3, 4)),
    if(status IN ('late', 'left-late', 'waiting-late'), deadline_at, NULL), ended_at,
    over_ms, cause,
    if(status IN ('kept', 'left-in-time') OR cityHash64(journey, 'ack') % 3 = 0, NULL,
        deadline_at + INTERVAL 4 MINUTE),
    if(status IN ('kept', 'left-in-time') OR cityHash64(journey, 'ack') % 3 = 0, '',
        concat('chief-', section)),
    if(excused, deadline_at + INTERVAL 1 HOUR, NULL), if(excused, concat('chief-', section), ''),
    if(excused, '停电', ''), evidence, partition, version
FROM verdicts
WHERE started_at >= toDateTime64({since}, 3, 'Asia/Shanghai')
    AND started_at < toDateTime64({since} + {days}, 3, 'Asia/Shanghai') AND version = {version}
    AND limit_ms IS NOT NULL
    AND ifNull(duration_ms, dateDiff('millisecond', started_at, fromUnixTimestamp64Milli({now})))
        > limit_ms * 0.75"""

#: Eight events a visit, fewer of the others: type and how long after the beginning.
EVENTS = """
INSERT INTO events (source, id, type, subject, time, ingest_at, partition, offset, data)
WITH multiIf(kind = 'visit', [('ticket.issued', 0), ('ticket.checked-in', 1),
        ('ticket.called', 300), ('terminal.identity-check-started', 330),
        ('terminal.materials-submitted', 700),
        ('ticket.served', 800), ('rating.invited', 801), ('rating.rated', 830)],
    kind = 'chat', [('assist.requested', 0), ('assist.assigned', 5), ('assist.message', 22),
        ('assist.message', 60), ('assist.resolved', 200), ('assist.closed', 210)],
    kind = 'case', [('case.accepted', 0), ('case.received', 10), ('case.decided', 600),
        ('case.finished', 700)],
    [('hotline.received', 0), ('hotline.contacted', 600)]) AS told
SELECT concat('/hall/', splitByChar('.', told[i].1)[1]), concat(journey, '/', toString(i)),
    told[i].1, journey, opened_at + told[i].2, opened_at + told[i].2 + INTERVAL 1 SECOND, partition,
    toUInt64(toUnixTimestamp64Milli(opened_at) * 10 + i),
    concat('{{"section":"', section, '","counter":"', counter, '","clerk":"', clerk, '"}}')
FROM journeys ARRAY JOIN arrayEnumerate(told) AS i
WHERE opened_at >= toDateTime64({since}, 3, 'Asia/Shanghai')
    AND opened_at < toDateTime64({since} + {days}, 3, 'Asia/Shanghai') AND version = {version}
    AND opened_at + told[i].2 < fromUnixTimestamp64Milli({now})"""

#: Who acknowledged and excused what, as the acts that were entered.
ACTS = """
INSERT INTO events (source, id, type, subject, time, ingest_at, partition, offset, data)
SELECT 'hallwatch/acts', concat(alert, '/', act), concat('alert.', act), journey, moment, moment,
    partition, toUInt64(toUnixTimestamp64Milli(moment)),
    concat('{{"section":"', section, '","alert":"', alert, '","by":"chief-', section, '"',
        if(act = 'excused', ',"reason":"停电"', ''), '}}')
FROM (
    SELECT *, arrayJoin(arrayFilter(one -> one.2 IS NOT NULL,
        [('acknowledged', acknowledged_at), ('excused', excused_at)])) AS done,
        done.1 AS act, assumeNotNull(done.2) AS moment
    FROM alerts
    WHERE started_at >= toDateTime64({since}, 3, 'Asia/Shanghai')
        AND started_at < toDateTime64({since} + {days}, 3, 'Asia/Shanghai') AND version = {version}
)"""

SURVEYS = """
INSERT INTO events (source, id, type, subject, time, ingest_at, partition, offset, data)
SELECT '/hall/survey', concat('survey/', journey), 'survey.answered', journey,
    opened_at + INTERVAL 1 HOUR, opened_at + INTERVAL 1 HOUR, partition,
    toUInt64(toUnixTimestamp64Milli(opened_at) * 10 + 9),
    concat('{{"section":"', section, '","about":"visit","survey":"exit-poll",',
        '"answers":{{"overall":', toString(1 + cityHash64(journey) % 10), ',"waited-minutes":',
        toString(intDiv(ifNull(promised_wait_ms, 0), 60000)), '}}}}')
FROM journeys
WHERE opened_at >= toDateTime64({since}, 3, 'Asia/Shanghai')
    AND opened_at < toDateTime64({since} + {days}, 3, 'Asia/Shanghai') AND version = {version}
    AND kind = 'visit' AND cityHash64(journey, 'survey') % 50 = 0
    AND opened_at + INTERVAL 1 HOUR < fromUnixTimestamp64Milli({now})"""

#: One order a section every eight weeks: opened, assigned, done.
ORDERS = """
INSERT INTO events (source, id, type, subject, time, ingest_at, partition, offset, data)
WITH ['opened', 'assigned', 'done'] AS told
SELECT 'hallwatch/orders',
    concat('ZG-', toString({since}), '-', toString(number), '/', toString(i)),
    concat('rectification.', told[i]),
    concat('ZG-', formatDateTime({since}, '%Y%m%d'), '-', leftPad(toString(number), 3, '0')),
    toDateTime64({since}, 3, 'Asia/Shanghai') + 36000 + i * 86400 AS moment, moment, number % 4,
    toUInt64(number * 10 + i),
    concat('{{"section":"S', leftPad(toString(number + 1), 2, '0'),
        '","by":"chief-1","to":"chief-2","promise":"counter-filing","clause":"四（二）1",',
        '"cause":"x","measure":"x","alerts":[],"due":"2022-12-01T17:00:00+08:00"}}')
FROM numbers(24) ARRAY JOIN arrayEnumerate(told) AS i"""
