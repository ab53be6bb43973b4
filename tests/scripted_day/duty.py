"""Whether anybody is at the counter (四（四）2, ten minutes)."""

from tests.core.story import Story, ms
from tests.scripted_day.filing import of_counters
from tests.scripted_day.tale import tale, verdict

STAFFED = "counter-staffed"


def on_duty(name: str, counter: str, *signs: str) -> Story:
    """Each sign as `seen 09:05`, `paused:training 09:10`."""
    told = Story(name, "counters")
    for sign in signs:
        what, _, at = sign.partition(" ")
        what, _, reason = what.partition(":")
        more = {"reason": reason} if reason else {}
        told = told.tell(f"duty.{what}", at, counter=counter, clerk="clerk-3", **more)
    return told


def gap(name: str, since: str) -> str:
    """What rows call an absence: its shift, and when it began."""
    return f"{name}#{ms(since)}"


TALES = [
    tale(
        "eleven minutes without a sign of life at the counter are one too many",
        STAFFED,
        on_duty(
            "W1-am",
            "W1",
            *(f"seen 09:{minute:02}" for minute in range(5, 31, 5)),
            "signed-on 09:00",
            "seen 09:41",
            "signed-off 09:46",
        ),
        verdicts=[verdict(STAFFED, gap("W1-am", "09:30"), "late", "silent")],
        alerts=[
            (
                of_counters(
                    STAFFED,
                    gap("W1-am", "09:30"),
                    clerk="clerk-3",
                    closed_as="met-late",
                    breached="09:40:00",
                    closed="09:41:00",
                    over_ms=60_000,
                    cause="silent",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "exactly ten minutes are none too many; the desk was warned",
        STAFFED,
        on_duty("W2-am", "W2", "signed-on 09:00", "seen 09:10", "signed-off 09:12"),
        verdicts=[],
        alerts=[
            (
                of_counters(
                    STAFFED,
                    gap("W2-am", "09:00"),
                    counter="W2",
                    clerk="clerk-3",
                    closed_as="met",
                    closed="09:10:00",
                    cause="silent",
                ),
                "warned closed",
            )
        ],
    ),
    tale(
        "exactly five minutes are worth no row",
        STAFFED,
        on_duty("W2-ten", "W2", "signed-on 10:00", "seen 10:05", "signed-off 10:10"),
        verdicts=[],
    ),
    tale(
        "a pause without a reason is an absence",
        STAFFED,
        on_duty(
            "W3-am",
            "W3",
            "signed-on 09:00",
            "seen 09:05",
            "paused 09:08",
            "back 09:23",
            "signed-off 09:25",
        ),
        verdicts=[verdict(STAFFED, gap("W3-am", "09:08"), "late", "paused-without-reason")],
        alerts=[
            (
                of_counters(
                    STAFFED,
                    gap("W3-am", "09:08"),
                    counter="W3",
                    clerk="clerk-3",
                    closed_as="met-late",
                    breached="09:18:00",
                    closed="09:23:00",
                    over_ms=5 * 60_000,
                    cause="paused-without-reason",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a pause with a reason is none, however long",
        STAFFED,
        on_duty(
            "W2-training",
            "W2",
            "signed-on 10:30",
            "paused:training 10:33",
            "back 11:15",
            "signed-off 11:20",
        ),
        verdicts=[],
    ),
    tale(
        "a counter nobody comes back to is unattended to the day's end, and the deputy knows it",
        STAFFED,
        on_duty("W3-pm", "W3", "signed-on 13:30", "seen 13:35"),
        verdicts=[verdict(STAFFED, gap("W3-pm", "13:35"), "left-late", "silent")],
        alerts=[
            (
                of_counters(
                    STAFFED,
                    gap("W3-pm", "13:35"),
                    counter="W3",
                    clerk="",
                    closed_as="never-met",
                    breached="13:45:00",
                    closed="17:00:00",
                    over_ms=195 * 60_000,
                    cause="silent",
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
]
