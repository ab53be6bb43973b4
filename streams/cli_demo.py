"""`hallwatch demo`: broker, ClickHouse, worker, simulated hall and wall in one command.

Owns the order of starting and stopping. Each part is the product's own: the worker and
the simulator are the same commands a deployment runs. Invariant: however the demo ends,
no part of it is left running.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import signal
import sys
import time
from pathlib import Path

import aiohttp

from sinks.channel_kinds import check_options
from sinks.clickhouse_http import ClickHouseHttp, ServeSettings
from streams.broker.brokers import SECURITY_VARIABLES
from streams.broker.child import Child
from streams.broker.embedded import EmbeddedBroker, free_port
from streams.rules.load import load_rulebook
from streams.running import Running, noted, read_running
from streams.settings import Settings, SettingsError, read_settings

#: The demo's hall is open round the clock: it is started at any hour.
DEMO_RULES = Path(__file__).parent / "simulator" / "rules"


#: A demo's broker has no security, and its wall is looked at over plain HTTP on this machine.
_NOT_OF_DEMOS = SECURITY_VARIABLES | {"HALLWATCH_WALL_CERT_FILE", "HALLWATCH_WALL_KEY_FILE"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=20221014, help="of the simulated hall")
    parser.add_argument("--port", type=int, default=None, help="of the wall (0: any free one)")
    parser.add_argument(
        "--seconds", type=float, default=None, help="stop by itself after this long"
    )
    parser.add_argument(
        "--tell",
        action="store_true",
        help="with rules of your own: tell their people of the invented hall's alerts",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the rows of the demo before this one"
    )


def run_demo(arguments: argparse.Namespace) -> int:
    """0: stopped by Ctrl-C, SIGTERM or --seconds; 1: a part of it died."""
    return asyncio.run(_demo(read_settings(), arguments))


async def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    if not arguments.tell:
        _tells_nobody(settings)
    folder = settings.data.absolute()
    other = read_running(folder)
    if other is not None:
        raise SettingsError(
            f"a demo is running in {folder} (process {other.pid}, wall {other.wall}): stop it, or "
            "choose another folder by HALLWATCH_DATA"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for log in ("broker.log", "worker.log", "simulator.log"):
        (folder / log).unlink(missing_ok=True)
    if not arguments.keep:
        # The broker's log is in memory, so its rows would be of journeys nobody can add to.
        shutil.rmtree(folder / "clickhouse", ignore_errors=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    say("[1/5] broker …")
    async with EmbeddedBroker(log=folder / "broker.log") as broker:
        say(f"[1/5] broker: {broker.bootstrap}")
        # Whoever may write to the engine may read this user's files, so it asks for a
        # password that stands in a file only this user can read.
        password = secrets.token_urlsafe(16)
        engine = ClickHouseHttp(
            folder / "clickhouse", ServeSettings(read_only=False, password=password)
        )
        await engine.start()
        dsn = f"http://default:{password}@127.0.0.1:{engine.port}/default"
        say(f"[2/5] ClickHouse (embedded): {engine.dsn}")
        children: list[Child] = []
        try:
            environment = _environment(settings, arguments, broker.bootstrap, dsn)
            wall = f"http://{settings.wall_bind}:{environment['HALLWATCH_WALL_PORT']}/"
            worker = Child(_command("worker"), folder / "worker.log", environment)
            children.append(worker)
            say("[3/5] worker: starting …")
            if not await _answers(wall, worker, stop):
                return _died(worker, "worker", stop)
            say("[3/5] worker: ready")
            simulator = Child(
                _command(
                    "simulate",
                    f"--seed={arguments.seed}",
                    f"--broker={broker.bootstrap}",
                    f"--topic={settings.topic_prefix}.events",
                ),
                folder / "simulator.log",
                environment,
            )
            children.append(simulator)
            say("[4/5] simulated hall: 24 sections open their counters")
            running = Running(
                pid=os.getpid(),
                clickhouse=dsn,
                broker=broker.bootstrap,
                wall=wall,
                rules=str((settings.rules or DEMO_RULES).absolute()),
            )
            with noted(folder, running):
                say(f"[5/5] wall: {wall}")
                say(f'      ask it: {_own_name()} query "SELECT * FROM alerts_now LIMIT 5"')
                say("      stop: Ctrl-C")
                return await _watch(children, broker, stop, arguments.seconds)
        finally:
            say("stopping …")
            await asyncio.to_thread(_stop, children)
            await engine.stop()
            say("stopped")


def _tells_nobody(settings: Settings) -> None:
    """Whoever tries the demo in a hall's own environment pages no chief. Raises SettingsError."""
    why = "its people would be told of an invented hall's alerts; unset it, or say --tell"
    if settings.webhook:
        raise SettingsError(f"HALLWATCH_WEBHOOK: {why}")
    if settings.rules is not None:
        book = load_rulebook(settings.rules, check_options)
        kinds = sorted({one.kind for one in book.channels.values()} - {"log"})
        if kinds:
            raise SettingsError(f"HALLWATCH_RULES={settings.rules} ({', '.join(kinds)}): {why}")


def _environment(
    settings: Settings, arguments: argparse.Namespace, bootstrap: str, dsn: str
) -> dict[str, str]:
    port = settings.wall_port if arguments.port is None else arguments.port
    return {
        **{name: text for name, text in os.environ.items() if name not in _NOT_OF_DEMOS},
        "HALLWATCH_BROKER": bootstrap,
        "HALLWATCH_CLICKHOUSE": dsn,
        "HALLWATCH_TRANSACTIONS": "false",  # the embedded broker has none
        "HALLWATCH_SESSION_SECONDS": "6",  # it lets a member join after half of this
        "HALLWATCH_RULES": str(settings.rules or DEMO_RULES),
        "HALLWATCH_WALL_PORT": str(port or free_port()),
    }


def _own_name() -> str:
    """How the user called us, so that he can copy the line."""
    called = Path(sys.argv[0])
    return os.path.relpath(called) if called.name == "hallwatch" else "hallwatch"


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "streams.cli", *words]


async def _answers(url: str, worker: Child, stop: asyncio.Event) -> bool:
    """Whether the worker's wall answered before it died or we were stopped."""
    give_up_at = time.monotonic() + 90
    async with aiohttp.ClientSession() as session:
        while worker.exit_code is None and not stop.is_set() and time.monotonic() < give_up_at:
            try:
                async with session.get(f"{url}healthz") as response:
                    if response.status == 200:
                        return True
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    return False


async def _watch(
    children: list[Child], broker: EmbeddedBroker, stop: asyncio.Event, seconds: float | None
) -> int:
    started = time.monotonic()
    while not stop.is_set():
        if seconds is not None and time.monotonic() - started >= seconds:
            return 0
        for child in children:
            if child.exit_code is not None:
                return _died(child, child.log.stem, stop)
        if not broker.running:
            say(f"the broker died; its log: {broker.log}")
            return 1
        await asyncio.sleep(0.2)
    return 0


def _died(child: Child, name: str, stop: asyncio.Event) -> int:
    if stop.is_set():
        return 0
    say(f"the {name} stopped with exit code {child.exit_code}; the end of {child.log}:")
    say(child.log_tail())
    return 1


def _stop(children: list[Child]) -> None:
    for child in reversed(children):
        if child.exit_code is None:
            child.signal(signal.SIGTERM)
            child.wait(10)
        child.kill()


def say(text: str) -> None:
    print(text, flush=True)
