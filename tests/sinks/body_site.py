"""What a site calls things, as the bodies' cases need it.

Owns the names. Called by `body_cases` and the tests. Invariant: a code has one name a language.
"""

from sinks.names import Counted, Language, Names

DAY_S = 24 * 3600.0

_PROMISES = {
    "online-first-response": ("线上人工帮办首次响应", "Online assistance: first human reply"),
    "online-resolution-rate": ("线上人工帮办解决率", "Online assistance: resolution rate"),
    "appointment-wait-general": ("预约等候（一般事项）", "Appointment wait, general matters"),
    "appointment-wait-complex": ("预约等候（复杂事项）", "Appointment wait, complex matters"),
    "counter-filing": ("线下窗口申报", "Filing at the counter"),
    "walk-in-wait": ("未预约等候", "Walk-in wait"),
    "exempt-materials": ("两个免于提交", "No exempt material asked for"),
    "rating-invited": ("应评尽评", "Everyone invited to rate"),
    "one-visit": ("一次办成", "Done in one visit"),
    "counter-not-department": (
        "杜绝以科室代窗口",
        "No department acting in place of the counter",
    ),
    "session-recorded": ("超级桌面终端录音录像", "Terminal session recorded"),
    "counter-staffed": ("窗口在岗", "Counter staffed"),
    "hotline-contact": ("热线工单先行联系", "Hotline: caller contacted"),
    "hotline-close-general": ("热线工单办结（一般）", "Hotline: order closed, general matters"),
    "hotline-close-complex": ("热线工单办结（复杂）", "Hotline: order closed, complex matters"),
}
_SECTIONS = {"S01": ("企业开办", "Company start-up"), "S24": ("线上帮办", "Online assistance")}
_PEOPLE = {
    "chief-1": ("企业服务科科长", "Chief, services for enterprises"),
    "deputy-1": ("分管副主任", "Deputy director"),
}


def names(language: Language) -> Names:
    at = 0 if language is Language.CHINESE else 1
    chief, deputy = _PEOPLE["chief-1"][at], _PEOPLE["deputy-1"][at]

    def counted(promise: str, section: str, start: float, end: float) -> Counted:
        if promise.startswith("hotline"):
            return Counted(workdays=int((end - start) // DAY_S))
        return Counted(round((end - start) * 1000))

    return Names(
        promises={promise: titles[at] for promise, titles in _PROMISES.items()},
        sections={section: titles[at] for section, titles in _SECTIONS.items()},
        counters={"C101": "A01窗口", "C102": "A02窗口"},
        people={person: titles[at] for person, titles in _PEOPLE.items()},
        materials={"business-licence": ("营业执照", "Business licence")[at]},
        workdays={
            ("hotline-contact", "v1"): 1,
            ("hotline-close-general", "v1"): 5,
            ("hotline-close-complex", "v1"): 15,
        },
        chains={"S01": ((chief,), (deputy,)), "S24": ((chief,), (deputy,))},
        counted=counted,
    )
