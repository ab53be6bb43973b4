"""The wall's words of promises against the core's: rooms that may not import each other."""

from dashboards.words import NOBODY_WAITS, PROMISES
from streams.core.rules import KINDS, Promise, PromiseKind


def test_every_promise_has_its_words() -> None:
    assert {promise.id for promise in PROMISES} == set(Promise)


def test_somebody_waits_for_deadlines_and_for_nothing_else() -> None:
    assert set(NOBODY_WAITS) == {
        promise for promise, kind in KINDS.items() if kind is not PromiseKind.DEADLINE
    }
