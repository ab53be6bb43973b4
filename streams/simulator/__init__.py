"""A simulated hall that sends the events of a real one, for demos, tests and benchmarks.

Owns the invented hall and its citizens. Imports only the contracts; knows nothing of rules,
verdicts or Kafka. `simulate` is pure: the same hall, seed and times give the same bytes;
`run_live` paces them by the wall clock. A plain agenda (`agenda`) drives it rather than a
queueing library: Ciw and SimPy model the waiting, but what matters here is the wire (some
thirty event types per visit, faults, endless lazy output), and that would remain to be
written around them, while the queue itself is a page.
"""

from streams.simulator.hall import Hall, HallError, read_hall
from streams.simulator.live import Send, run_live
from streams.simulator.simulate import simulate
from streams.simulator.wire import Fault, Timed

__all__ = ["Fault", "Hall", "HallError", "Send", "Timed", "read_hall", "run_live", "simulate"]
