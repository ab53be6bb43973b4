"""What each worked query has to answer: a number stands for the query of that number on the page.

Owns only which is whose. Invariant: floats are compared to a part in a million, but for
percentiles out of histograms (2 %).
"""

from collections.abc import Callable

from tests.history import oracle_journeys as journeys
from tests.history import oracle_promises as promises
from tests.history.hall import Hall, Rows

ORACLES: dict[int, Callable[[Hall], Rows]] = {
    1: journeys.q1,
    2: journeys.q2,
    3: journeys.q3,
    4: journeys.q4,
    5: promises.q5,
    6: promises.q6,
    7: promises.q7,
    8: journeys.q8,
    9: promises.q9,
    10: journeys.q10,
    11: journeys.q11,
    12: promises.q12,
    13: promises.q13,
    14: promises.q14,
    15: promises.q15,
    16: journeys.q16,
    17: journeys.q17,
    18: promises.q18,
    19: promises.q19,
    20: journeys.q20,
}
