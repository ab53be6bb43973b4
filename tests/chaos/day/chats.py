"""Chats of the day: what can become of a request for a human.

Owns their plans. Called by the source. Invariant: an answer that is not held back for long
is in the log before the clock reaches what it stops (`plan.CHAT_HELD_MS`), and what ends a
chat is behind its answer in the log.
"""

from random import Random

from tests.chaos.day.hours import after, between
from tests.chaos.day.plan import CHAT_HELD_MS, Happening, Script

SOURCE = "urn:hall:chat"

#: Answered, in seconds of service time: in time, after the warning, too late.
_IN_TIME, _WARNED, _LATE = (1, 34), (41, 54), (61, 240)

_AFTER_ALL = CHAT_HELD_MS + 1_000


def chat(random: Random, number: int, begins: int) -> list[Happening]:
    script = Script(random, f"chat-{number}", SOURCE, CHAT_HELD_MS)
    script.add(begins, "assist.requested", service=random.choice(("permit", "tax", "general")))
    script.add(begins + script.ms(0.01, 0.5), "assist.message", author="bot")
    clerk = f"clerk-{random.randint(1, 40)}"
    assigned = begins + script.ms(0.5, 0.9)
    script.add(assigned, "assist.assigned", clerk=clerk)
    kind = random.random()
    if kind < 0.04:
        return script.happenings  # nobody ever answers
    if kind < 0.09:
        gives_up = after(begins, script.ms(*random.choice(((5, 34), (70, 200)))))
        script.add(gives_up, "assist.closed", by="citizen")
        return script.happenings
    _answered(script, begins, clerk)
    return script.happenings


def _answered(script: Script, begins: int, clerk: str) -> None:
    random = script.random
    span = random.choices((_IN_TIME, _WARNED, _LATE), (75, 11, 14))[0]
    reply = after(begins, script.ms(*span))
    held = None
    if span is _IN_TIME and random.random() < 0.08 and between(begins, begins + 900_000) == 900_000:
        held = script.ms(300, 420)  # long after the limit, which was kept all the same
    if random.random() < 0.3:
        script.add(begins + 950, "assist.message", author="human", automatic=True, clerk=clerk)
    if random.random() < 0.1:
        script.add(begins + 990, "assist.message", author="human", visible=False, clerk=clerk)
    if random.random() < 0.1:  # handed on: the clock goes on, the clerk of the reply counts
        script.add(begins + 1_000, "assist.assigned", clerk="clerk-99")
        clerk = "clerk-99"
    script.add(reply, "assist.message", held, author="human", clerk=clerk)
    over = reply + (held or 0) + _AFTER_ALL
    if random.random() < 0.5:
        script.add(over + script.ms(0, 60), "assist.message", author="citizen")
    if random.random() < 0.7:
        script.add(over + script.ms(0, 60), "assist.resolved", resolved=random.random() < 0.9)
    if random.random() < 0.05:
        script.add(over, "assist.handed-to-department", department="dept-3")
    if random.random() < 0.93:  # else it is open at closing time
        script.add(over + script.ms(1, 90), "assist.closed")
