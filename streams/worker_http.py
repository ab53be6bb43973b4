"""The pages a worker serves: the wall, and how it is.

Wiring only: which application listens where. Called by `streams.worker`. Invariant: a
port that cannot be had is told with the variable that names it.
"""

import logging
import ssl

from aiohttp import web

from streams.closing import Closing
from streams.core.rules import Rulebook
from streams.settings import PREFIX, Settings, SettingsError
from streams.worker_door import wall_tls
from streams.worker_status import Watched, add_status
from streams.worker_wall import wall_of

log = logging.getLogger(__name__)

#: A watcher's stream is cut off after that; the page comes back by itself.
_LAST_ANSWERS_S = 0.2


async def serve_status(settings: Settings, watched: Watched, closing: Closing) -> None:
    """From the very start: a worker that waits for its broker is alive, and says so."""
    if settings.status_port < 0 or settings.status_port == settings.wall_port != 0:
        return
    app = web.Application()
    add_status(app, watched)
    url = await _serve(app, settings.status_bind, settings.status_port, "STATUS_PORT", closing)
    log.info("status: %s", url)


async def serve_wall(settings: Settings, book: Rulebook, watched: Watched, closing: Closing) -> str:
    """Its address; "" without a wall."""
    if settings.wall_port < 0:
        return ""
    app = wall_of(settings, book)
    add_status(app, watched)
    tls = wall_tls(settings)
    url = await _serve(app, settings.wall_bind, settings.wall_port, "WALL_PORT", closing, tls)
    log.info("wall: %s", url)
    return url


async def _serve(
    app: web.Application,
    host: str,
    port: int,
    setting: str,
    closing: Closing,
    tls: ssl.SSLContext | None = None,
) -> str:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_ANSWERS_S)
    await runner.setup()
    closing.add("the web server", runner.cleanup, 0.2)
    try:
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
    except OSError as error:
        why = error.strerror or str(error)
        raise SettingsError(f"{PREFIX}{setting}={port}: cannot be listened on ({why})") from None
    return f"{'https' if tls else 'http'}://{host}:{runner.addresses[0][1]}/"
