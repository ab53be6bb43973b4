"""`hallwatch gateway` and `hallwatch gateway-keys`: events over HTTP, and who may send them.

Wiring: settings, signals, ports, exit codes. The work is `streams.gateway`. Called by
`streams.cli`. Invariant: SIGTERM and SIGINT end in exit code 0, after every request in hand has had
its answer or `STOP_SECONDS` have passed.
"""

import argparse
import asyncio
import logging
import signal
import ssl
import sys
from datetime import UTC, datetime

from aiohttp import web

from streams.cli_worker import OnceAMinute, start_logging
from streams.closing import Closing
from streams.event_sender import EventSender
from streams.gateway.binding import BatchLimits
from streams.gateway.counts import Counts
from streams.gateway.key_desk import KeyRefusedError, new_key, revoke_key
from streams.gateway.keyring import KeyFileError, Keyring, read_key_file
from streams.gateway.serve import Gateway, GatewaySettings, WithoutRequest, refusals
from streams.gateway.status import add_bare_status, add_status
from streams.settings import PREFIX, Settings, SettingsError, read_settings
from streams.worker_door import gateway_tls

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_gateway(_: argparse.Namespace) -> int:
    """0: told to stop. Raises what cannot be mended from here."""
    settings = read_settings()
    start_logging(settings)
    refusals.addFilter(OnceAMinute((refusals.name.partition(".")[0],)))
    logging.getLogger("aiohttp.server").addFilter(WithoutRequest())
    try:
        keyring = Keyring(settings.gateway_keys)
    except KeyFileError as error:
        raise SettingsError(f"{PREFIX}GATEWAY_KEYS_FILE: {error}") from None
    if keyring.empty:
        log.warning("no keys in %s: nobody can send yet; make one by `hallwatch gateway-keys new`",
            settings.gateway_keys)  # fmt: skip
    asyncio.run(_serve(settings, keyring))
    return 0


async def _serve(settings: Settings, keyring: Keyring) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    counts = Counts()
    tls = gateway_tls(settings)
    events = EventSender(settings, settings.gateway_patience)
    gateway = Gateway(_gateway_settings(settings), keyring, events, counts)
    closing = Closing(settings.stop_seconds)
    closing.add("what Kafka has not acknowledged", events.close)
    running = asyncio.create_task(events.run())
    try:
        app = gateway.app()
        await _listen_for_status(settings, app, (events, keyring, counts), closing)
        host, port = settings.gateway_bind, settings.gateway_port
        where = await listen(settings, app, host, port, "GATEWAY_PORT", closing, tls)
        log.info("gateway: %s", where)
        await asyncio.wait(
            {running, loop.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        if running.done():
            running.result()
    finally:
        await closing.close()
        running.cancel()
        await asyncio.wait({running})


def _gateway_settings(settings: Settings) -> GatewaySettings:
    return GatewaySettings(
        per_second=settings.gateway_per_second,
        at_once=settings.gateway_at_once,
        batch=BatchLimits(settings.gateway_batch_events, settings.gateway_batch_bytes),
    )


async def _listen_for_status(
    settings: Settings,
    app: web.Application,
    watched: tuple[EventSender, Keyring, Counts],
    closing: Closing,
) -> None:
    """On a port of its own where there is one: then senders do not see the figures, and a load
    balancer before the gateway's port learns there all that it needs."""
    if settings.status_port < 0:
        add_status(app, *watched)
        return
    add_bare_status(app, watched[0])
    own = web.Application()
    add_status(own, *watched)
    host, port = settings.status_bind, settings.status_port
    log.info("status: %s", await listen(settings, own, host, port, "STATUS_PORT", closing))


async def listen(
    settings: Settings,
    app: web.Application,
    host: str,
    port: int,
    name: str,
    closing: Closing,
    tls: ssl.SSLContext | None = None,
) -> str:
    """Its address. `name`: of the setting that says the port. Raises SettingsError."""
    # Requests in hand get what of the time for stopping the producer does not need.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.8 * settings.stop_seconds)
    await runner.setup()
    closing.add("requests in hand", runner.cleanup)
    try:
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
    except OSError as error:
        why = error.strerror or str(error)
        raise SettingsError(f"{PREFIX}{name}={port}: cannot be listened on ({why})") from None
    return f"{'https' if tls else 'http'}://{host}:{runner.addresses[0][1]}/"


def add_key_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `hallwatch gateway-keys`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    new = acts.add_parser(
        "new",
        help="make a key, shown this once; one more for a known sender, to change the old one for",
    )
    new.add_argument("sender", metavar="SENDER", help="a name for the system, such as queue-1")
    new.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="S",
        help="CloudEvents source it may send for; a star at its end for any ending; repeatable",
    )
    new.add_argument(
        "--type",
        action="append",
        default=[],
        metavar="T",
        help='event type it may send, such as ticket.called or "ticket.*"; repeatable',
    )
    new.add_argument(
        "--per-second", type=int, metavar="N", help=f"events; else {PREFIX}GATEWAY_PER_SECOND"
    )
    acts.add_parser("list", help="the senders, their scopes and their keys' ids")
    revoke = acts.add_parser("revoke", help="take a key out of force, at once")
    revoke.add_argument("key", metavar="KEY", help="its id, as `list` shows it")


def run_gateway_keys(arguments: argparse.Namespace) -> int:
    """0: done; 1: it does not hold."""
    path = read_settings().gateway_keys
    try:
        match arguments.act:
            case "new":
                sender, token = new_key(
                    path,
                    arguments.sender,
                    datetime.now(UTC),
                    sources=arguments.source,
                    types=arguments.type,
                    per_second=arguments.per_second,
                )
                print(
                    f"{sender.name} may send {', '.join(sender.types)}"
                    f" for {', '.join(sender.sources)}. Its key is shown this once:",
                    file=sys.stderr,
                )
                print(token)
            case "revoke":
                sender, left = revoke_key(path, arguments.key)
                print(f"{arguments.key} opens nothing any more; {sender.name} has {left} left")
            case _:
                for sender in read_key_file(path).senders:
                    rate = f", {sender.per_second} a second" if sender.per_second else ""
                    print(f"{sender.name}: {', '.join(sender.types)}"
                        f" for {', '.join(sender.sources)}{rate}")  # fmt: skip
                    for key in sender.keys:
                        print(f"  {key.id}  made {key.made:%Y-%m-%d %H:%M} UTC")
    except (KeyRefusedError, KeyFileError) as error:
        print(f"hallwatch gateway-keys: {error}", file=sys.stderr)
        return 1
    return 0
