"""Visits of the day: from the ticket to the last signature, or however far they come.

Owns their plans. Called by the source. Invariant: what stops a clock is in the log before
the clock reaches what it stops, and before whatever else could be taken for it
(`plan.VISIT_HELD_MS`).
"""

from random import Random

from tests.chaos.day.plan import VISIT_HELD_MS, Data, Happening, Script, moment

SOURCE = "urn:hall:queue"

#: Seconds: warned, limit, by complexity of the matter.
WAITS = {"general": (420, 600), "complex": (1440, 1800)}
FILING = (900, 1200)

_HELD = VISIT_HELD_MS // 1000 + 1


def visit(random: Random, number: int, begins: int) -> list[Happening]:
    script = Script(random, f"t-{number}", SOURCE, VISIT_HELD_MS)
    channel = random.choices(("appointment", "walk-in", "direct"), (60, 34, 6))[0]
    complexity = random.choice(("general", "complex"))
    here = begins + script.ms(1, 120)
    issued: Data = {"service": f"item-{random.randint(1, 3)}"}
    starts = here
    if channel == "appointment":
        # Early, a little late, or so late that it is no appointment any more.
        early = random.choices(((0, 1200), (-880, 0), (-2400, -920)), (45, 45, 10))[0]
        booked = here + script.ms(*early)
        starts = max(here, booked)
        issued["appointment"] = moment(booked)
    script.add(begins, "ticket.issued", channel=channel, complexity=complexity, **issued)
    if channel == "appointment" or random.random() < 0.7:
        script.add(here, "ticket.checked-in")
    else:
        starts = begins  # he was there when the ticket was issued
    _queue(script, starts, WAITS[complexity])
    return script.happenings


def _queue(script: Script, starts: int, wait: tuple[int, int]) -> None:
    warn, limit = wait
    random = script.random
    counter = f"C{random.randint(1, 9)}"
    clerk = f"clerk-{random.randint(1, 40)}"
    kind = random.random()
    if kind < 0.03:
        return  # never called: open at closing time
    if kind < 0.05:
        script.add(starts + script.ms(5, 119), "ticket.left")
    elif kind < 0.08:
        script.add(starts + script.ms(125, warn - _HELD), "ticket.left")
    elif kind < 0.10:
        script.add(starts + script.ms(limit + 1, limit + 900), "ticket.left", reason="tired")
    elif kind < 0.12:
        at = starts + script.ms(5, warn - _HELD)
        script.add(at, "ticket.cancelled-by-clerk", counter=counter)
    else:
        spans = ((5, warn - _HELD), (warn + 1, limit - _HELD), (limit + 1, limit + 900))
        called = starts + script.ms(*random.choices(spans, (74, 12, 14))[0])
        script.add(called, "ticket.called", counter=counter, clerk=clerk)
        if random.random() < 0.06:
            script.add(called + script.ms(5, 20), "ticket.recalled", counter=counter, clerk=clerk)
        _served(script, called, counter, clerk)


def _served(script: Script, called: int, counter: str, clerk: str) -> None:
    random = script.random
    if random.random() < 0.05:
        script.add(called + script.ms(_HELD, 120), "ticket.no-show", counter=counter)
        return
    warn, limit = FILING
    spans = ((30, warn - _HELD), (warn + 1, limit - _HELD), (limit + 1, 1800))
    filing = script.ms(*random.choices(spans, (76, 11, 13))[0])
    if random.random() < 0.25:  # no terminal: call to served is all there is of the filing
        script.add(called + filing, "ticket.served", counter=counter, clerk=clerk)
        return
    desk: Data = {"counter": counter, "terminal": "T1"}
    at = called + script.ms(_HELD, 60)
    script.add(at, "terminal.session-started", clerk=clerk, **desk)
    at += script.ms(5, 20)
    script.add(at, "terminal.identity-check-started", **desk)
    script.add(at + script.ms(1, 20), "terminal.identity-check-passed", **desk)
    if random.random() < 0.2:
        script.add(
            at + script.ms(1, 20), "terminal.material-requested", item="i-1", material="m-2", **desk
        )
    if random.random() < 0.03:
        return  # open at closing time
    at += filing
    script.add(at, "terminal.materials-submitted", item="i-1", materials=3, **desk)
    at += script.ms(_HELD, 120)
    script.add(at, "ticket.served", counter=counter, clerk=clerk)
    script.add(at + 1_000, "terminal.session-ended", **desk)
