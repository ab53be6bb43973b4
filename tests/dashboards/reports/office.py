"""What happened in a small hall in the autumn of 2022: every event, and how each was sent.

Owns the events: the simulator's, of days around both ends of October, and what people and the
audit add. Made once for all tests of this folder. Invariant: the same every time, and whoever
reads `told` needs nothing of the pipeline.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from streams.simulator import Fault, Timed, read_hall, simulate
from streams.simulator.hall import Hall

RULES = Path(__file__).parent / "rules"

SEED = 20221014
FAULTS = 0.03

#: Each for so many hours from 8:00: October begins and ends within two of them, 8 and 9 October
#: are worked in place of the holidays before, and 14 October is a day like any other.
BEGINNINGS = (
    ("2022-09-13", 34),
    ("2022-09-30", 20),
    ("2022-10-08", 34),
    ("2022-10-14", 11),
    ("2022-10-18", 34),
    ("2022-10-31", 34),
)

#: When the reports are made.
NOW = datetime.fromisoformat("2022-11-08T12:00:00+08:00").timestamp()

#: Say nothing any figure is made of, and are two thirds of all there is.
_SILENT = frozenset({"terminal.heartbeat"})

Data = dict[str, Any]


class Said(Struct, frozen=True, order=True):
    """One event, as its source sent it."""

    at: int  #: ms since the epoch
    id: str
    source: str
    type: str
    subject: str
    data: Data


class Sent(Struct, frozen=True):
    """One record of the log, in its order. `at`: when the broker took it, ms."""

    at: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    everywhere: bool = False


def small_hall() -> Hall:
    hall = read_hall()
    by_code = {section.code: section for section in hall.section}
    return replace(
        hall,
        section=[
            replace(by_code["S01"], counters=2, load=1.05),
            replace(by_code["S04"], counters=1, appointments=0.6, load=1.0),
            replace(by_code["S12"], counters=1, appointments=0.6, load=0.9),
        ],
        desk=replace(hall.desk, chats_per_minute=0.25, seats=2, slow_reply=0.1),
        habits=replace(hall.habits, unrecorded=0.03, material_requested=0.25),
        cases=replace(
            hall.cases,
            online_per_minute=0.05,
            department_per_minute=0.03,
            supplement=0.25,
            supplement_online=0.1,
            hours=4,
        ),
        ratings=replace(hall.ratings, low=0.12, not_invited=0.06, device_failed=0.03),
        hotline=replace(hall.hotline, orders_per_minute=0.04, late=0.3),
        duty=replace(hall.duty, vanishes_per_day=4.0, pauses_per_day=8.0, without_reason=0.5),
    )


def simulated() -> Iterator[Timed]:
    for day, hours in BEGINNINGS:
        begins = datetime.fromisoformat(f"{day}T08:00:00+08:00")
        until = begins + timedelta(hours=hours)
        yield from simulate(small_hall(), SEED, begins, until, faults=FAULTS)


def happened(messages: Iterable[Timed]) -> list[Said]:
    """Of every good event what it says, once, in the order in which things happened."""
    good: dict[tuple[str, str], Said] = {}
    for timed in messages:
        if timed.fault is not Fault.BROKEN:
            said = read(timed.value)
            good.setdefault((said.source, said.id), said)
    return sorted(good.values())


def read(value: bytes) -> Said:
    event = msgspec.json.decode(value)
    return Said(
        at=milliseconds(event["time"]),
        id=event["id"],
        source=event["source"],
        type=event["type"],
        subject=event["subject"],
        data=event["data"],
    )


def milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def sent(messages: Iterable[Timed]) -> Iterator[Sent]:
    for timed in messages:
        at = round(timed.emit_at.timestamp() * 1000)
        yield Sent(at, timed.key, timed.value, timed.headers, timed.everywhere)


def is_silent(timed: Timed) -> bool:
    return any(f'"{kind}"'.encode() in timed.value for kind in _SILENT)


def is_lost(timed: Timed) -> bool:
    """Of some visits the terminal said nothing, of some others nobody saw the call: what is known
    of their times is an estimate."""
    match crc32(timed.key or b"") % 25:
        case 0:
            return b'"terminal.' in timed.value
        case 1:
            return b'"ticket.called"' in timed.value or b'"ticket.recalled"' in timed.value
        case _:
            return False


class Additions:
    """Events of people and of the audit, which no system of the hall sends."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.random = Random(SEED)

    def say(self, kind: str, subject: str, at: int, **data: Any) -> None:
        moment = datetime.fromtimestamp(at / 1000).astimezone().isoformat(timespec="milliseconds")
        event = {
            "specversion": "1.0",
            "type": kind,
            "source": "/hall/people",
            "id": f"added-{len(self.sent)}",
            "subject": subject,
            "time": moment,
            "data": data,
        }
        headers = (("content-type", b"application/cloudevents+json"),)
        self.sent.append(Sent(at + 50, subject.encode(), msgspec.json.encode(event), headers))

    def reconcile(self, told: Iterable[Said]) -> None:
        """What the audit finds of cases that name no ticket, the next morning at one."""
        fates = ("certain", "likely", "possible", "found", "certain")
        number = 0
        for said in told:
            if said.type != "case.accepted" or said.data.get("ticket"):
                continue
            if said.data.get("channel", "counter") != "counter":
                continue
            fate, at = fates[number % len(fates)], said.at + 20 * 3_600_000
            number += 1
            data: Data = {"section": said.data["section"], "trace": fate == "found"}
            if fate != "found":
                data |= {"confidence": fate, "sign": "no-trace"}
            self.say("case.reconciled", said.subject, at, **data)

    def send_back(self, cases: "Iterable[tuple[str, Data, int, str]]") -> None:
        """Of finished cases of one visit: some came twice or thrice, and who was to blame."""
        for number, (case, data, finished, receiver) in enumerate(cases):
            here = {name: data[name] for name in ("section", "item")}
            asked = {**here, "material": "photo", "clerk": receiver}
            match number % 20:
                case 0:  # one person, again and again
                    for minutes in (30, 20):
                        at = finished - minutes * 60_000
                        self.say("case.supplement-requested", case, at, **asked)
                case 7:  # two who do not ask for the same
                    at = finished - 20 * 60_000
                    self.say("case.supplement-requested", case, at - 1_000, **asked)
                    self.say(
                        "case.returned", case, at, reason="other", clerk="approver-019", **here
                    )
                case 14:
                    pass  # nobody noted why
                case _:
                    continue
            for visit in range(1 + number % 3):
                ticket = f"{case}-again-{visit}"
                section = here["section"]
                self.say("case.linked", case, finished - 60_000, section=section, ticket=ticket)

    def excuse(self, promise: str, journey: str, section: str, at: int) -> None:
        self.say(
            "alert.excused",
            journey.partition("#")[0],
            at,
            section=section,
            alert=f"{promise}/{journey}/1",
            by="hall-chief",
            reason="停电",
        )

    def rectify(self) -> None:
        """Five orders: three of them are of October, each in its own way."""
        for number, section, opened, due, *acts in _ORDERS:
            self._order("opened", number, opened, section=section, due=due, **_OPENED[section])
            for what, at, data in acts:
                self._order(what, number, at, section=section, **data)

    def _order(self, what: str, number: str, at: str, **data: Any) -> None:
        self.say(f"rectification.{what}", number, milliseconds(at), by="hall-chief", **data)


