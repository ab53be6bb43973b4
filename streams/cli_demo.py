"""`hallwatch demo`: broker, ClickHouse, worker, simulated hall and wall in one command.

Owns what is simulated and what the demo says. The parts are `streams.cli_stage`'s. Called by
`streams.cli`. Invariant: no person of a hall's own rules is told of an invented hall, unless asked.
"""

import argparse
import shutil
from pathlib import Path

from sinks.channel_kinds import check_options
from streams import cli_stage
from streams.cli_stage import own_name, play, port_of, refuse_second, say, staged
from streams.rules.load import load_rulebook
from streams.settings import Settings, SettingsError, read_settings

#: The demo's hall is open round the clock: it is started at any hour.
DEMO_RULES = Path(__file__).parent / "simulator" / "rules"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=20221014, help="of the simulated hall")
    cli_stage.add_arguments(parser)
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
    settings = read_settings()
    if not arguments.tell:
        _tells_nobody(settings)
    folder = settings.data.absolute()
    refuse_second(folder)
    if not arguments.keep:
        # The broker's log is in memory, so its rows would be of journeys nobody can add to.
        shutil.rmtree(folder / "clickhouse", ignore_errors=True)
    return play(_demo(settings, folder, arguments))


async def _demo(settings: Settings, folder: Path, arguments: argparse.Namespace) -> None:
    say("[1/5] broker …")
    async with staged(folder) as stage:
        say(f"[1/5] broker: {stage.bootstrap}")
        say(f"[2/5] ClickHouse (embedded): {stage.shown_dsn}")
        port = port_of(arguments.port, settings.wall_port)
        wall = f"http://{settings.wall_bind}:{port}/"
        rules = settings.rules or DEMO_RULES
        say("[3/5] worker: starting …")
        worker = stage.start("worker", rules=rules.absolute(), wall_port=port)
        if not await stage.until_answered(f"{wall}healthz", worker):
            return
        say("[3/5] worker: ready")
        stage.start(
            "simulate", f"--seed={arguments.seed}", f"--topic={settings.topic_prefix}.events"
        )
        say("[4/5] simulated hall: 24 sections open their counters")
        with stage.noted(folder, wall, rules):
            say(f"[5/5] wall: {wall}")
            say(f'      ask it: {own_name()} query "SELECT * FROM alerts_now LIMIT 5"')
            say("      stop: Ctrl-C")
            await stage.until_stopped(arguments.seconds)


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
