"""`hallwatch try`: a hall's own rules on embedded parts, with a gateway and a key to send with.

Owns what a trial says and where its data is. The parts are `streams.cli_stage`'s; no event is
invented here. Called by `streams.cli`. Invariants: nobody is told of an alert unless asked; what
is kept from one trial to the next lies in the folder that was named, and nothing else is removed
than what a trial before has left.
"""

import argparse
import shutil
from datetime import UTC, datetime
from pathlib import Path

from sinks.channel_kinds import check_options
from streams import cli_stage
from streams.cli_stage import Stage, own_name, play, port_of, refuse_second, say, staged
from streams.gateway.key_desk import new_key, revoke_key
from streams.gateway.keyring import KeyFileError, read_key_file
from streams.rules.load import load_rulebook
from streams.settings import Settings, SettingsError, read_settings

#: Whose key is printed. It may send everything: whoever tries is all his systems himself.
_SENDER = "trial"

_HERE = "127.0.0.1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep-in",
        type=Path,
        metavar="DIR",
        help="keep rows and keys there from one trial to the next; else each begins empty",
    )
    cli_stage.add_arguments(parser)
    parser.add_argument(
        "--gateway-port", type=int, default=None, help="of the gateway (0: any free one)"
    )
    parser.add_argument(
        "--tell",
        action="store_true",
        help="tell people, robots and HALLWATCH_WEBHOOK of alerts; else nobody is told",
    )


def run_try(arguments: argparse.Namespace) -> int:
    """0: stopped by Ctrl-C, SIGTERM or --seconds; 1: a part of it died."""
    settings = read_settings()
    load_rulebook(settings.rules, check_options)  # mistakes are told before anything is started
    notes = settings.data.absolute()
    refuse_second(notes)
    if arguments.keep_in is None:
        folder = notes / "trial"
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder = arguments.keep_in.absolute()
    return play(_try(settings, notes, folder, arguments))


async def _try(
    settings: Settings, notes: Path, folder: Path, arguments: argparse.Namespace
) -> None:
    say("[1/4] broker …")
    async with staged(folder) as stage:
        say(f"[1/4] broker: {stage.bootstrap}, topic {settings.topic_prefix}.events")
        say(f"[2/4] ClickHouse (embedded): {stage.shown_dsn}")
        wall_port = port_of(arguments.port, settings.wall_port)
        wall = f"http://{settings.wall_bind}:{wall_port}/"
        say("[3/4] worker: starting …")
        worker = stage.start(
            "worker",
            *([] if arguments.tell else ["--tell-nobody"]),
            wall_port=wall_port,
            status_port=-1,  # one port, and two who would have it
        )
        if not await stage.until_answered(f"{wall}healthz", worker):
            return
        say(f"[3/4] worker: ready, with {settings.rules or 'the shipped rules (HALLWATCH_RULES)'}")
        gateway, token = await _gateway(stage, settings, arguments)
        if not gateway:
            return
        say(f"[4/4] gateway: {gateway}/events")
        with stage.noted(notes, wall, settings.rules):
            _explain(wall, gateway, token, arguments)
            await stage.until_stopped(arguments.seconds)


def _explain(wall: str, gateway: str, token: str, arguments: argparse.Namespace) -> None:
    told = "people are told of alerts" if arguments.tell else "nobody is told of alerts (--tell)"
    kept = arguments.keep_in or "nothing (--keep-in DIR)"
    say(f"      wall: {wall}")
    say(f"      {told}; kept afterwards: {kept}")
    say("      stop: Ctrl-C")
    say("")
    say("In another terminal, and on with docs/connect.md:")
    say("")
    say(f"export GATEWAY={gateway} KEY={token}")
    say("")
    say(f"A ticket's journey then: {own_name()} trace TICKET")


async def _gateway(
    stage: Stage, settings: Settings, arguments: argparse.Namespace
) -> tuple[str, str]:
    """Its address without the slash, and a key that opens it; "" if told to stop."""
    keys = stage.folder / "gateway-keys.json"
    token = _new_key(keys)
    port = port_of(arguments.gateway_port, settings.gateway_port)
    child = stage.start(
        "gateway",
        gateway_bind=_HERE,
        gateway_port=port,
        gateway_keys_file=keys,
        status_port=-1,
    )
    address = f"http://{_HERE}:{port}"
    return (address, token) if await stage.until_answered(f"{address}/readyz", child) else ("", "")


def _new_key(path: Path) -> str:
    """In place of what the trial before had: of that one only the hash is left."""
    try:
        for sender in read_key_file(path).senders:
            for key in sender.keys if sender.name == _SENDER else []:
                revoke_key(path, key.id)
        return new_key(path, _SENDER, datetime.now(UTC), sources=["*"], types=["*"])[1]
    except KeyFileError as error:
        raise SettingsError(f"--keep-in: {error}") from None
