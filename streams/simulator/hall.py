"""The simulated hall as data: sections, services, counters, habits, the assistance desk.

Read from `hall.toml` beside this module (or another file of the same form). Has no state of a
running day. Invariant: codes are unique, loads are positive.
"""

import tomllib
from pathlib import Path
from random import Random
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from schemas.frame import Code

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
ClockFace = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class HallError(Exception):
    """The hall's file cannot be used; the message says file, key and cure."""


class Service(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Code
    minutes: Positive
    complex: Share = 0.2
    weight: Positive = 1.0
    filing: Share = 0.92  #: the rest only asks something: no identity check, no papers


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Code
    zh: str
    en: str
    counters: Annotated[int, Meta(ge=1, le=99)]
    load: Positive
    appointments: Share
    services: Annotated[list[Service], Meta(min_length=1)]


class Desk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Code
    zh: str
    en: str
    seats: Annotated[int, Meta(ge=1)]
    chats_per_minute: Positive
    slow_reply: Share
    unanswered: Share
    unresolved: Share
    handed_over: Share
    knowledge_gap: Share
    services: Annotated[list[Code], Meta(min_length=1)]


class Habits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    slot_minutes: Positive
    early_minutes: Positive
    late_minutes: Positive
    patience_minutes: Positive
    mistaken: Share
    direct: Share
    cancelled: Share
    no_show: Share
    recalled: Share
    transferred: Share
    held: Share
    material_requested: Share
    materials: Annotated[dict[Code, Positive], Meta(min_length=1)]  #: what is asked for, by weight
    authorised: Share
    unrecorded: Share
    complex_factor: Positive
    faults_per_terminal_day: float


class Cases(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How cases come in and what becomes of them; shares are of cases unless said."""

    online_per_minute: Positive  #: at the top of the day; 一网通办, self-service, mail
    department_per_minute: Positive  #: taken past the counters
    out_of_chats: Share  #: of settled chats that lead to one
    untraced: Share  #: of those past the counters: said to be of the counter
    linked_later: Share  #: of counter cases: the ticket is found out afterwards
    returned: Share
    deferred: Share
    supplement: Share
    supplement_online: Share  #: of those: no second visit
    withdrawn: Share
    refused: Share
    at_once: Share  #: decided within minutes
    hours: Positive  #: mean of the others


class Ratings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is asked and what comes of it; the rest of the invited get the system's default."""

    not_invited: Share
    device_failed: Share  #: of visits
    rated: Share
    declined: Share
    low: Share  #: one to three stars, of those rated; thrice as many after a long wait
    surveyed: Share  #: of visits


class Hotline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    orders_per_minute: Positive
    complex: Share
    late: Share
    unresolved: Share
    topics: Annotated[list[Code], Meta(min_length=1)]


class Duty(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pauses_per_day: float  #: of one counter; only while nobody is served there
    without_reason: Share
    vanishes_per_day: float  #: goes away without a word


class Lookup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An e-licence or data-check service."""

    code: Code
    outages_per_day: float
    minutes: Positive


class Hall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    zone: str
    rhythm: Annotated[list[tuple[ClockFace, Share]], Meta(min_length=1)]
    habits: Habits
    desk: Desk
    cases: Cases
    ratings: Ratings
    hotline: Hotline
    duty: Duty
    lookup: list[Lookup]
    section: Annotated[list[Section], Meta(min_length=1)]

    @property
    def counters(self) -> int:
        return sum(section.counters for section in self.section)


def pick_material(habits: Habits, random: Random) -> str:
    """Whatever is asked for, at the counter or for a case."""
    return random.choices([*habits.materials], [*habits.materials.values()])[0]


def read_hall(path: Path | None = None) -> Hall:
    """The shipped hall, or another. Raises `HallError`."""
    path = path or Path(__file__).with_name("hall.toml")
    try:
        hall = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Hall)
    except tomllib.TOMLDecodeError as error:
        raise HallError(f"{path}: not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise HallError(f"{path}: {error}") from None
    codes = [section.code for section in hall.section] + [hall.desk.code]
    for code in codes:
        if codes.count(code) > 1:
            raise HallError(f"{path}: two sections have the code {code!r}; give each its own")
    times = [at for at, _ in hall.rhythm]
    if times != sorted(times):
        raise HallError(f"{path}: rhythm is not in the order of the day")
    return hall
