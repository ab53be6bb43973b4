"""The hotline's working days (四（四）3): one, five and fifteen.

That Monday: 2022-10-17 17:00 is the end of the first working day after Friday
the 14th, of the fifth after Monday the 10th, and of the fifteenth after 2022-09-21: the
National Day week counts for nothing, but the Saturday and Sunday behind it (8 and 9 October),
which made up for it, do.
"""

from tests.core.office_story import OrderStory, order
from tests.scripted_day.tale import Alert, tale, verdict

CONTACT, GENERAL, COMPLEX = "hotline-contact", "hotline-close-general", "hotline-close-complex"


def call(name: str) -> OrderStory:
    return order(name, "hotline")


def of_hotline(promise: str, name: str, **columns: object) -> Alert:
    told: dict[str, object] = {"clerk": "clerk-5", **columns}
    return Alert(alert=f"{promise}/{name}/1", section="hotline", **told)  # type: ignore[arg-type]


TALES = [
    tale(
        "a caller contacted a second after the next working day was contacted late",
        CONTACT,
        call("H-called").received("2022-10-14 10:00").contacted("17:00:01").closed("17:10"),
        verdicts=[verdict(CONTACT, "H-called", "late"), verdict(GENERAL, "H-called", "kept")],
        alerts=[
            (
                of_hotline(
                    CONTACT,
                    "H-called",
                    closed_as="met-late",
                    breached="17:00:00",
                    closed="17:00:01",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a caller contacted in the last second of the next working day was contacted in time",
        CONTACT,
        call("H-call").received("2022-10-14 10:00").contacted("17:00:00").closed("17:10"),
        verdicts=[verdict(CONTACT, "H-call", "kept"), verdict(GENERAL, "H-call", "kept")],
    ),
    tale(
        "a general order closed half an hour after its fifth working day was closed late",
        GENERAL,
        call("H-general")
        .received("2022-10-10 10:00")
        .contacted("2022-10-10 11:00")
        .closed("17:30"),
        verdicts=[verdict(CONTACT, "H-general", "kept"), verdict(GENERAL, "H-general", "late")],
        alerts=[
            (
                of_hotline(
                    GENERAL,
                    "H-general",
                    closed_as="met-late",
                    breached="17:00:00",
                    closed="17:30:00",
                ),
                "breached closed",
            )
        ],
    ),
    tale(
        "a general order closed in the last second of its fifth working day is in time; the desk "
        "was warned after the fourth",
        GENERAL,
        call("H-fifth")
        .received("2022-10-10 10:00")
        .contacted("2022-10-10 11:00")
        .closed("17:00:00"),
        verdicts=[verdict(CONTACT, "H-fifth", "kept"), verdict(GENERAL, "H-fifth", "kept")],
        alerts=[
            (
                of_hotline(GENERAL, "H-fifth", closed_as="met", closed="17:00:00"),
                "warned closed",
            )
        ],
    ),
    tale(
        "a complex order nobody closes is late after fifteen working days, stays open, and climbs "
        "to the director",
        COMPLEX,
        call("H-complex").received("2022-09-21 10:00", "complex").contacted("2022-09-22 09:00"),
        verdicts=[
            verdict(CONTACT, "H-complex", "kept"),
            verdict(COMPLEX, "H-complex", "waiting-late"),
        ],
        alerts=[
            (
                of_hotline(COMPLEX, "H-complex", state="breached", breached="17:00:00", level=1),
                "breached escalated-1",
            )
        ],
    ),
    tale(
        "a complex order closed before service ends on its fifteenth working day is in time",
        COMPLEX,
        call("H-fifteenth")
        .received("2022-09-21 10:00", "complex")
        .contacted("2022-09-22 09:00")
        .closed("16:59:59"),
        verdicts=[
            verdict(CONTACT, "H-fifteenth", "kept"),
            verdict(COMPLEX, "H-fifteenth", "kept"),
        ],
        alerts=[
            (
                of_hotline(COMPLEX, "H-fifteenth", closed_as="met", closed="16:59:59"),
                "warned closed",
            )
        ],
    ),
]
