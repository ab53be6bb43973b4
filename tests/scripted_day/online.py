"""The online desks' day: first replies (四（二）1, 60 s) and the share that is resolved (90 %)."""

from collections.abc import Iterable

from tests.core.office_story import acknowledged, excused
from tests.core.story import ChatStory, chat
from tests.scripted_day.tale import Alert, Verdict, tale, verdict

FIRST, RATE = "online-first-response", "online-resolution-rate"

_REPAIR = "线路抢修"


def first(name: str, status: str, excused: bool = False) -> Verdict:
    return verdict(FIRST, name, status, excused=excused)


def closed_chats(
    section: str, prefix: str, at: str, resolved: int, unresolved: int
) -> list[ChatStory]:
    """Each answered after ten seconds and closed five minutes later."""
    stories = []
    for number in range(1, resolved + unresolved + 1):
        asked = chat(f"{prefix}-{number:02}", section).requested(f"{at}:00").replied(f"{at}:10")
        later = f"{at[:3]}{int(at[3:]) + 5:02}:00"
        stories.append(asked.resolved(later, number <= resolved).closed(later))
    return stories


def judged_chats(prefix: str, resolved: int, unresolved: int) -> Iterable[Verdict]:
    for number in range(1, resolved + unresolved + 1):
        name = f"{prefix}-{number:02}"
        yield first(name, "kept")
        yield verdict(RATE, name, "kept" if number <= resolved else "missed")


def of_online(name: str, **columns: object) -> Alert:
    told: dict[str, object] = {"clerk": "clerk-1", **columns}
    return Alert(alert=f"{FIRST}/{name}/1", section="online", **told)  # type: ignore[arg-type]


def of_day(section: str, **columns: object) -> Alert:
    name = f"{RATE}/{section}/2022-10-17/{RATE}/1"
    return Alert(alert=name, section=section, closed="17:30:00", **columns)  # type: ignore[arg-type]


TALES = [
    tale(
        "a citizen who asks for a human and is answered after 61 s was answered late",
        FIRST,
        chat("C-61", "online").requested("09:10:00").replied("09:11:01"),
        verdicts=[first("C-61", "late")],
        alerts=[
            (
                of_online(
                    "C-61",
                    closed_as="met-late",
                    breached="09:11:00",
                    closed="09:11:01",
                    over_ms=1_000,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "an answer after exactly 60 s is in time: the desk was warned, and nobody else was told",
        FIRST,
        chat("C-60", "online").requested("09:12:00").replied("09:13:00"),
        verdicts=[first("C-60", "kept")],
        alerts=[(of_online("C-60", closed_as="met", closed="09:13:00"), "warned closed")],
    ),
    tale(
        "greetings, machines and notes among clerks are no answer; at exactly 40 s nobody is "
        "warned",
        FIRST,
        chat("C-40", "online")
        .requested("09:15:00")
        .greeted("09:15:05")
        .said("09:15:10", "bot")
        .noted("09:15:20")
        .replied("09:15:40"),
        verdicts=[first("C-40", "kept")],
    ),
    tale(
        "a chief who says nothing is followed by his deputy after ten minutes",
        FIRST,
        chat("C-alone", "online").requested("09:20:00").replied("10:05:00"),
        verdicts=[first("C-alone", "late")],
        alerts=[
            (
                of_online(
                    "C-alone",
                    closed_as="met-late",
                    breached="09:21:00",
                    closed="10:05:00",
                    over_ms=44 * 60_000,
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "a chief who acknowledges is followed by nobody",
        FIRST,
        chat("C-seen", "online").requested("09:20:30").replied("10:05:30"),
        [acknowledged("09:25", f"{FIRST}/C-seen/1", "chief-online")],
        verdicts=[first("C-seen", "late")],
        alerts=[
            (
                of_online(
                    "C-seen",
                    closed_as="met-late",
                    breached="09:21:30",
                    closed="10:05:30",
                    over_ms=44 * 60_000,
                    acknowledged_by="chief-online",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "an answer in time that the log has ten minutes later takes the alert back",
        FIRST,
        chat("C-late", "online").requested("09:40:00"),
        late=[("09:50:30", chat("C-late", "online").replied("09:40:30"))],
        verdicts=[first("C-late", "kept")],
        alerts=[
            (
                of_online("C-late", closed_as="retracted", closed="09:40:30", correction=True),
                "breached retracted",
            )
        ],
    ),
    tale(
        "an excuse closes the alert, and the late answer stays late beside it",
        FIRST,
        chat("C-excused", "online").requested("10:10:00").replied("10:20:00"),
        [excused("10:14", f"{FIRST}/C-excused/1", _REPAIR, "chief-online")],
        verdicts=[first("C-excused", "late", excused=True)],
        alerts=[
            (
                of_online(
                    "C-excused",
                    closed_as="excused",
                    breached="10:11:00",
                    closed="10:14:00",
                    over_ms=9 * 60_000,
                    acknowledged_by="chief-online",
                    excused_by="chief-online",
                    excused_reason=_REPAIR,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "half a minute before closing: the clock goes on with the next morning's service",
        FIRST,
        chat("C-night", "online").requested("17:29:30").replied("2022-10-18 08:30:10"),
        verdicts=[first("C-night", "kept")],
    ),
    tale(
        "before the desk opens nobody waits",
        FIRST,
        chat("C-early", "online").requested("07:00:00").replied("08:30:40"),
        verdicts=[first("C-early", "kept")],
    ),
    tale(
        "a chat closed without an answer after two minutes was never answered, nor resolved",
        FIRST,
        chat("C-gone", "online").requested("11:00:00").closed("11:02:00"),
        verdicts=[first("C-gone", "left-late"), verdict(RATE, "C-gone", "missed")],
        alerts=[
            (
                of_online(
                    "C-gone",
                    closed_as="never-met",
                    breached="11:01:00",
                    closed="11:02:00",
                    over_ms=60_000,
                    clerk="",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "nine of eleven chats resolved is below 90 % of the section's day",
        RATE,
        *closed_chats("enterprise", "E", "13:40", 9, 2),
        verdicts=judged_chats("E", 9, 2),
        alerts=[
            (
                of_day("enterprise", closed_as="never-met", breached="told", kept=9, judged=11),
                "breached closed",
            )
        ],
    ),
    tale(
        "nine of ten is exactly 90 %: kept, and the desk was warned that none may be missed",
        RATE,
        *closed_chats("talent", "T", "14:00", 9, 1),
        verdicts=judged_chats("T", 9, 1),
        alerts=[(of_day("talent", closed_as="met", kept=9, judged=10), "warned closed")],
    ),
    tale(
        "four of nine is bad, and too few to tell anybody",
        RATE,
        *closed_chats("permits", "P", "14:10", 4, 5),
        verdicts=judged_chats("P", 4, 5),
    ),
]
