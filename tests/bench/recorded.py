"""What ClickHouse holds after a run, against what the load comes to.

Owns the comparison; asks through `hallwatch query`, in a process of its own, since one
process can open one embedded engine only. Called by the runs. Invariant: a figure the
truth does not have counts as wrong, too.
"""

import os
import subprocess

from tests.bench.load import Truth
from tests.bench.pinned import ROOT, python


class WrongResultError(Exception):
    """The run was fast or slow, but not right."""


def figures(clickhouse: str, sql: str) -> Truth:
    """The answer to `sql`, whose two columns are a figure's name and its value."""
    asked = subprocess.run(
        python("-m", "streams.cli", "query", "--format", "TabSeparated", sql),
        cwd=ROOT,
        env={**os.environ, "HALLWATCH_CLICKHOUSE": clickhouse},
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        raise WrongResultError(f"ClickHouse does not answer: {asked.stdout}{asked.stderr}")
    found: Truth = {}
    for line in asked.stdout.splitlines():
        name, value = line.split("\t")
        found[name] = int(value)
    return found


def must_equal(found: Truth, truth: Truth) -> None:
    """Raises WrongResultError, naming each figure that differs."""
    wrong = [
        f"{name}: {found.get(name, 0)} instead of {truth.get(name, 0)}"
        for name in sorted(found.keys() | truth.keys())
        if found.get(name, 0) != truth.get(name, 0)
    ]
    if wrong:
        raise WrongResultError("; ".join(wrong))
