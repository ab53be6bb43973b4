"""A believable busy hall, by seed: 24 sections, 60 counters, one day, seen at any moment.

A simulation in small: people arrive in a daily rhythm, queue, are called, file and leave;
chats are answered, most of them in time. What the pipeline would have written by a moment
is `hall_rows.rows_at`. Called by the tests of the wall. Invariant: the same seed gives the
same day.
"""

import math
import random
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from dashboards.settings import Place
from dashboards.words import WAIT_COMPLEX, WAIT_GENERAL, WALK_IN_WAIT, Words

ZONE = ZoneInfo("Asia/Shanghai")

#: Code, Chinese and English name, counters, load (1 = arrivals just served), chats an hour.
Section = tuple[str, str, str, int, float, int]
SECTIONS: tuple[Section, ...] = (
    ("qykb", "企业开办", "Company set-up", 4, 0.78, 6),
    ("bdcdj", "不动产登记", "Real estate", 5, 0.97, 5),
    ("shebao", "社会保险", "Social insurance", 4, 0.82, 8),
    ("yibao", "医疗保障", "Medical insurance", 3, 0.80, 7),
    ("gjj", "公积金", "Housing fund", 2, 0.70, 4),
    ("shuiwu", "税务", "Taxation", 4, 0.80, 6),
    ("huji", "公安户籍", "Household registry", 3, 0.84, 0),
    ("crj", "出入境", "Exit and entry", 3, 0.80, 3),
    ("mzsw", "民政事务", "Civil affairs", 2, 0.55, 0),
    ("hydj", "婚姻登记", "Marriage registry", 2, 0.50, 0),
    ("rcyj", "人才引进", "Talent services", 2, 0.70, 5),
    ("jzz", "居住证", "Residence permits", 2, 0.86, 3),
    ("jsgc", "建设工程", "Construction", 2, 0.60, 0),
    ("ghzy", "规划资源", "Planning", 2, 0.55, 0),
    ("jtys", "交通运输", "Transport", 2, 0.60, 0),
    ("wsjk", "卫生健康", "Health", 2, 0.60, 2),
    ("scjg", "市场监管", "Market regulation", 3, 0.78, 4),
    ("sthj", "生态环境", "Environment", 2, 0.35, 0),
    ("xsbb", "线上帮办", "Online assistance", 0, 0.0, 70),
    ("jyky", "教育考试", "Education", 2, 0.60, 2),
    ("tyjr", "退役军人", "Veterans", 1, 0.40, 0),
    ("cl", "残联服务", "Disability services", 1, 0.30, 0),
    ("sfgz", "司法公证", "Notary", 2, 0.68, 2),
    ("zhck", "综合窗口", "General counter", 5, 0.93, 9),
)

#: Sections whose counters have no terminal: how long a filing takes there is estimated.
NO_TERMINAL = frozenset({"huji"})
#: Sections whose calls nobody sees: how long people waited there is.
UNSEEN_CALLS = frozenset({"jzz"})

PLACES = tuple(Place(code=s[0], name=Words(s[1], s[2])) for s in SECTIONS)


class Visit(Struct, frozen=True, kw_only=True):
    """A ticket's whole fate, in seconds since the epoch."""

    journey: str
    section: str
    promise: str
    counter: str
    arrived: float
    called: float  #: infinity: never
    filed_from: float  #: infinity: never, or at no terminal
    filed_to: float
    served: float
    left: float = math.inf

    @property
    def at_terminal(self) -> bool:
        return self.section not in NO_TERMINAL


class Chat(Struct, frozen=True, kw_only=True):
    journey: str
    section: str
    requested: float
    replied: float
    closed: float
    resolved: bool


class Hall:
    """The day that holds `noon`, whole; ask it for the rows as of a moment."""

    def __init__(
        self, noon: float, seed: int = 24, sections: tuple[Section, ...] = SECTIONS
    ) -> None:
        chance = random.Random(seed)
        day = datetime.fromtimestamp(noon, ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
        self.opens = day.timestamp()
        self.sections = sections
        self.visits = [v for s in sections for v in _queue(chance, self.opens, s)]
        self.chats = [c for s in sections for c in _desk(chance, self.opens, s)]


def _queue(chance: random.Random, opens: float, section: Section) -> Iterator[Visit]:
    code, _, _, counters, load, _ = section
    if not counters:
        return
    service_s = chance.uniform(420, 780)
    free = [opens] * counters
    at, number = opens - 300, 0
    while at < opens + 8 * 3600:
        hour = (at - opens) / 3600
        rhythm = 0.75 + 0.45 * math.exp(-((hour - 1.2) ** 2)) + 0.4 * math.exp(-((hour - 5) ** 2))
        at += chance.expovariate(counters * load * rhythm / service_s)
        number += 1
        desk = min(range(counters), key=free.__getitem__)
        called = max(at + chance.uniform(3, 20), free[desk])
        promise = chance.choices((WAIT_GENERAL, WAIT_COMPLEX, WALK_IN_WAIT), (6, 1.5, 2.5))[0]
        patience = chance.expovariate(1 / 2400) + 500
        left = called - at > patience
        service = min(chance.lognormvariate(math.log(service_s * 0.9), 0.45), 1900)
        if not left:
            free[desk] = called + service + 15
        yield Visit(
            journey=f"{code.upper()}-{number:03d}",
            section=code,
            promise=promise,
            counter=f"{code.upper()}-{desk + 1:02d}",
            arrived=round(at, 3),
            called=math.inf if left else round(called, 3),
            filed_from=math.inf if left or code in NO_TERMINAL else round(called + 25, 3),
            filed_to=math.inf
            if left or code in NO_TERMINAL
            else round(called + 25 + service * 0.7, 3),
            served=math.inf if left else round(called + service, 3),
            left=round(at + patience, 3) if left else math.inf,
        )


def _desk(chance: random.Random, opens: float, section: Section) -> Iterator[Chat]:
    code, _, _, _, _, per_hour = section
    at, number = opens, 0
    while per_hour and at < opens + 8 * 3600:
        at += chance.expovariate(per_hour / 3600)
        number += 1
        reply = chance.lognormvariate(math.log(24), 0.6)
        if chance.random() < 0.03:
            reply += chance.uniform(60, 500)
        yield Chat(
            journey=f"C-{code.upper()}-{number:03d}",
            section=code,
            requested=round(at, 3),
            replied=round(at + reply, 3),
            closed=round(at + reply + chance.uniform(120, 900), 3),
            resolved=chance.random() < 0.93,
        )
