"""What upsets a day: a queue system nobody hears of any more, and alerts somebody has silenced."""

from tests.core.office_story import silenced
from tests.core.story import VisitStory, moment, visit
from tests.scripted_day.tale import Alert, tale, verdict

GENERAL = "appointment-wait-general"
SILENT = "source-silent"

#: Listed in sources.toml: 15 minutes without a sign of life are a fault.
QUEUE = "urn:hall:queue"

#: Its last heartbeat before it falls silent, and the first after it.
LAST_BEAT, BACK = "13:30", "14:50"


def queued(name: str) -> VisitStory:
    """An appointment at 13:40, as the queue system tells of it before it falls silent."""
    booked = moment("13:40").isoformat()
    return (
        visit(name, "counters")
        .tell(
            "ticket.issued",
            "08:30",
            service="passport",
            channel="appointment",
            appointment=booked,
            source=QUEUE,
        )
        .tell("ticket.checked-in", "13:25", source=QUEUE)
    )


def call(name: str, at: str) -> VisitStory:
    told = visit(name, "counters")
    return told.tell("ticket.called", at, counter="W2", clerk="clerk-2", source=QUEUE)


def appointment(name: str, at: str, called: str) -> VisitStory:
    return visit(name, "estate").booked(at).checked_in("13:50").called(called, "W7", "clerk-7")


TALES = [
    tale(
        "the queue system falls silent for over an hour: one alert of its own",
        SILENT,
        verdicts=[],
        alerts=[
            (
                Alert(
                    alert=f"{SILENT}/{QUEUE}/1",
                    section="counters",
                    closed_as="met-late",
                    breached="13:45:00",
                    closed="14:50:00",
                    over_ms=65 * 60_000,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "who was called in time meanwhile was never told of: it is history, and taken back",
        SILENT,
        queued("Q-called"),
        late=[("14:50:01", call("Q-called", "13:45"))],
        verdicts=[verdict(GENERAL, "Q-called", "kept")],
        alerts=[
            (
                Alert(
                    alert=f"{GENERAL}/Q-called/1",
                    section="counters",
                    closed_as="retracted",
                    closed="13:45:00",
                    counter="W2",
                    clerk="clerk-2",
                    historical=True,
                    correction=True,
                ),
                "",
            )
        ],
    ),
    tale(
        "who still waits when it speaks again is told of then",
        SILENT,
        queued("Q-waits"),
        call("Q-waits", "15:05"),
        verdicts=[verdict(GENERAL, "Q-waits", "late")],
        alerts=[
            (
                Alert(
                    alert=f"{GENERAL}/Q-waits/1",
                    section="counters",
                    closed_as="met-late",
                    breached="13:50:00",
                    closed="15:05:00",
                    over_ms=75 * 60_000,
                    counter="W2",
                    clerk="clerk-2",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "what begins and ends in a silence the chief asked for is recorded, and nobody is told",
        GENERAL,
        [silenced("13:55", "15:00", "estate", by="chief-estate")],
        appointment("S-within", "14:00", "14:40"),
        verdicts=[verdict(GENERAL, "S-within", "late")],
        alerts=[
            (
                Alert(
                    alert=f"{GENERAL}/S-within/1",
                    section="estate",
                    closed_as="met-late",
                    breached="14:10:00",
                    closed="14:40:00",
                    over_ms=30 * 60_000,
                    counter="W7",
                    clerk="clerk-7",
                    silenced=True,
                ),
                "",
            )
        ],
    ),
    tale(
        "what still stands when the silence ends is told then",
        GENERAL,
        appointment("S-beyond", "14:20", "15:30"),
        verdicts=[verdict(GENERAL, "S-beyond", "late")],
        alerts=[
            (
                Alert(
                    alert=f"{GENERAL}/S-beyond/1",
                    section="estate",
                    closed_as="met-late",
                    breached="14:30:00",
                    closed="15:30:00",
                    over_ms=60 * 60_000,
                    counter="W7",
                    clerk="clerk-7",
                ),
                "breached closed",
            )
        ],
    ),
]
