"""ClickHouse's disk is full: rows wait, the log says what to do, and all arrive afterwards."""

import asyncio
from pathlib import Path

from schemas.outcomes import Table
from tests.disk import small_disk
from tests.sinks.samples import journey, line
from tests.sinks.served import Served
from tests.sinks.test_writer import Start, ask, start, until

__all__ = ["start"]


async def test_a_full_disk_delays_rows_and_loses_none(
    embedded_engine: None, tmp_path: Path, start: Start
) -> None:
    with small_disk(tmp_path / "disk", 96) as disk:
        server = Served(disk.folder / "engine")
        try:
            await asyncio.to_thread(server.start)
            dsn = server.dsn("hall")
            recorder = start(dsn)
            await recorder.add(Table.JOURNEYS, line(journey("A0")), "before")
            await recorder.writer.flush()
            disk.fill(server.child.pid)
            for number in range(20):
                rows = b"\n".join(line(journey(f"A{number}-{n}")) for n in range(200))
                await recorder.add(Table.JOURNEYS, rows, f"during {number}")
            await until(lambda: recorder.writer.counts[Table.JOURNEYS].retries >= 3)
            assert recorder.done == ["before"], "nothing is acknowledged that was not written"
            assert "disk" in recorder.writer.outage, recorder.writer.outage
            disk.free(server.child.pid)
            await recorder.writer.flush()
            assert len(recorder.done) == 21
            assert recorder.refused == []
            assert await ask(dsn, "SELECT count() FROM journeys_now") == [(4001,)]
        finally:
            await recorder.writer.close()
            server.kill()
