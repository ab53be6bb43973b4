"""What is going to happen in the hall: who comes, and how long each thing takes.

Owns the seeded journeys and their bytes. Knows nothing of faults, and nothing of how the
pipeline works. Called by `tests.chaos.source`. Invariant: the same seed plans the same
journeys; when each event really happened is written down when it is sent.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from msgspec import Struct

#: Seconds. Every promise gets these, so that a breach takes seconds, not minutes.
LIMIT_S, WARN_S = 8.0, 5.0

SECTIONS = 6

Data = dict[str, object]


class Step(Struct, frozen=True):
    """One event to come, `after` seconds after the journey began."""

    after: float
    kind: str
    data: Data
    held_s: float = 0.0  #: how long the source keeps it before it sends it
    twice: bool = False


class Plan(Struct, frozen=True):
    """One journey. `source` as CloudEvents has it."""

    subject: str
    source: str
    section: str
    steps: tuple[Step, ...]


def make_plans(random: Random) -> Iterator[Plan]:
    """Without end; chats and visits in turn."""
    number = 0
    while True:
        number += 1
        section = f"S{random.randint(1, SECTIONS):02d}"
        make = _chat if number % 2 else _visit
        yield make(random, number, section)


def _duration(random: Random) -> float | None:
    """Of what a promise is about: mostly kept, some warned, some late; None: never ends."""
    kind = random.random()
    if kind < 0.70:
        return random.uniform(0.2, 4.2)
    if kind < 0.82:
        return random.uniform(5.6, 7.2)
    if kind < 0.97:
        return random.uniform(9.0, 22.0)
    return None


def _disturbed(random: Random, steps: list[Step]) -> tuple[Step, ...]:
    """Some events are sent twice, some late and so out of order."""
    found = []
    for step in steps:
        held = random.uniform(0.3, 4.0) if random.random() < 0.03 else 0.0
        found.append(Step(step.after, step.kind, step.data, held, random.random() < 0.05))
    return tuple(found)


def _chat(random: Random, number: int, section: str) -> Plan:
    steps = [Step(0.0, "assist.requested", {"service": "permit"})]
    answer = _duration(random)
    assigned = random.uniform(0.1, 0.2 if answer is None else answer)
    steps.append(Step(assigned, "assist.assigned", {"clerk": "clerk-07"}))
    if answer is not None:
        steps.append(Step(answer / 2, "assist.message", {"author": "human", "automatic": True}))
        steps.append(Step(answer, "assist.message", {"author": "human", "clerk": "clerk-07"}))
        steps.append(Step(answer + random.uniform(0.2, 3.0), "assist.closed", {}))
    return Plan(f"chat-{number}", "urn:hall:chat", section, _disturbed(random, steps))


def _visit(random: Random, number: int, section: str) -> Plan:
    counter: Data = {"counter": f"C{random.randint(1, 9)}"}
    issued: Data = {"service": f"item-{random.randint(1, 3)}"}
    if random.random() < 0.7:
        issued |= {"channel": "appointment", "complexity": "general"}
    steps = [Step(0.0, "ticket.issued", issued)]
    at = random.uniform(0.2, 1.0)
    steps.append(Step(at, "ticket.checked-in", {}))
    wait = _duration(random)
    if wait is None:
        return Plan(f"t-{number}", "urn:hall:queue", section, _disturbed(random, steps))
    at += wait
    steps.append(Step(at, "ticket.called", counter))
    terminal = counter | {"terminal": "T1"}
    at += random.uniform(0.2, 0.6)
    steps.append(Step(at, "terminal.session-started", terminal))
    at += 0.2
    steps.append(Step(at, "terminal.identity-check-started", terminal))
    filing = _duration(random)
    if filing is not None:
        at += filing
        steps.append(Step(at, "terminal.materials-submitted", {**terminal, "item": "item-1"}))
        steps.append(Step(at + random.uniform(0.2, 1.0), "ticket.served", counter))
    return Plan(f"t-{number}", "urn:hall:queue", section, _disturbed(random, steps))


def encode(plan: Plan, index: int, at_ms: int, began_ms: int) -> bytes:
    """Step `index` of `plan`, which happened at `at_ms`; an appointment is for `began_ms`."""
    step = plan.steps[index]
    data: Data = {"section": plan.section, **step.data}
    if step.kind == "ticket.issued" and data.get("channel") == "appointment":
        data["appointment"] = _moment(began_ms)
    event = {
        "specversion": "1.0",
        "id": f"{plan.subject}-{index}",
        "source": plan.source,
        "type": step.kind,
        "subject": plan.subject,
        "time": _moment(at_ms),
        "data": data,
    }
    return json.dumps(event).encode()


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
