"""What the core says: rows for ClickHouse, as they travel on the outcomes topic.

One struct per table; a field is a column and is declared nowhere else (`sinks.tables`
reads these structs). A row is always the *whole* truth about its identity, with a
version: a newer row replaces an older one, nothing is ever added up downstream.

Times are seconds since 1970-01-01 UTC with three decimals, the form ClickHouse's
DateTime64(3) reads exactly. Durations are whole milliseconds. `None` is "not known (yet)".
"""

from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from schemas.queue import ForecastRow
from schemas.states import AlertState as AlertState
from schemas.states import ClosedAs as ClosedAs
from schemas.states import End as End
from schemas.states import Kind as Kind
from schemas.states import Status as Status

At = float  #: seconds since the epoch, three decimals


class Table(StrEnum):
    """Every table there is; also the Kafka key of an outcome record."""

    EVENTS = "events"
    JOURNEYS = "journeys"
    VERDICTS = "verdicts"
    WINDOWS = "windows"
    ALERTS = "alerts"
    DEAD_LETTERS = "dead_letters"
    FORECASTS = "forecasts"


class EventRow(Struct, frozen=True, kw_only=True, gc=False):
    """One accepted event, as it came (全程留痕); identity `source` + `id`."""

    source: str
    id: str
    type: str
    subject: str
    time: str  #: RFC 3339, as the source wrote it
    ingest_at: At  #: the broker's time; minus `time` = the source's delay or skew
    partition: int
    offset: int
    data: str  #: the event's `data` object, JSON


