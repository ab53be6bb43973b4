"""Filings at the counter (四（二）1, 20 min) and their recording (四（二）2)."""

from tests.core.office_story import acknowledged
from tests.core.story import VisitStory, visit
from tests.scripted_day.tale import Alert, tale, verdict

FILING, RECORDED = "counter-filing", "session-recorded"

_TOMORROW = "2022-10-18"


def filing(name: str, began: str) -> VisitStory:
    """Called without a queue; a session begins, and with it the identity check."""
    return visit(name, "counters").issued(began, "direct").session_started(began)


def recorded(story: VisitStory, at: str) -> VisitStory:
    pointer = f"recording-{story.subject}"
    return story.tell(
        "terminal.recording-started", at, terminal="T1", counter="W1", recording=pointer
    )


def of_counters(promise: str, name: str, **columns: object) -> Alert:
    told: dict[str, object] = {
        "section": "counters",
        "counter": "W1",
        "clerk": "clerk-1",
        **columns,
    }
    return Alert(alert=f"{promise}/{name}/1", **told)  # type: ignore[arg-type]


TALES = [
    tale(
        "a filing that took a millisecond more than twenty minutes took too long",
        FILING,
        recorded(filing("F-1ms", "09:29").identity_check("09:30"), "09:30:05").submitted(
            "09:50:00.001"
        ),
        verdicts=[verdict(FILING, "F-1ms", "late"), verdict(RECORDED, "F-1ms", "kept")],
        alerts=[
            (
                of_counters(
                    FILING,
                    "F-1ms",
                    closed_as="met-late",
                    breached="09:50:00",
                    closed="09:50:00.001",
                    over_ms=1,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a filing of exactly twenty minutes is in time; the desk was warned",
        FILING,
        recorded(filing("F-20", "09:29").identity_check("09:30"), "09:30:05").submitted("09:50"),
        verdicts=[verdict(FILING, "F-20", "kept"), verdict(RECORDED, "F-20", "kept")],
        alerts=[(of_counters(FILING, "F-20", closed_as="met", closed="09:50:00"), "warned closed")],
    ),
    tale(
        "a filing of exactly a quarter of an hour warns nobody",
        FILING,
        recorded(filing("F-15", "09:29").identity_check("09:30"), "09:30:05").submitted("09:45"),
        verdicts=[verdict(FILING, "F-15", "kept"), verdict(RECORDED, "F-15", "kept")],
    ),
    tale(
        "where no terminal tells, the length of a filing is a guess, and a guess alarms nobody",
        FILING,
        visit("F-guess", "counters").issued("09:00", "direct").called("09:05").served("09:50"),
        verdicts=[verdict(FILING, "F-guess", "late")],
    ),
    tale(
        "a session that ends after 25 minutes with nothing handed in never came to a filing",
        FILING,
        filing("F-given-up", "10:00").identity_check("10:01").session_ended("10:26"),
        verdicts=[verdict(FILING, "F-given-up", "left-late")],
        alerts=[
            (
                of_counters(
                    FILING,
                    "F-given-up",
                    closed_as="never-met",
                    breached="10:21:00",
                    closed="10:26:00",
                    over_ms=5 * 60_000,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a filing nobody recorded: the deputy hears of it, and after a day it is closed unmet",
        RECORDED,
        filing("R-none", "10:50").identity_check("10:51").submitted("11:00"),
        verdicts=[verdict(RECORDED, "R-none", "missed"), verdict(FILING, "R-none", "kept")],
        alerts=[
            (
                of_counters(
                    RECORDED,
                    "R-none",
                    closed_as="never-met",
                    breached="11:10:00",
                    closed=f"{_TOMORROW} 11:10:00",
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "a filing nobody recorded is closed when the chief acknowledges it: nothing answers it",
        RECORDED,
        filing("R-seen", "10:50").identity_check("10:51").submitted("11:01"),
        [acknowledged("11:21", f"{RECORDED}/R-seen/1", "chief-counters")],
        verdicts=[verdict(RECORDED, "R-seen", "missed"), verdict(FILING, "R-seen", "kept")],
        alerts=[
            (
                of_counters(
                    RECORDED,
                    "R-seen",
                    closed_as="never-met",
                    breached="11:11:00",
                    closed="11:21:00",
                    acknowledged_by="chief-counters",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a recording known exactly ten minutes after the filing is in time",
        RECORDED,
        recorded(filing("R-10", "13:31").identity_check("13:32").submitted("13:40"), "13:50:00"),
        verdicts=[verdict(RECORDED, "R-10", "kept"), verdict(FILING, "R-10", "kept")],
    ),
    tale(
        "a recording that was there all along takes the alert back when the log has it",
        RECORDED,
        filing("R-later", "13:48").identity_check("13:49").submitted("14:00"),
        late=[("14:20:30", recorded(visit("R-later", "counters"), "13:50"))],
        verdicts=[verdict(RECORDED, "R-later", "kept"), verdict(FILING, "R-later", "kept")],
        alerts=[
            (
                of_counters(
                    RECORDED,
                    "R-later",
                    closed_as="retracted",
                    closed="14:00:00",
                    correction=True,
                ),
                "breached retracted",
            )
        ],
    ),
]
