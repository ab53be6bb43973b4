"""Behind the counters: invitations to rate and one visit (四（二）), and cases that left no trace
in the hall (四（三）1)."""

from collections.abc import Iterable

from tests.core.office_story import CaseStory, acknowledged, case
from tests.scripted_day.tale import Alert, Verdict, tale, verdict

INVITED, ONE_VISIT = "rating-invited", "one-visit"
AT_COUNTER = "counter-not-department"

_TOMORROW = "2022-10-18"


def finished(section: str, prefix: str, hour: str) -> dict[str, CaseStory]:
    """Ten cases, accepted at the full hour and finished half an hour later."""
    names = [f"{prefix}-{number:02}" for number in range(1, 11)]
    return {
        name: case(name, section).accepted(f"{hour}:00", ticket=f"{name}-first") for name in names
    }


def permits() -> Iterable[CaseStory]:
    cases = finished("permits", "K", "09")
    cases["K-05"] = cases["K-05"].asked("09:10", "passport-photo", "approver")
    cases["K-05"] = cases["K-05"].supplemented("09:20", ticket="K-05-second")
    cases["K-06"] = cases["K-06"].returned("09:10").linked("09:20", ticket="K-06-second")
    for name, story in cases.items():
        story = story.finished("09:30")
        match name:
            case "K-01":
                yield story.rating("device-failed", "09:35", device="pad-1")
            case "K-03":
                yield story.rating("invited", "11:30:00")
            case "K-04":
                yield story.rating("invited", "09:35").rating("declined", "09:36")
            case _:
                yield story.rating("invited", "09:35")


def estate() -> Iterable[CaseStory]:
    cases = finished("estate", "L", "10")
    cases["L-05"] = cases["L-05"].asked("10:10", "passport-photo")
    cases["L-05"] = cases["L-05"].supplemented("10:20", ticket="L-05-second")
    for name, story in cases.items():
        story = story.finished("10:30").rating("invited", "10:31")
        match name:
            case "L-02":
                yield story.rating("declined", "10:32")
            case "L-03":
                yield story.rating("defaulted", "10:32")
            case "L-04":
                yield story.rating("rated", "10:32", stars=1)
            case _:
                yield story


def ten(promise: str, prefix: str, status: str, **others: tuple[str, str]) -> Iterable[Verdict]:
    """`others`: of the case that ends so (`n05`), its status and cause."""
    for number in range(1, 11):
        found, cause = others.get(f"n{number:02}", (status, ""))
        yield verdict(promise, f"{prefix}-{number:02}", found, cause)


def of_day(promise: str, section: str, **columns: object) -> Alert:
    name = f"{promise}/{section}/2022-10-17/{promise}/1"
    told: dict[str, object] = {"closed": "17:00:00", "judged": 10, **columns}
    return Alert(alert=name, section=section, **told)  # type: ignore[arg-type]


def taken_on_site(name: str) -> CaseStory:
    return case(name, "permits").accepted("09:40", counter="W5", clerk="clerk-6")


def of_permits(name: str, **columns: object) -> Alert:
    told: dict[str, object] = {"counter": "W5", "clerk": "clerk-6", **columns}
    return Alert(alert=f"{AT_COUNTER}/{name}/1", section="permits", **told)  # type: ignore[arg-type]


TALES = [
    tale(
        "one of ten cases was not invited to rate within two hours, since the device had failed; "
        "exactly two hours, or a citizen who declines, are no fault",
        INVITED,
        *permits(),
        [acknowledged("12:00", f"{INVITED}/permits/2022-10-17/{INVITED}/1", "chief-permits")],
        verdicts=ten(INVITED, "K", "kept", n01=("missed", "device-failed")),
        alerts=[
            (
                of_day(
                    INVITED,
                    "permits",
                    closed_as="never-met",
                    breached="told",
                    kept=9,
                    acknowledged_by="chief-permits",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "two of those ten citizens had to come twice, which is below 90 %: the deputy hears of it",
        ONE_VISIT,
        verdicts=ten(
            ONE_VISIT,
            "K",
            "provisional",
            n05=("missed", "approver"),
            n06=("missed", "returned"),
        ),
        alerts=[
            (
                of_day(
                    ONE_VISIT, "permits", closed_as="never-met", breached="told", kept=8, level=1
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "invited is invited, whether the citizen declines, says nothing, or gives one star",
        INVITED,
        *estate(),
        verdicts=ten(INVITED, "L", "kept"),
    ),
    tale(
        "one of ten who had to come twice is exactly 90 %; the desk was warned",
        ONE_VISIT,
        verdicts=ten(ONE_VISIT, "L", "provisional", n05=("missed", "receiver")),
        alerts=[(of_day(ONE_VISIT, "estate", closed_as="met", kept=9), "warned closed")],
    ),
    tale(
        "a case taken on site that left no trace there: nobody acknowledges, the deputy hears of "
        "it, and it stands for a day",
        AT_COUNTER,
        taken_on_site("N-certain").reconciled("16:00", False),
        verdicts=[verdict(AT_COUNTER, "N-certain", "missed", "no-trace: certain")],
        alerts=[
            (
                of_permits(
                    "N-certain",
                    closed_as="never-met",
                    breached="16:00:00",
                    closed=f"{_TOMORROW} 16:00:00",
                    cause="no-trace: certain",
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "how sure it is stands beside it; the chief acknowledges",
        AT_COUNTER,
        taken_on_site("N-likely").reconciled("16:00:30", False, confidence="likely"),
        [acknowledged("16:41", f"{AT_COUNTER}/N-likely/1", "chief-permits")],
        verdicts=[verdict(AT_COUNTER, "N-likely", "missed", "no-trace: likely")],
        alerts=[
            (
                of_permits(
                    "N-likely",
                    closed_as="never-met",
                    breached="16:00:30",
                    closed="16:41:00",
                    cause="no-trace: likely",
                    acknowledged_by="chief-permits",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a trace that is found after all takes the alert back",
        AT_COUNTER,
        taken_on_site("N-found").reconciled("16:00", False).reconciled("16:31", True),
        verdicts=[verdict(AT_COUNTER, "N-found", "kept")],
        alerts=[
            (
                of_permits("N-found", closed_as="retracted", closed="16:31:00", correction=True),
                "breached retracted",
            )
        ],
    ),
    tale(
        "a case with its trace, one that came in online, and one whose trace may only possibly "
        "be missing, accuse nobody",
        AT_COUNTER,
        taken_on_site("N-trace").reconciled("16:00", True),
        case("N-online", "permits").accepted("09:40", channel="online"),
        taken_on_site("N-possible").reconciled("16:00", False, confidence="possible"),
        verdicts=[verdict(AT_COUNTER, "N-trace", "kept")],
    ),
]
