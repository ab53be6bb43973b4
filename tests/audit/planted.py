"""A day of the hall with planted cases: dozens of genuine ones, and a few of each sign.

Owns the scenario, as event bytes, and what an audit has to find in it. Called by the end to
end test. Invariant: everything not in `PLANTED` is genuine, in one of the many ways in which
cases and tickets are told.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

#: 09:00 in Shanghai of the audited day.
NINE = datetime(2022, 10, 14, 1, 0, tzinfo=UTC)
DAY = "2022-10-14"

SECTIONS = ("S01", "S02", "S03")

#: Case → signs and confidence an audit has to list it with.
PLANTED: dict[str, tuple[str, str]] = {
    # S02 takes them at its desk, and no ticket is there.
    "K-BARE-1": ("无现场痕迹", "确定"),
    "K-BARE-2": ("无现场痕迹", "确定"),
    # It names tickets that were never drawn.
    "K-FAKE-1": ("无现场痕迹", "确定"),
    # Its ticket belongs to another applicant's case.
    "K-OTHER-1": ("无现场痕迹", "确定"),
    # Somebody was at a counter of that section then; nobody says that it was for this.
    "K-NEAR-1": ("无现场痕迹", "很可能"),
    # An unclaimed visit was at its own counter: most likely only the link is missing.
    "K-LINKLESS-1": ("无现场痕迹", "可能"),
    # A listed item that only its department takes, fourteen days long.
    "K-VOLUME-1": ("无现场痕迹、进驻事项窗口几乎无件", "确定"),
    # The same, although this citizen did draw a ticket.
    "K-VOLUME-2": ("进驻事项窗口几乎无件", "确定"),
    # An item of which the department takes more and more.
    "K-SHARE-1": ("无现场痕迹、科室直收占比上升", "确定"),
}


class Told(Struct, frozen=True):
    """A record to send."""

    key: bytes
    value: bytes


def scenario() -> list[Told]:
    """In no order: events of one case may come before its ticket's."""
    made = _Hall()
    _genuine(made)
    _planted(made)
    _weeks_before(made)
    return made.told


def breaches(minute: int, count: int, counter: str = "C201", tag: str = "W") -> list[Told]:
    """Visits of S02 whose filing takes half an hour: each a breach of counter-filing."""
    made = _Hall()
    for number in range(count):
        made.visit(f"T-{tag}-{number}", minute + number, "S02", counter, filing=30)
    return made.told


def quick(minute: int, count: int, counter: str = "C201", tag: str = "Q") -> list[Told]:
    """The same, each kept."""
    made = _Hall()
    for number in range(count):
        made.visit(f"T-{tag}-{number}", minute + number, "S02", counter, filing=5)
    return made.told


def late_link(case: str, ticket: str) -> Told:
    made = _Hall()
    made.event("case.linked", case, 700, "S02", ticket=ticket)
    return made.told[0]


def _genuine(made: "_Hall") -> None:
    for number in range(10):
        at = 5 + 12 * number
        # The case names its ticket.
        made.visit(f"T-A{number}", at, "S01", "C101", applicant=f"p-a{number:03}")
        made.case(f"K-A{number}", at + 6, "S01", ticket=f"T-A{number}")
        # The link comes later, from the back office.
        made.visit(f"T-B{number}", at, "S01", "C102")
        made.case(f"K-B{number}", at + 7, "S01", applicant=f"p-b{number:03}")
        made.event("case.linked", f"K-B{number}", at + 200, "S01", ticket=f"T-B{number}")
        # A later stage names the terminal session.
        made.visit(f"T-C{number}", at, "S02", "C201")
        made.case(f"K-C{number}", at + 8, "S02")
        made.event("case.linked", f"K-C{number}", at + 90, "S02", session=f"T-C{number}")
        # Nobody links them, and the applicant is the same.
        made.visit(f"T-D{number}", at, "S03", "C301", applicant=f"p-d{number:03}")
        made.case(f"K-D{number}", at + 100, "S03", applicant=f"p-d{number:03}")
        # Accepted at a comprehensive counter, kept by another section.
        made.visit(f"T-E{number}", at, "S01", "C103")
        made.case(f"K-E{number}", at + 5, "S03", ticket=f"T-E{number}")
        # Nobody was ever there.
        made.case(f"K-ON{number}", at, "S02", channel="online", applicant=f"p-o{number:03}")
        made.case(f"K-SELF{number}", at, "S02", channel="self-service")
        made.case(f"K-MAIL{number}", at, "S02", channel="mail")
        # Its department may take it by itself.
        made.case(f"K-OWN{number}", at, "S02", channel="department", item="grant")