class JourneyRow(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One visit or chat: its milestones and the durations derived from them."""

    journey: str
    kind: Kind
    section: str
    service: str
    complexity: str
    channel: str
    counter: str = ""
    clerk: str = ""
    end: End = End.OPEN
    opened_at: At  #: the earliest milestone: the day this journey belongs to
    issued_at: At | None = None
    appointment_at: At | None = None
    checked_in_at: At | None = None
    first_called_at: At | None = None
    last_called_at: At | None = None
    session_started_at: At | None = None
    identity_check_started_at: At | None = None
    identity_check_passed_at: At | None = None
    materials_submitted_at: At | None = None
    served_at: At | None = None
    left_at: At | None = None
    no_show_at: At | None = None
    cancelled_at: At | None = None
    requested_at: At | None = None
    assigned_at: At | None = None
    first_reply_at: At | None = None
    last_message_at: At | None = None
    resolved: bool | None = None
    resolved_at: At | None = None
    closed_at: At | None = None
    handed_to: str = ""
    expired_at: At | None = None
    promised_wait_ms: int | None = None  #: max(check-in, appointment) → first call
    first_call_wait_ms: int | None = None  #: check-in → first call
    last_call_wait_ms: int | None = None  #: check-in → last call
    start_wait_ms: int | None = None  #: check-in → service start
    call_to_start_ms: int | None = None  #: call → service start: exposes fake calls
    queue_ms: int | None = None  #: check-in → first call, or → left: time spent in the queue
    service_ms: int | None = None  #: service start → served
    filing_ms: int | None = None
    filing_estimated: bool = False  #: no terminal events: call → served was taken
    first_response_ms: int | None = None
    assigned_response_ms: int | None = None  #: assignment → reply: fairness to the clerk
    suspected: bool = False  #: open, and its source is silent: much may have happened since
    department: str = ""  #: of a case
    applicant: str = ""  #: of a case, a pseudonym
    receiver: str = ""  #: who took the case (收件人)
    approver: str = ""  #: who decided it (审批人)
    accepted_at: At | None = None
    received_at: At | None = None
    returned_at: At | None = None
    decided_at: At | None = None
    finished_at: At | None = None
    contacted_at: At | None = None
    result: str = ""  #: of a case: granted, refused, withdrawn
    tickets: list[str] = field(default_factory=list)  #: visits a case is linked to
    chats: list[str] = field(default_factory=list)
    supplements: int = 0  #: materials asked for afterwards (补正)
    deferred: bool = False  #: 容缺受理
    invited_at: At | None = None  #: to rate
    rated_at: At | None = None
    stars: int | None = None
    rating_declined: bool = False
    rating_failed: bool = False  #: the device was out of order
    recording: str = ""  #: pointer to the session's recording
    recorded_at: At | None = None
    partition: int
    version: int


class VerdictRow(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One promise to one journey, judged; identity `promise` + `journey`."""

    promise: str
    journey: str
    section: str
    service: str
    complexity: str
    channel: str
    counter: str = ""
    clerk: str = ""
    status: Status
    clause: str  #: of the plan; never empty
    rule_version: str  #: the rule it was judged by; a later rule does not change it
    limit_ms: int | None = None
    started_at: At
    deadline_at: At | None = None
    ended_at: At | None = None
    duration_ms: int | None = None
    over_ms: int = 0  #: how long past the limit; 0 while or when kept
    estimated: bool = False
    off_hours: bool = False  #: requested outside service hours: a class of its own
    cause: str = ""  #: what is known of why it was not kept: clerk, system, no-trace: certain …
    excused: bool = False  #: somebody excused it, by name and with a reason; it overwrites nothing
    evidence: list[str] = field(default_factory=list)  #: ids of the events behind it
    partition: int
    version: int


class WindowRow(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """All journeys whose clock for `promise` started in one minute, for one
    section x service x complexity x channel, as one partition sees them.

    Journeys belong to the minute their clock started in, so people still waiting are in
    the same row as those already answered. Readers add up rows over partitions.
    Histogram bucket of a duration of v ms: ceil(log(v) / log(1.02 / 0.98)), 0 for v < 1;
    a bucket's middle is within 2 % of every value in it, and bucket counts add up exactly.
    """

    promise: str
    minute_at: At
    section: str
    service: str
    complexity: str
    channel: str
    off_hours: bool = False
    started: int = 0  #: all journeys of the window, whatever became of them
    waiting: int = 0
    waiting_late: int = 0
    kept: int = 0
    late: int = 0
    measured: int = 0
    left_mistaken: int = 0
    left_in_time: int = 0
    left_late: int = 0
    cancelled: int = 0
    expired: int = 0
    missed: int = 0
    provisional: int = 0
    excused: int = 0  #: of those late, left late, waiting late or missed
    estimated: int = 0  #: of those answered: measured from substitute milestones
    answered_sum_ms: int = 0
    answered_max_ms: int = 0
    answered_histogram: dict[int, int] = field(default_factory=dict)
    left_sum_ms: int = 0
    left_max_ms: int = 0
    left_histogram: dict[int, int] = field(default_factory=dict)
    partition: int
    version: int


class AlertRow(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One alert's whole life; identity `alert` = promise/journey/cycle."""

    alert: str
    promise: str
    journey: str
    cycle: int
    section: str
    service: str
    complexity: str
    channel: str
    counter: str = ""
    clerk: str = ""
    state: AlertState
    closed_as: ClosedAs = ClosedAs.NOT_YET
    clause: str
    rule_version: str
    limit_ms: int
    started_at: At
    warned_at: At | None = None
    breached_at: At | None = None  #: the moment the limit passed
    closed_at: At | None = None
    over_ms: int = 0  #: past the limit when last looked at
    historical: bool = False  #: found while catching up: recorded, nobody was paged
    correction: bool = False  #: opened or closed by evidence that came in late
    suspected: bool = False  #: its source is silent: recorded, nobody was paged
    silenced: bool = False  #: somebody silenced it by name: recorded, nobody was paged
    cause: str = ""  #: as in the verdict
    kept: int = 0  #: of a section's day under a ratio promise, as its alert was last looked at …
    judged: int = 0  #: … of so many
    target_permille: int = 0  #: what was promised of them
    escalated_at: At | None = None  #: the last time
    escalation_level: int = 0  #: how far up the chain it was told
    acknowledged_at: At | None = None
    acknowledged_by: str = ""
    excused_at: At | None = None
    excused_by: str = ""
    excused_reason: str = ""
    waiting: int = 0  #: of a forecast's warning: who waited when it last was above …
    will_miss: int = 0  #: … how many of them would be late
    counters_open: int = 0  #: … at the pace of so many counters
    counters_needed: int = 0  #: … and how many it would have taken
    evidence: list[str] = field(default_factory=list)
    partition: int
    version: int


class DeadLetterRow(Struct, frozen=True, kw_only=True, gc=False):
    """One refused record. The raw bytes stay in the dead-letter topic."""

    topic: str
    partition: int
    offset: int
    ingest_at: At
    reason: str  #: a `schemas.decode.Reason`
    field: str  #: the path of the field at fault, "" when the whole record is
    detail: str  #: a sentence; values are masked


Row = EventRow | JourneyRow | VerdictRow | WindowRow | AlertRow | DeadLetterRow | ForecastRow

ROWS: dict[Table, type[Row]] = {
    Table.EVENTS: EventRow,
    Table.JOURNEYS: JourneyRow,
    Table.VERDICTS: VerdictRow,
    Table.WINDOWS: WindowRow,
    Table.ALERTS: AlertRow,
    Table.DEAD_LETTERS: DeadLetterRow,
    Table.FORECASTS: ForecastRow,
}


#: An alert opens warned or breached, and closes once; retracted: after its closing.
MessageType = Literal[
    "hall.alert.warned",
    "hall.alert.breached",
    "hall.alert.escalated",
    "hall.alert.closed",
    "hall.alert.retracted",
]


class AlertMessage(Struct, frozen=True, kw_only=True, tag_field="specversion", tag="1.0", gc=False):
    """A record of the alerts topic: a CloudEvent around the alert as it now stands.

    `id` is alert + phase, so a second delivery is recognisable.
    """

    id: str
    source: str = "hallwatch"
    type: MessageType
    subject: str
    time: str
    datacontenttype: str = "application/json"
    partitionkey: str  #: the section it was opened in; CloudEvents' partitioning extension
    data: AlertRow
