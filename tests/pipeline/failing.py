"""`hallwatch worker` with a bug: it fails as soon as its data folder has a file named `fail`.

Run by `test_stop`. Invariant: up to that moment it is the worker everybody runs.
"""

import asyncio
import sys

import streams.cli_worker
from streams.cli import main
from streams.worker import Worker


class FailingWorker(Worker):
    async def stopped(self) -> None:
        while not (self.settings.data / "fail").exists():  # noqa: ASYNC110 - a file calls nobody
            await asyncio.sleep(0.05)
        raise RuntimeError("a planted bug")


if __name__ == "__main__":
    vars(streams.cli_worker)["Worker"] = FailingWorker
    sys.exit(main())
