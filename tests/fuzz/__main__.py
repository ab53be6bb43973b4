"""`make fuzz`: a million mutated messages through decode and the core, and a table of them.

    python -m tests.fuzz --messages 1000000 --seed 7      # all cores
    python -m tests.fuzz --seed 7 --round 123             # one round again

Invariant: exit code 0 means that every one of them is accounted for.
"""

import argparse
import multiprocessing
import os
import sys
import time

from tests.fuzz.run import ROUND, EscapedError, Tally, rulebook, run_round

_REPORT_EVERY_S = 10.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20221014)
    parser.add_argument("--round", type=int, default=None, help="only this one")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    rounds = (
        range(-(-arguments.messages // ROUND))
        if arguments.round is None
        else range(arguments.round, arguments.round + 1)
    )
    started = time.monotonic()
    total, said_at = Tally(), started
    work = [(arguments.seed, number) for number in rounds]
    with multiprocessing.Pool(arguments.processes) as pool:
        for found in pool.imap_unordered(_round, work, chunksize=4):
            if isinstance(found, str):
                print(f"\nESCAPED {found}", file=sys.stderr)
                return 1
            total.add(found)
            if time.monotonic() > said_at + _REPORT_EVERY_S:
                said_at = time.monotonic()
                print(f"… {total.messages:,} of {len(work) * ROUND:,}", flush=True)
    _print(total, arguments.seed, time.monotonic() - started)
    return 0


def _round(work: tuple[int, int]) -> Tally | str:
    """Runs in a process of the pool; an escape comes back as text."""
    try:
        return run_round(rulebook(), *work)
    except EscapedError as error:
        return str(error)


def _print(total: Tally, seed: int, seconds: float) -> None:
    print(f"seed {seed}: {total.messages:,} messages in {seconds:.0f} s, nothing escaped")
    print(f"  {'accepted as events':<28}{total.events:>10,}")
    print(f"  {'clocks of a replay':<28}{total.clocks:>10,}")
    print(f"  {'dead letters':<28}{total.refused.total():>10,}")
    for reason, count in total.refused.most_common():
        print(f"    {reason:<26}{count:>10,}")
    for table, count in sorted(total.rows.items()):
        print(f"  {f'rows of {table}':<28}{count:>10,}")
    print(f"  {'alert messages':<28}{total.alerts:>10,}")


if __name__ == "__main__":
    sys.exit(main())
