"""Rows ClickHouse will never take: a bug of ours, kept so that nothing is lost.

Owns turning such a row into a dead letter and a row about it. Called by the writer, through
`streams.worker`. Invariant: it is in the log at once (what is in a row was accepted, so
nothing in it is personal) and in the topic as soon as the broker takes it.
"""

import asyncio
import logging
import time

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from msgspec import Struct

from schemas.deadletters import DeadLetter
from schemas.decode import Reason
from schemas.outcomes import Table
from streams.intake import dead_letter_row
from streams.publish import ROWS_HEADER, Names, Send

log = logging.getLogger(__name__)

_AGAIN_S = 1.0
_MOST_LOGGED = 2_000


class _Stood(Struct):
    """What a row says of where it comes from; every table's rows say one or the other."""

    partition: int = 0
    offset: int = -1  #: of the event it is about
    version: int = 0  #: of the settlement that said it


class RefusedRows:
    """`close` waits for what is on its way to the topics."""

    def __init__(self, producer: AIOKafkaProducer, names: Names) -> None:
        self._producer = producer
        self._names = names
        self._sending: set[asyncio.Task[None]] = set()

    def keep(self, table: Table, row: bytes, why: str) -> None:
        log.error(
            "ClickHouse refused a row of %s (%s): %s",
            table.value,
            why,
            row[:_MOST_LOGGED].decode(errors="replace"),
        )
        task = asyncio.create_task(self._keep(table, self._letter(table, row, why)))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending)

    def _letter(self, table: Table, row: bytes, why: str) -> DeadLetter:
        try:
            stood = msgspec.json.decode(row, type=_Stood)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            stood = _Stood()
        of_event = stood.offset >= 0
        return DeadLetter(
            topic=self._names.events if of_event else self._names.outcomes,
            partition=max(0, stood.partition),
            offset=max(0, stood.offset if of_event else stood.version),
            ingest_at=round(time.time(), 3),
            reason=Reason.ROW_REFUSED.value,
            field=table.value,
            detail=why,
            raw=row,
            size=len(row),
        )

    async def _keep(self, table: Table, letter: DeadLetter) -> None:
        sends: list[Send] = [(self._names.dead_letters, None, msgspec.json.encode(letter), [])]
        if table is not Table.DEAD_LETTERS:  # else a row about it might be refused for ever
            told = msgspec.json.encode(dead_letter_row(letter))
            sends.append(
                (self._names.outcomes, Table.DEAD_LETTERS.encode(), told, [(ROWS_HEADER, b"1")])
            )
        for topic, key, value, headers in sends:
            await self._until_sent(topic, key, value, headers)

    async def _until_sent(
        self, topic: str, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
    ) -> None:
        while True:
            try:
                await self._producer.send_and_wait(
                    topic, value, key=key, partition=0, headers=headers
                )
            except KafkaError as error:
                log.error("a refused row is not in %s yet: %r; again", topic, error)
                await asyncio.sleep(_AGAIN_S)
            else:
                return
