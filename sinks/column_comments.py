"""What each column means, in a sentence: the comments of the ClickHouse tables.

Owns the wording only; which columns exist is the structs' business (`sinks.tables`).
Invariant: every column has a comment and every comment a column (a test compares).
A key is a column of every table, or `table.column` where one table means it otherwise.
"""

from schemas.outcomes import Table


def comment_of(table: Table, column: str) -> str:
    """KeyError names the column that has no comment yet."""
    specific = f"{table.value}.{column}"
    return COMMENTS[specific] if specific in COMMENTS else COMMENTS[column]


COMMENTS: dict[str, str] = {
    # who, what, where
    "source": "system that sent the event (CloudEvents source)",
    "id": "id of the event within its source",
    "type": "event type, as ticket.called",
    "subject": "journey, or device, the event is about",
    "data": "the event data object, JSON",
    "journey": "ticket or chat this row is about",
    "kind": "visit or chat",
    "section": "section (科室) in charge",
    "service": "service or item category",
    "complexity": "general (一般) or complex (复杂) matter",
    "channel": "how the citizen came: appointment, walk-in, direct, online",
    "counter": "counter that served or serves",
    "clerk": "pseudonym of the clerk",
    "promise": "id of the promise judged",
    "clause": "clause of the plan the promise is made in",
    "rule_version": "version of the rule it was judged by",
    "handed_to": "department a chat was handed to",
    "evidence": "ids of the events behind this row",
    # where the row comes from
    "partition": "partition of the events topic",
    "offset": "offset of the record in its partition",
    "version": "the row with the highest version is the truth",
    "events.earliest": "complement of the offset: the first delivery of an event wins",
    "ingest_at": "when the broker took the record",
    # times
    "time": "when it happened, by the clock of the source",
    "opened_at": "earliest milestone: the day this journey belongs to",
    "issued_at": "ticket issued",
    "appointment_at": "time of the appointment",
    "checked_in_at": "citizen checked in",
    "first_called_at": "first call to a counter",
    "last_called_at": "last call to a counter",
    "session_started_at": "terminal session started",
    "identity_check_started_at": "identity check started",
    "identity_check_passed_at": "identity check passed",
    "materials_submitted_at": "materials submitted",
    "served_at": "service finished",
    "left_at": "citizen left without being served",
    "no_show_at": "called and did not come",
    "cancelled_at": "cancelled by a clerk",
    "requested_at": "citizen asked for a human",
    "assigned_at": "first assigned to a clerk",
    "first_reply_at": "first visible message written by a human",
    "last_message_at": "last message of either side",
    "resolved": "whether the question was resolved; unknown while empty",
    "resolved_at": "marked resolved or unresolved",
    "closed_at": "chat closed",
    "alerts.closed_at": "alert closed",
    "expired_at": "closed by the end of the day",
    "started_at": "when the clock of the promise started",
    "deadline_at": "when the limit passes",
    "ended_at": "when the clock stopped; empty while it runs",
    "minute_at": "minute in which the clocks of these journeys started",
    "warned_at": "when the warning threshold passed",
    "breached_at": "when the limit passed",
    # durations, in milliseconds
    "limit_ms": "limit of the promise, ms",
    "duration_ms": "measured duration, ms",
    "over_ms": "how long past the limit, ms; 0 while or when kept",
    "promised_wait_ms": "later of check-in and appointment to first call, ms",
    "first_call_wait_ms": "check-in to first call, ms",
    "last_call_wait_ms": "check-in to last call, ms",
    "start_wait_ms": "check-in to service start, ms",
    "call_to_start_ms": "call to service start, ms: exposes calls made only for the figures",
    "queue_ms": "check-in to first call or to leaving, ms: time spent in the queue",
    "service_ms": "service start to end, ms",
    "filing_ms": "identity check started to materials submitted, ms",
    "filing_estimated": "no terminal events: call to end of service was taken",
    "first_response_ms": "request for a human to first human reply, ms",
    "assigned_response_ms": "assignment to first human reply, ms: fairness to the clerk",
    # states
    "end": "how the journey ended, or open",
    "status": "the promise to this journey as it stands",
    "estimated": "measured from substitute milestones",
    "off_hours": "requested outside service hours",
    "alert": "promise / journey / cycle",
    "cycle": "count of alerts for this promise and journey, from 1",
    "state": "warned, breached or closed",
    "closed_as": "why the alert is over; empty while open",
    "historical": "found while catching up: recorded, nobody was paged",
    "correction": "opened or closed by evidence that came late",
    "journeys.suspected": "open, and its source is silent",
    "alerts.suspected": "found while its source is silent: recorded, nobody was paged",
    # counts of a window
    "started": "journeys of the window, whatever became of them",
    "waiting": "still waiting, limit not passed",
    "waiting_late": "still waiting, limit passed",
    "kept": "answered within the limit",
    "late": "answered after the limit",
    "measured": "answered; no promise applies",
    "left_mistaken": "left within two minutes",
    "left_in_time": "left before the limit",
    "left_late": "left after the limit",
    "cancelled": "cancelled by a clerk",
    "expired": "closed by the end of the day",
    "answered_sum_ms": "sum of the answered durations, ms",
    "answered_max_ms": "longest answered duration, ms",
    "answered_histogram": "answered durations: bucket ceil(log(ms)/log(1.02/0.98)) to count",
    "left_sum_ms": "sum of the waits of those who left, ms",
    "left_max_ms": "longest wait of those who left, ms",
    "left_histogram": "waits of those who left, bucketed the same way",
    # refused records
    "topic": "topic the refused record stood in",
    "reason": "class of the refusal",
    "field": "path of the field at fault; empty when the whole record is",
    "detail": "the refusal in a sentence; values are masked",
    "dead_letters.partition": "partition the refused record stood in",
}
