"""What the checkpoint costs: the share of the core's work that goes into bytes of the state.

Owns the measurement, in this process: no broker, no rows written. Invariant: the same slices are
settled as a lane's, and the state is encoded by the same function.
"""

import time
from collections.abc import Sequence

from msgspec import Struct

from schemas.decode import Rejected, decode
from streams.core.partition import Limits, Partition
from streams.core.state import encode_changes, encode_position
from streams.rules.load import load_rulebook
from tests.bench.load import Told
from tests.bench.recorded import WrongResultError


class Saving(Struct, frozen=True):
    """Seconds of processor per million events."""

    deciding: float  #: decoding, joining, judging, without rows
    encoding: float  #: the state that changed
    bytes_per_event: float


def save(load: Sequence[Told], slice_records: int) -> Saving:
    """Decides `load` in slices of one partition. Raises WrongResultError."""
    partition = Partition(0, load_rulebook(), Limits(event_clock=True))
    encoding, size = 0.0, 0
    began = time.process_time()
    for start in range(0, len(load), slice_records):
        for offset, told in enumerate(load[start : start + slice_records], start):
            event = decode(told.line, key=told.key)
            if isinstance(event, Rejected):
                raise WrongResultError(f"event {offset} is refused: {event.detail}")
            partition.take(event, offset, 0)
        outcomes = partition.settle(partition.log_time)
        at = time.process_time()
        records = [encode_position(partition.position), *encode_changes(outcomes.saved)]
        encoding += time.process_time() - at
        size += sum(len(key) + len(value or b"") for key, value in records)
    together = time.process_time() - began
    million = len(load) / 1e6
    return Saving((together - encoding) / million, encoding / million, size / len(load))
