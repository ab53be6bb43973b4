"""Waits in the hall: appointments (四（二）1, 10 and 30 min), and walk-ins since that Monday."""

from tests.core.story import VisitStory, visit
from tests.scripted_day.tale import Alert, tale, verdict

GENERAL, COMPLEX = "appointment-wait-general", "appointment-wait-complex"
WALK_IN = "walk-in-wait"


def wait(promise: str, name: str, **columns: object) -> Alert:
    told: dict[str, object] = {"section": "counters", **columns}
    return Alert(alert=f"{promise}/{name}/1", **told)  # type: ignore[arg-type]


def ticket(name: str) -> VisitStory:
    return visit(name, "counters")


TALES = [
    tale(
        "an appointment called a millisecond after ten minutes was called late",
        GENERAL,
        ticket("V-1ms").booked("10:00").checked_in("09:50").called("10:10:00.001", "W2", "clerk-2"),
        verdicts=[verdict(GENERAL, "V-1ms", "late")],
        alerts=[
            (
                wait(
                    GENERAL,
                    "V-1ms",
                    closed_as="met-late",
                    breached="10:10:00",
                    closed="10:10:00.001",
                    over_ms=1,
                    counter="W2",
                    clerk="clerk-2",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "called after exactly ten minutes is in time; the desk was warned",
        GENERAL,
        ticket("V-10").booked("10:00").checked_in("09:55").called("10:10:00"),
        verdicts=[verdict(GENERAL, "V-10", "kept")],
        alerts=[
            (
                wait(
                    GENERAL,
                    "V-10",
                    closed_as="met",
                    closed="10:10:00",
                    counter="W1",
                    clerk="clerk-1",
                ),
                "warned closed",
            )
        ],
    ),
    tale(
        "who checks in after his time waits from then on; after exactly seven minutes nobody is "
        "warned",
        GENERAL,
        ticket("V-7").booked("10:20").checked_in("10:21").called("10:28:00"),
        verdicts=[verdict(GENERAL, "V-7", "kept")],
    ),
    tale(
        "who leaves after eleven minutes was never called",
        GENERAL,
        ticket("V-left").booked("10:30").checked_in("10:20").left("10:41"),
        verdicts=[verdict(GENERAL, "V-left", "left-late")],
        alerts=[
            (
                wait(
                    GENERAL,
                    "V-left",
                    closed_as="never-met",
                    breached="10:40:00",
                    closed="10:41:00",
                    over_ms=60_000,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "who leaves after five minutes left in time",
        GENERAL,
        ticket("V-leave").booked("15:00").checked_in("14:50").left("15:05"),
        verdicts=[verdict(GENERAL, "V-leave", "left-in-time")],
    ),
    tale(
        "a ticket left within two minutes was a mistake",
        GENERAL,
        ticket("V-mistake").booked("11:00").checked_in("10:55").left("11:01:30"),
        verdicts=[verdict(GENERAL, "V-mistake", "left-mistaken")],
    ),
    tale(
        "a ticket the clerk cancels is no wait",
        GENERAL,
        ticket("V-cancel").booked("14:10").checked_in("14:00").cancelled("14:15"),
        verdicts=[verdict(GENERAL, "V-cancel", "cancelled")],
    ),
    tale(
        "whom nobody ever calls: the deputy hears of it after half an hour, and it ends with the "
        "day",
        GENERAL,
        ticket("V-stuck").booked("13:30").checked_in("13:25"),
        verdicts=[verdict(GENERAL, "V-stuck", "expired")],
        alerts=[
            (
                wait(
                    GENERAL,
                    "V-stuck",
                    closed_as="never-met",
                    breached="13:40:00",
                    closed="17:00:00",
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "a complex matter called a second after half an hour was called late",
        COMPLEX,
        ticket("X-1s").booked("14:00", "complex").checked_in("13:31").called("14:30:01"),
        verdicts=[verdict(COMPLEX, "X-1s", "late")],
        alerts=[
            (
                wait(
                    COMPLEX,
                    "X-1s",
                    closed_as="met-late",
                    breached="14:30:00",
                    closed="14:30:01",
                    over_ms=1_000,
                    counter="W1",
                    clerk="clerk-1",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a complex matter called after exactly half an hour is in time; the desk was warned",
        COMPLEX,
        ticket("X-30").booked("15:00", "complex").checked_in("14:40").called("15:30:00"),
        verdicts=[verdict(COMPLEX, "X-30", "kept")],
        alerts=[
            (
                wait(
                    COMPLEX,
                    "X-30",
                    closed_as="met",
                    closed="15:30:00",
                    counter="W1",
                    clerk="clerk-1",
                ),
                "warned closed",
            )
        ],
    ),
    tale(
        "a complex matter called after exactly 24 minutes warns nobody",
        COMPLEX,
        ticket("X-24").booked("15:00", "complex").checked_in("14:40").called("15:24:00"),
        verdicts=[verdict(COMPLEX, "X-24", "kept")],
    ),
    tale(
        "a walk-in called a second after three quarters of an hour was called late",
        WALK_IN,
        ticket("W-46").issued("10:00").called("10:45:01"),
        verdicts=[verdict(WALK_IN, "W-46", "late")],
        alerts=[
            (
                wait(
                    WALK_IN,
                    "W-46",
                    closed_as="met-late",
                    breached="10:45:00",
                    closed="10:45:01",
                    over_ms=1_000,
                    counter="W1",
                    clerk="clerk-1",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a walk-in called after exactly three quarters of an hour is in time",
        WALK_IN,
        ticket("W-45").issued("10:00").called("10:45:00"),
        verdicts=[verdict(WALK_IN, "W-45", "kept")],
    ),
    tale(
        "a walk-in of the Friday before, when nothing was promised, is measured only",
        WALK_IN,
        ticket("W-friday").issued("2022-10-14 09:00").called("2022-10-14 11:00"),
        verdicts=[verdict(WALK_IN, "W-friday", "measured")],
    ),
    tale(
        "who comes more than a quarter of an hour after his appointment is a walk-in",
        WALK_IN,
        ticket("W-tardy").booked("10:00").checked_in("10:15:01").called("10:50"),
        verdicts=[verdict(WALK_IN, "W-tardy", "kept")],
    ),
    tale(
        "who is called without any queue waits for nothing",
        WALK_IN,
        ticket("W-direct").issued("09:00", "direct").called("11:00"),
        verdicts=[],
    ),
]
