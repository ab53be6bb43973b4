"""Is one share higher than another by more than chance? The two-proportion z-test.

Owns the formula. Called by `items` (has the department's share risen?) and `recheck` (has
the breached share fallen?). Invariant: without two counts there is no difference, and equal
shares give 0.
"""

from math import sqrt


def z_of_rise(before: int, of_before: int, after: int, of_after: int) -> float:
    """How many standard errors `after / of_after` lies above `before / of_before`.

    Pooled, one-sided (Fleiss, Statistical Methods for Rates and Proportions, ch. 2):
    p = (before + after) / (of_before + of_after),
    z = (after/of_after - before/of_before) / sqrt(p (1 - p) (1/of_before + 1/of_after)).
    z >= 1.645 happens by chance in one of 20 looks, z >= 3.0 in one of 740. A plain ratio of
    the two shares would find a rise from 1 of 4 to 3 of 4 as grave as from 100 of 400 to 300.
    """
    if not of_before or not of_after:
        return 0.0
    pooled = (before + after) / (of_before + of_after)
    error = sqrt(pooled * (1 - pooled) * (1 / of_before + 1 / of_after))
    if not error:
        return 0.0  # all or none on both sides
    return (after / of_after - before / of_before) / error
