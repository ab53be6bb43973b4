"""How long somebody in a queue will still wait, as chances: the Erlang-A model, conditional.

Pure arithmetic, in seconds; knows no ticket and no clock. Called by `outlook`. One queue, first
come first called; calls come at `pace` as long as anybody waits (all counters together), and
whoever waits loses patience at the rate `leaving` (Palm 1943, Erlang-A; Garnett, Mandelbaum and
Reiman 2002). With `ahead` people before him his wait is the time until `ahead` + 1 went, at the
rates pace + n x leaving for n = ahead … 0: a pure death process. Its distribution has a closed
form, which for leaving = 0 is Erlang's own (the Gamma distribution of an M/M/c queue).
Invariants: a chance falls with the pace and with the time given, and grows with who is ahead.
"""

from math import exp, expm1, log


def not_called(ahead: int, pace: float, leaving: float, within: float) -> float:
    """The chance that fewer than `ahead` + 1 people went within so many seconds, he himself
    being patient: the sum over j <= ahead of the negative binomial

        exp(-pace t) x product over i < j of (pace + i leaving) s / (i + 1),
        s = (1 - exp(-leaving t)) / leaving,

    which is Poisson's for leaving = 0 (then s = t).
    """
    if within <= 0:
        return 1.0
    if pace <= 0:
        return 1.0  # those ahead may leave, but nobody is called
    span = -expm1(-leaving * within) / leaving if leaving > 0 else within
    term = -pace * within  # logarithms: a fast queue and a long time would underflow
    chance = exp(term)
    for gone in range(ahead):
        factor = (pace + gone * leaving) * span / (gone + 1)
        if factor <= 0:
            break  # too small for a float, and so is what follows
        term += log(factor)
        chance += exp(term)
    return min(1.0, chance)


def still_waiting(ahead: int, pace: float, leaving: float, within: float) -> float:
    """The chance that he is still there, uncalled, after so many seconds: not called, and not
    gone by himself. That is what a broken promise is; whoever leaves before it has not been
    let down by it (semantics §3, Leaving)."""
    return not_called(ahead, pace, leaving, within) * exp(-leaving * max(0.0, within))
