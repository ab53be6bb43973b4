"""What a report asks of ClickHouse: every question once, and what it is asked with.

Owns the SQL of reports. Asked by `reading`; the benchmark runs through `QUERIES`. Answers are
rows of `facts`. Invariants: only the newest version of a row counts, wherever its time has moved
to; a breach is what `Status` says is one; no share is computed here, only its components.

Each is asked with the same parameters, whether it needs all of them or not: `since`, `until`
(ms, the span), `first` (ms, where the trend begins), `unit` (month, quarter), `zone`, `section`
("": all of them).
"""

from msgspec import Struct

from dashboards.panel import newest_where
from dashboards.words import FILING, FIRST_RESPONSE, WAIT_COMPLEX, WAIT_GENERAL
from schemas.outcomes import Kind, Status, Table

ONE_VISIT = "one-visit"

#: Somebody waits in front of the hall's people: what the hours of a week are looked at for.
LIVE = (FIRST_RESPONSE, WAIT_GENERAL, WAIT_COMPLEX, FILING)

#: Of these a single case is nothing to go through at a meeting; how each is told has its own
#: question.
RATIOS = (ONE_VISIT, "rating-invited", "online-resolution-rate")

#: Rows of a table of what recurs, and how often something has to.
MOST_CAUSES, RECURS = 20, 2


class Question(Struct, frozen=True):
    id: str
    sql: str


def _quoted(*values: str) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _within(column: str, first: str = "since") -> str:
    return (
        f"{column} >= fromUnixTimestamp64Milli({{{first}:Int64}})"
        f" AND {column} < fromUnixTimestamp64Milli({{until:Int64}})"
    )


_OF_SECTION = "({section:String} = '' OR section = {section:String})"

_RATING_TYPES = _quoted(
    *(f"rating.{kind}" for kind in ("invited", "rated", "declined", "defaulted", "device-failed"))
)

_BROKEN = _quoted(Status.LATE, Status.LEFT_LATE, Status.WAITING_LATE, Status.MISSED)

#: Every state of a promise, as the windows count them.
_COUNTS = (
    *("started", "waiting", "waiting_late", "kept", "late", "measured", "left_mistaken"),
    *("left_in_time", "left_late", "cancelled", "expired", "missed", "provisional", "excused"),
    *("estimated", "answered_sum_ms"),
)

PROMISES = Question(
    "promises",
    f"""
SELECT toString(dateTrunc({{unit:String}}, minute_at, {{zone:String}})) AS began,
    promise, section, off_hours,
    {", ".join(f"sum(w.{name}) AS {name}" for name in _COUNTS)},
    max(w.answered_max_ms) AS answered_max_ms
FROM (SELECT * FROM windows FINAL WHERE {_within("minute_at", "first")} AND {_OF_SECTION}) AS w
GROUP BY began, promise, section, off_hours
HAVING started > 0
ORDER BY began, promise, section, off_hours
FORMAT JSONEachRow""",
)

#: By the hour in which the clock began to run.
HOURS = Question(
    "hours",
    f"""
SELECT toDayOfWeek(minute_at, 0, {{zone:String}}) AS weekday,
    toHour(minute_at, {{zone:String}}) AS hour,
    sum(w.late + w.left_late + w.waiting_late) AS broken,
    broken + sum(w.kept) AS judged,
    sumIf(w.estimated, w.kept + w.late > 0) AS estimated
FROM (SELECT * FROM windows FINAL
    WHERE {_within("minute_at")} AND {_OF_SECTION}
        AND promise IN ({_quoted(*LIVE)}) AND NOT off_hours) AS w
GROUP BY weekday, hour
HAVING judged > 0
ORDER BY weekday, hour
FORMAT JSONEachRow""",
)

#: Breaches of the span, in service hours, by their newest verdict.
_BREACHES = newest_where(
    Table.VERDICTS,
    "*",
    f"{_within('started_at')} AND {_OF_SECTION} AND NOT off_hours AND status IN ({_BROKEN})",
)

CAUSES = Question(
    "causes",
    f"""
SELECT promise, section, counter, cause, count() AS times, countIf(excused) AS excused,
    countIf(estimated) AS estimated
FROM {_BREACHES}
GROUP BY promise, section, counter, cause
HAVING times >= {RECURS}
ORDER BY times DESC, promise, section, counter, cause
LIMIT {MOST_CAUSES}
FORMAT JSONEachRow""",
)

