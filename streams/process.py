"""How the interpreter and the C library are set for a worker: three defaults that cost it.

Owns settings of the whole process, so only the process's owner calls it: `streams.worker`
at its start. Invariant: none of them changes what a worker does, only how fast.
"""

import ctypes
import gc
import sys

_SWITCH_SECONDS = 0.0005

#: Names of `mallopt` in glibc's malloc.h, and what they are set to.
_MALLOC = {
    -3: 32 * 1024 * 1024,  # M_MMAP_THRESHOLD, at its largest
    -1: 256 * 1024 * 1024,  # M_TRIM_THRESHOLD
    -8: 1,  # M_ARENA_MAX
}


def tune_process() -> None:
    """Once, before the worker's threads start."""
    # What a worker holds are trees, freed when the last reference goes; a full pass of the
    # cycle collector over a hundred thousand journeys finds nothing and takes a third of
    # the time. It still runs, for the libraries' sake, but seldom.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    # The deciding thread hardly ever waits, so the one that reads from Kafka gets its turn
    # by the clock only: at 5 ms a turn of 64 kB its reading is what limits us.
    sys.setswitchinterval(_SWITCH_SECONDS)
    _keep_freed_memory()


def _keep_freed_memory() -> None:
    """A settlement's bytes are some blocks of megabytes, freed when they are written and
    needed again a moment later. glibc gives such blocks back to the system each time, and
    having them zeroed page by page took a tenth of the processor. Other C libraries have
    no `mallopt`, and are left as they are."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    for name, value in _MALLOC.items():
        mallopt(name, value)
