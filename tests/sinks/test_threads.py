"""Threads whose calls may hang: a hanging one holds up neither closing nor the process."""

import asyncio
import subprocess
import sys
import threading

import pytest

from sinks.threads import Threads


async def test_what_a_call_returns_or_raises_comes_back() -> None:
    threads = Threads(2, "test")
    assert await threads.run(lambda a, b: a + b, 1, 2) == 3
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0)
    assert await threads.close(10)
    with pytest.raises(RuntimeError, match="after close"):
        await threads.run(print)


async def test_a_call_that_hangs_is_left_to_itself_and_those_behind_it_never_begin() -> None:
    begun: list[str] = []
    release, under_way = threading.Event(), threading.Event()

    def hang() -> None:
        under_way.set()
        release.wait()

    threads = Threads(1, "test")
    hanging = asyncio.create_task(threads.run(hang))
    behind = asyncio.create_task(threads.run(begun.append, "behind"))
    await asyncio.to_thread(under_way.wait)
    assert not await threads.close(0.01)
    release.set()
    await hanging
    assert await threads.close(10)
    assert begun == []
    behind.cancel()


ENDS = """
import asyncio, threading
from sinks.threads import Threads

async def main():
    threads = Threads(1, "test")
    task = asyncio.create_task(threads.run(threading.Event().wait))
    await asyncio.sleep(0)
    await threads.close(0)
    task.cancel()

asyncio.run(main())
"""


def test_the_interpreter_ends_while_a_call_hangs() -> None:
    # The limit is what fails here: such a process would never end.
    subprocess.run([sys.executable, "-c", ENDS], check=True, timeout=60)