#: The cases of one-visit verdicts, with who took and who decided each, and who sent the citizen
#: back: by name where the event has one, else by the part he had. The first delivery of an event
#: is the event, as in `events_now`.
_CASES = f"""
WITH judged AS (
    SELECT journey, section, service, status, excused, started_at FROM verdicts_now
    WHERE promise = '{ONE_VISIT}' AND {_within("started_at")} AND {_OF_SECTION}
        AND status IN ({_quoted(Status.KEPT, Status.PROVISIONAL, Status.MISSED)})
), demands AS (
    SELECT subject,
        groupArray((JSONExtractString(data, 'clerk'), type, JSONExtractString(data, 'by'))) AS made
    FROM (
        SELECT subject, type, data FROM events
        WHERE type IN ('case.supplement-requested', 'case.returned')
            AND subject IN (SELECT journey FROM judged WHERE status = '{Status.MISSED}')
        ORDER BY earliest DESC LIMIT 1 BY source, id
    )
    GROUP BY subject
), cases AS (
    SELECT j.journey AS journey, j.section AS section, j.service AS service, j.status AS status,
        j.excused AS excused, j.started_at AS started_at, p.receiver AS receiver,
        p.approver AS approver, length(p.tickets) AS visits, p.supplements AS supplements,
        d.made AS made,
        arrayDistinct(arrayFilter(who -> who != '', arrayMap(one -> multiIf(
            one.1 != '', one.1,
            one.2 = 'case.returned', '',
            one.3 = 'approver', if(p.approver != '', p.approver, '(approver)'),
            if(p.receiver != '', p.receiver, '(receiver)')), d.made))) AS people,
        multiIf(
            j.status != '{Status.MISSED}', '',
            empty(people), 'unsaid',
            length(people) > 1 OR (p.receiver != '' AND people[1] != p.receiver), 'between',
            length(d.made) > 1, 'same',
            'single') AS why
    FROM judged AS j
    LEFT JOIN (
        SELECT journey, receiver, approver, tickets, supplements FROM journeys_now
        WHERE kind = '{Kind.CASE}' AND journey IN (SELECT journey FROM judged)
    ) AS p ON p.journey = j.journey
    LEFT JOIN demands AS d ON d.subject = j.journey
)"""

VISITS = Question(
    "visits",
    f"""{_CASES}
SELECT section, service, receiver, approver,
    count() AS finished,
    countIf(status = '{Status.MISSED}') AS several,
    countIf(status = '{Status.PROVISIONAL}') AS provisional,
    countIf(status = '{Status.MISSED}' AND excused) AS excused,
    countIf(why = 'same') AS same, countIf(why = 'between') AS between,
    countIf(why = 'single') AS single, countIf(why = 'unsaid') AS unsaid
FROM cases
GROUP BY section, service, receiver, approver
ORDER BY section, service, receiver, approver
FORMAT JSONEachRow""",
)

#: Journeys, each once a span, however often it was asked about. The stars are its last: `nth` is
#: the order of what was said, of time and then id, as one text, which is compared soonest. Of
#: copies the first counts; events are sorted by source and id, so that they stand together.
RATINGS = Question(
    "ratings",
    f"""
SELECT section,
    countIf(asked) AS invited, countIf(given > 0) AS rated, countIf(refused) AS declined,
    countIf(assumed) AS defaulted, countIf(broken) AS failed,
    sum(given) AS stars, countIf(given BETWEEN 1 AND 2) AS low
FROM (
    SELECT subject, argMax(its_section, nth) AS section,
        max(type = 'rating.invited') AS asked, max(type = 'rating.declined') AS refused,
        max(type = 'rating.defaulted') AS assumed, max(type = 'rating.device-failed') AS broken,
        argMaxIf(its_stars, nth, type = 'rating.rated') AS given
    FROM (
        SELECT subject, type, JSONExtractString(data, 'section') AS its_section,
            JSONExtractUInt(data, 'stars') AS its_stars,
            concat(leftPad(toString(toUnixTimestamp64Micro(time)), 20, '0'), id) AS nth
        FROM (
            SELECT subject, type, id, time, data FROM events
            WHERE type IN ({_RATING_TYPES})
                AND ingest_at >= fromUnixTimestamp64Milli({{since:Int64}}) - 86400
                AND {_within("time")}
            ORDER BY source, id, earliest DESC LIMIT 1 BY source, id
        )
    )
    GROUP BY subject
)
WHERE {_OF_SECTION}
GROUP BY section
ORDER BY section
FORMAT JSONEachRow""",
)

_HALF = "if(toDayOfMonth({column}, {{zone:String}}) <= 15, 1, 2) AS half"