_OPENED: dict[str, Data] = {
    "S01": {
        "promise": "appointment-wait-general",
        "clause": "四（二）1",
        "cause": "1号窗口反复超时",
        "counter": "C101",
        "alerts": ["appointment-wait-general/A/1", "appointment-wait-general/B/1"],
    },
    "S04": {"promise": "counter-staffed", "clause": "四（四）2", "cause": "午间反复脱岗"},
    "S24": {"promise": "online-first-response", "clause": "四（二）1", "cause": "开门时无人应答"},
}

_MOVED: Data = {"before": 0.25, "after": 0.05, "judged": 40, "moved": True}
_UNMOVED: Data = {"before": 0.2, "after": 0.25, "judged": 36, "moved": False}

_ORDERS: tuple[Any, ...] = (
    (
        *("ZG-20220905-001", "S01", "2022-09-05T10:00:00+08:00", "2022-09-15T17:00:00+08:00"),
        ("done", "2022-09-12T10:00:00+08:00", {"measure": "加开一个窗口"}),
        ("rechecked", "2022-09-20T20:00:00+08:00", _MOVED),
    ),
    (
        *("ZG-20220920-001", "S01", "2022-09-20T10:00:00+08:00", "2022-10-08T17:00:00+08:00"),
        ("assigned", "2022-09-20T11:00:00+08:00", {"to": "hall-chief"}),
        ("done", "2022-10-10T10:00:00+08:00", {"measure": "预约分时段放号"}),
        ("rechecked", "2022-10-20T20:00:00+08:00", _MOVED),
    ),
    (
        *("ZG-20221012-001", "S04", "2022-10-12T10:00:00+08:00", "2022-10-22T17:00:00+08:00"),
        ("assigned", "2022-10-12T11:00:00+08:00", {"to": "hall-chief"}),
    ),
    (
        *("ZG-20221013-001", "S24", "2022-10-13T10:00:00+08:00", "2022-10-23T17:00:00+08:00"),
        ("done", "2022-10-17T10:00:00+08:00", {"measure": "提前十分钟上线"}),
        ("rechecked", "2022-10-27T20:00:00+08:00", _UNMOVED),
    ),
    ("ZG-20221105-001", "S04", "2022-11-05T10:00:00+08:00", "2022-11-15T17:00:00+08:00"),
)
