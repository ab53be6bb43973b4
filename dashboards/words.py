"""The words of the wall that belong to the hall: promises, with their clause and aims.

Owns the Chinese and English of every promise, once. The words of the page's own furniture
are in `page/words.js`; names of sections and counters come from the settings. Called by
`panels`, `sql_live`, `sql_today` and `feed`. Invariant: a promise shown names its clause.
"""

from msgspec import Struct


class Words(Struct, frozen=True):
    """One thing to say, in the hall's two languages."""

    zh: str
    en: str


class PromiseWords(Struct, frozen=True, kw_only=True):
    """How one promise is called, and from which share kept on it is shown as good or poor."""

    id: str
    label: Words
    short: Words  #: two characters: fits a section's tile
    limit_s: float | None = None  #: as the plan has it; a site's own rules win over it
    at_least: float | None = None  #: of a promised share
    clause: str
    good: float = 0.95
    poor: float = 0.85
    awaited: bool = True  #: somebody waits while it is broken: not so of conditions and ratios
    in_days: bool = False  #: a clock of working days: nobody sits in the hall for it
    card: bool = True  #: its day is on the hall's first view
    share: bool = True  #: its day is a share; False: a count of what must not be


FIRST_RESPONSE = "online-first-response"
RESOLUTION = "online-resolution-rate"
WAIT_GENERAL = "appointment-wait-general"
WAIT_COMPLEX = "appointment-wait-complex"
WALK_IN_WAIT = "walk-in-wait"
FILING = "counter-filing"

#: The clocks that run while a citizen sits in the hall and nobody has called him.
WAITS = (WAIT_GENERAL, WAIT_COMPLEX, WALK_IN_WAIT)

PROMISES: tuple[PromiseWords, ...] = (
    PromiseWords(
        id=WAIT_GENERAL,
        label=Words("预约等候（一般）", "Appt. wait, general"),
        short=Words("一般", "Gen."),
        limit_s=600,
        clause="四（二）1",
    ),
    PromiseWords(
        id=WAIT_COMPLEX,
        label=Words("预约等候（复杂）", "Appt. wait, complex"),
        short=Words("复杂", "Cplx"),
        limit_s=1800,
        clause="四（二）1",
    ),
    PromiseWords(
        id=FILING,
        label=Words("窗口申报", "Counter filing"),
        short=Words("申报", "Filing"),
        limit_s=1200,
        clause="四（二）1",
    ),
    PromiseWords(
        id=FIRST_RESPONSE,
        label=Words("线上首次响应", "Online first response"),
        short=Words("响应", "Reply"),
        limit_s=60,
        clause="四（二）1",
    ),
    PromiseWords(
        id=RESOLUTION,
        label=Words("线上解决率", "Online resolution"),
        short=Words("解决", "Solved"),
        at_least=0.9,
        clause="四（二）1",
        good=0.90,
        poor=0.85,
        awaited=False,
    ),
    PromiseWords(
        id=WALK_IN_WAIT,
        label=Words("未预约等候", "Walk-in wait"),
        short=Words("未约", "Walk-in"),
        clause="",
        card=False,
    ),
    PromiseWords(
        id="exempt-materials",
        label=Words("两个免于提交", "Exempt material"),
        short=Words("免交", "Exempt"),
        clause="四（二）1",
        card=False,
        share=False,
        awaited=False,
    ),
    PromiseWords(
        id="rating-invited",
        label=Words("应评尽评", "Invited to rate"),
        short=Words("评价", "Rate"),
        clause="四（二）1",
        card=False,
        awaited=False,
    ),
    PromiseWords(
        id="one-visit",
        label=Words("一次办成", "One visit"),
        short=Words("一次", "Once"),
        clause="四（二）3",
        card=False,
        awaited=False,
    ),
    PromiseWords(
        id="counter-not-department",
        label=Words("以科室代窗口", "Dept. for counter"),
        short=Words("窗口", "Dept"),
        clause="四（三）1",
        card=False,
        share=False,
        awaited=False,
    ),
    PromiseWords(
        id="session-recorded",
        label=Words("录音录像", "Session recorded"),
        short=Words("录像", "Rec."),
        clause="四（二）2",
        card=False,
        awaited=False,
    ),
    PromiseWords(
        id="counter-staffed",
        label=Words("窗口在岗", "Counter staffed"),
        short=Words("在岗", "Staff"),
        clause="四（四）2",
        card=False,
        share=False,  # absences are counted, presence is not
    ),
    PromiseWords(
        id="hotline-contact",
        label=Words("热线先行联系", "Hotline contact"),
        short=Words("联系", "Call"),
        clause="四（四）3",
        card=False,
        in_days=True,
    ),
    PromiseWords(
        id="hotline-close-general",
        label=Words("热线办结（一般）", "Hotline, general"),
        short=Words("热线", "Line"),
        clause="四（四）3",
        card=False,
        in_days=True,
    ),
    PromiseWords(
        id="hotline-close-complex",
        label=Words("热线办结（复杂）", "Hotline, complex"),
        short=Words("热线", "Line"),
        clause="四（四）3",
        card=False,
        in_days=True,
    ),
)

#: Conditions and ratios: their breaches stand, but nobody is waiting while they do, and a tile
#: that is red all day says nothing of where help is needed now.
NOBODY_WAITS = tuple(promise.id for promise in PROMISES if not promise.awaited)

#: Clocks of working days: breached, they stay so for days.
IN_DAYS = tuple(promise.id for promise in PROMISES if promise.in_days)

#: What would crowd out people who wait now: it has a list of its own.
STANDING = NOBODY_WAITS + IN_DAYS

#: The hall's systems, by the first word of their events' types.
SYSTEMS: dict[str, Words] = {
    "ticket": Words("取号系统", "Queue system"),
    "terminal": Words("桌面终端", "Terminals"),
    "assist": Words("线上帮办", "Online help"),
    "case": Words("审批系统", "Case system"),
    "rating": Words("评价系统", "Ratings"),
    "hotline": Words("12345 热线", "Hotline"),
    "duty": Words("在岗系统", "Duty system"),
    "survey": Words("问卷调查", "Survey"),
    "lookup": Words("数据核验", "Look-ups"),
}

#: First words of types that hallwatch writes itself: no system is behind them.
OWN_WORDS = ("alert", "rectification", "clock", "total")
