"""Materials nobody may be asked for (两个免于提交, 四（二）1): whose fault it was."""

from tests.core.office_story import acknowledged, case, excused, lookup
from tests.core.story import VisitStory
from tests.scripted_day.filing import filing, of_counters
from tests.scripted_day.tale import tale, verdict

EXEMPT = "exempt-materials"

_OUTAGE = "电子证照系统故障"
_TOMORROW = "2022-10-18"


def asked(name: str, at: str, material: str) -> VisitStory:
    told = {"terminal": "T1", "counter": "W1", "item": "item-1", "material": material}
    return filing(name, at[:5]).tell("terminal.material-requested", at, **told)


TALES = [
    tale(
        "a material an e-licence supplies, asked for twice while it could be looked up, is the "
        "clerk's fault and one alert",
        EXEMPT,
        asked("M-clerk", "09:45", "id-card-copy").tell(
            "terminal.material-requested",
            "09:47",
            terminal="T1",
            counter="W1",
            item="item-1",
            material="id-card-copy",
        ),
        verdicts=[verdict(EXEMPT, "M-clerk#id-card-copy", "missed", "clerk")],
        alerts=[
            (
                of_counters(
                    EXEMPT,
                    "M-clerk#id-card-copy",
                    closed_as="never-met",
                    breached="09:45:00",
                    closed=f"{_TOMORROW} 09:45:00",
                    cause="clerk",
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "asked for while the look-up is down it is the system's fault, which the chief excuses",
        EXEMPT,
        [lookup("10:00", "e-licence", False), lookup("10:30", "e-licence", True)],
        asked("M-system", "10:15", "id-card-copy"),
        [excused("10:25", f"{EXEMPT}/M-system#id-card-copy/1", _OUTAGE, "chief-counters")],
        verdicts=[verdict(EXEMPT, "M-system#id-card-copy", "missed", "system", excused=True)],
        alerts=[
            (
                of_counters(
                    EXEMPT,
                    "M-system#id-card-copy",
                    closed_as="excused",
                    breached="10:15:00",
                    closed="10:25:00",
                    cause="system",
                    acknowledged_by="chief-counters",
                    excused_by="chief-counters",
                    excused_reason=_OUTAGE,
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "at the moment the look-up is back it is the clerk's fault again",
        EXEMPT,
        asked("M-back", "10:30:00", "id-card-copy"),
        [acknowledged("10:40", f"{EXEMPT}/M-back#id-card-copy/1", "chief-counters")],
        verdicts=[verdict(EXEMPT, "M-back#id-card-copy", "missed", "clerk")],
        alerts=[
            (
                of_counters(
                    EXEMPT,
                    "M-back#id-card-copy",
                    closed_as="never-met",
                    breached="10:30:00",
                    closed="10:40:00",
                    cause="clerk",
                    acknowledged_by="chief-counters",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "news of an outage that comes late make it the system's fault, on the same alert",
        EXEMPT,
        asked("M-news", "15:00", "property-certificate"),
        [acknowledged("15:21", f"{EXEMPT}/M-news#property-certificate/1", "chief-counters")],
        [lookup("16:00", "property-check", True)],
        late=[("15:10:30", [lookup("14:55", "property-check", False)])],
        verdicts=[verdict(EXEMPT, "M-news#property-certificate", "missed", "system")],
        alerts=[
            (
                of_counters(
                    EXEMPT,
                    "M-news#property-certificate",
                    closed_as="never-met",
                    breached="15:00:00",
                    closed="15:21:00",
                    cause="system",
                    acknowledged_by="chief-counters",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "what this city issues itself needs no look-up: asked for by an approver while one is "
        "down, it is his fault",
        EXEMPT,
        case("K-asked", "permits")
        .accepted("09:05")
        .asked("10:10", "marriage-certificate", "approver"),
        verdicts=[verdict(EXEMPT, "K-asked#marriage-certificate", "missed", "clerk")],
        alerts=[
            (
                of_counters(
                    EXEMPT,
                    "K-asked#marriage-certificate",
                    section="permits",
                    counter="",
                    clerk="clerk-2",
                    closed_as="never-met",
                    breached="10:10:00",
                    closed=f"{_TOMORROW} 10:10:00",
                    cause="clerk",
                    level=1,
                ),
                "breached escalated-1 closed",
            )
        ],
    ),
    tale(
        "a material the catalogue does not name may be asked for",
        EXEMPT,
        asked("M-free", "10:05", "passport-photo"),
        verdicts=[],
    ),
]