def _planted(made: "_Hall") -> None:
    # At noon nobody else is at a counter of S02.
    noon = 240
    made.case("K-BARE-1", noon, "S02", counter="C201")
    made.case("K-BARE-2", noon + 5, "S02", channel="department", applicant="p-x001")
    made.case("K-FAKE-1", 30, "S02", ticket="T-NEVER")
    made.visit("T-X", noon + 100, "S02", "C201", applicant="p-x002")
    made.case("K-X", noon + 101, "S02", ticket="T-X", applicant="p-x002")
    made.case("K-OTHER-1", noon + 102, "S02", counter="C201", applicant="p-x003")
    made.visit("T-Y", noon + 180, "S02", "C202")
    made.case("K-NEAR-1", noon + 185, "S02", counter="C201")
    made.visit("T-Z", noon + 260, "S02", "C203")
    made.case("K-LINKLESS-1", noon + 262, "S02", counter="C203")
    made.case("K-VOLUME-1", noon, "S03", channel="department", item="seal")
    made.visit("T-V", noon + 300, "S03", "C301")
    made.case("K-VOLUME-2", noon + 301, "S03", channel="department", item="seal", ticket="T-V")
    made.case("K-SHARE-1", noon, "S03", channel="department", item="drift", applicant="p-x004")


def _weeks_before(made: "_Hall") -> None:
    """Of the items: `permit` as ever at the counter, `seal` only by its department, `drift`
    at the counter until a week ago. All of them with their tickets, but for `seal`."""
    for before in range(1, 36):
        at = -before * 1440
        for number in range(3):
            made.case(f"K-P{before}-{number}", at + 60 + number, "S01", ticket="T-OLD")
        for number in range(6):
            by = "department" if before <= 6 and number > 1 else "counter"
            made.case(
                f"K-R{before}-{number}", at + 90 + number, "S03",
                item="drift", channel=by, ticket="T-OLD",
            )  # fmt: skip
        if before < 14:
            made.case(
                f"K-S{before}", at + 120, "S03", item="seal", channel="department", ticket="T-OLD"
            )


class _Hall:
    """Makes events, each with an id of its own."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def event(self, kind: str, subject: str, minute: float, section: str, **data: Any) -> None:
        moment = (NINE + timedelta(minutes=minute)).isoformat(timespec="milliseconds")
        system = kind.partition(".")[0]
        event = {
            "specversion": "1.0",
            "id": f"{subject}/{kind}/{minute:g}",
            "source": f"urn:hall:{system}",
            "type": kind,
            "subject": subject,
            "time": moment,
            "data": {"section": section, **data},
        }
        self.told.append(Told(subject.encode(), msgspec.json.encode(event)))

    def visit(
        self,
        ticket: str,
        minute: float,
        section: str,
        counter: str,
        applicant: str | None = None,
        filing: float = 8,
    ) -> None:
        who = {"applicant": applicant} if applicant else {}
        self.event("ticket.issued", ticket, minute - 5, section, service="permit", **who)
        self.event("ticket.checked-in", ticket, minute - 5, section)
        self.event("ticket.called", ticket, minute, section, counter=counter)
        terminal = {"terminal": f"TM-{counter}", "counter": counter}
        self.event("terminal.session-started", ticket, minute, section, **terminal)
        recording = f"rec://{ticket}"
        self.event(
            "terminal.recording-started", ticket, minute, section, recording=recording, **terminal
        )
        self.event("terminal.identity-check-started", ticket, minute + 1, section, **terminal)
        self.event(
            "terminal.materials-submitted", ticket, minute + 1 + filing, section,
            item="permit", **terminal,
        )  # fmt: skip
        self.event("ticket.served", ticket, minute + 2 + filing, section, counter=counter)

    def case(
        self,
        number: str,
        minute: float,
        section: str,
        item: str = "permit",
        channel: str = "counter",
        **data: Any,
    ) -> None:
        self.event("case.accepted", number, minute, section, item=item, channel=channel, **data)
        self.event("case.finished", number, minute + 50, section, item=item)
        self.event("rating.invited", number, minute + 51, section, about="case")
