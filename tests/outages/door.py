"""A door before a server: open, shut, or leading nowhere.

Owns a port of its own that stays the same. Shut: connections are refused. Leading nowhere:
connections are taken, and nothing is ever read or answered, as of a server that hangs.
Called by the tests of outages. Invariant: what was connected before a change is cut off by
it, or (nowhere) left hanging until the next.
"""

import asyncio
from contextlib import suppress

_CHUNK = 256 * 1024


class Door:
    """Use from one event loop; it must not be blocked while the door is open."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._ways: set[asyncio.Task[None]] = set()
        self._leads_nowhere = False
        self.port = 0
        self.tried = 0  #: since the last change: connections taken, requests left hanging

    async def open(self) -> None:
        await self._change(leads_nowhere=False)
        await self._listen()

    async def shut(self) -> None:
        await self._change(leads_nowhere=False)

    async def lead_nowhere(self) -> None:
        """Those within hang, too: the server is frozen, not gone."""
        self.tried = 0
        self._leads_nowhere = True
        await self._listen()

    async def close(self) -> None:
        await self._change(leads_nowhere=False)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._enter, "127.0.0.1", self.port, limit=_CHUNK, reuse_address=True
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def _change(self, leads_nowhere: bool) -> None:
        self.tried = 0
        self._leads_nowhere = leads_nowhere
        if self._server is not None:
            self._server.close()
            self._server = None
        for way in list(self._ways):
            way.cancel()
        await asyncio.gather(*self._ways, return_exceptions=True)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way = asyncio.current_task()
        assert way is not None
        self._ways.add(way)
        self.tried += 1
        try:
            if self._leads_nowhere:
                await asyncio.Event().wait()
            inside = await asyncio.open_connection("127.0.0.1", self._target_port, limit=_CHUNK)
            try:
                await asyncio.gather(self._carry(reader, inside[1]), self._carry(inside[0], writer))
            finally:
                inside[1].transport.abort()
        except (OSError, asyncio.CancelledError):
            pass  # a change cuts off who is within
        finally:
            self._ways.discard(way)
            writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(_CHUNK):
            if self._leads_nowhere:
                self.tried += 1
                await asyncio.Event().wait()
            sink.write(data)
            await sink.drain()
        with suppress(OSError):
            sink.write_eof()
