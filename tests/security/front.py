"""TLS in front of a server that speaks none, as an IT section puts it there.

Owns the listener and its thread. Called by the tests of this folder. Invariant: what comes in is
passed on byte by byte; nothing of it is understood here.
"""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

#: Of the engine behind it.
ENGINE_PASSWORD = "engine-pass-Rt52yQ"


class Signed(Struct, frozen=True):
    """A certificate for this machine, its key, and who signed it."""

    ca: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Of somebody who trusts whoever signed it, and nobody else."""
        return ssl.create_default_context(cafile=self.ca)

    def serving(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


@contextmanager
def tls_before(port: int, signed: Signed) -> Iterator[int]:
    """The port that speaks TLS for `port` while the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="tls front", daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(
            lambda reader, writer: _joined(reader, writer, port),
            "127.0.0.1",
            0,
            ssl=signed.serving(),
        )

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """With whatever is under way: a client may keep its connections open."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    with suppress(OSError):
        behind, before = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_passed_on(reader, before), _passed_on(behind, writer))


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(64 * 1024):
            writer.write(chunk)
            await writer.drain()
    writer.close()