#: Of each half month and promise the one furthest past its limit; the system's faults last.
WORST = Question(
    "worst",
    f"""
SELECT {_HALF.format(column="started_at")}, promise, journey, section, service, counter, status,
    cause, over_ms, duration_ms, estimated, toUnixTimestamp64Milli(started_at) AS at,
    count() OVER (PARTITION BY half, promise) AS of
FROM {_BREACHES}
WHERE NOT excused AND promise NOT IN ({_quoted(*RATIOS)})
ORDER BY half, promise, cause = 'system',
    if(limit_ms IS NULL, ifNull(duration_ms, 0), over_ms) DESC, started_at DESC, journey
LIMIT 1 BY half, promise
FORMAT JSONEachRow""",
)

#: Of each half month the two with the most visits.
RETURNED = Question(
    "returned",
    f"""{_CASES}
SELECT {_HALF.format(column="started_at")}, journey, section, service, receiver, approver, why,
    visits, supplements, toUnixTimestamp64Milli(started_at) AS at
FROM cases
WHERE status = '{Status.MISSED}' AND NOT excused
ORDER BY half, visits DESC, supplements DESC, journey
LIMIT 2 BY half
FORMAT JSONEachRow""",
)

#: That somebody was called shows from what the counter did with him: his wait is estimated.
_CALL_UNSEEN = (
    "(queue_ms IS NOT NULL AND first_called_at IS NULL AND "
    "coalesce(session_started_at, identity_check_started_at, served_at) IS NOT NULL)"
)

#: Of each half month the two with the fewest stars, the longest wait first. Journeys are not
#: sorted by when they were rated: whose rating was low is found among the events.
DISPLEASED = Question(
    "displeased",
    f"""
SELECT {_HALF.format(column="assumeNotNull(rated_at)")}, journey, kind, section, service, counter,
    stars, queue_ms, {_CALL_UNSEEN} AS estimated,
    toUnixTimestamp64Milli(assumeNotNull(rated_at)) AS at
FROM journeys_now
WHERE {_within("rated_at")} AND {_OF_SECTION} AND stars <= 2 AND journey IN (
    SELECT subject FROM events
    WHERE type = 'rating.rated' AND JSONExtractUInt(data, 'stars') <= 2
        AND ingest_at >= fromUnixTimestamp64Milli({{since:Int64}}) - 86400
        AND {_within("time")})
ORDER BY half, stars, ifNull(queue_ms, 0) DESC, journey
LIMIT 2 BY half
FORMAT JSONEachRow""",
)

#: Opened in the span, or something of them was still to do in it.
ORDERS = Question(
    "orders",
    f"""
SELECT number, section, counter, promise, clause, cause, state, assigned_to, measure, reopened,
    length(alerts) AS alerts, share_before, share_after, judged,
    toUnixTimestamp64Milli(toDateTime64(opened_at, 3)) AS opened,
    toUnixTimestamp64Milli(toDateTime64(due_at, 3)) AS due,
    toUnixTimestamp64Milli(toDateTime64(done_at, 3)) AS done,
    toUnixTimestamp64Milli(toDateTime64(rechecked_at, 3)) AS rechecked
FROM orders_now
WHERE opened_at < fromUnixTimestamp64Milli({{until:Int64}}) AND {_OF_SECTION}
    AND (opened_at >= fromUnixTimestamp64Milli({{since:Int64}}) OR done_at IS NULL
        OR done_at >= fromUnixTimestamp64Milli({{since:Int64}})
        OR rechecked_at >= fromUnixTimestamp64Milli({{since:Int64}}))
ORDER BY number
FORMAT JSONEachRow""",
)

#: Raw events expire before the figures made of them: from when on there are any of the span.
STORED = Question(
    "stored",
    f"""
SELECT
    (SELECT toUnixTimestamp64Milli(minOrNull(minute_at)) FROM windows
        WHERE {_within("minute_at")} AND {_OF_SECTION}) AS began,
    (SELECT toUnixTimestamp64Milli(toDateTime64(minOrNull(time), 3)) FROM events
        WHERE {_within("time")} AND ingest_at >= fromUnixTimestamp64Milli({{since:Int64}}) - 86400
            AND NOT startsWith(type, 'rectification.') AND NOT startsWith(type, 'alert.')
    ) AS events
FORMAT JSONEachRow""",
)

QUERIES: tuple[Question, ...] = (
    *(PROMISES, HOURS, CAUSES, VISITS, RATINGS, WORST, RETURNED, DISPLEASED, ORDERS, STORED),
)
