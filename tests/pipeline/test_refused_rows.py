"""A row ClickHouse will never take: kept whole, told in ClickHouse, in nobody's way."""

import time
from pathlib import Path

import msgspec
import pytest

from schemas.deadletters import DeadLetter
from schemas.topics import DEAD_LETTERS, OUTCOMES
from streams.deadletters import Left, ready
from streams.publish import ROWS_HEADER
from tests.conftest import Broker
from tests.pipeline.chats import requested
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, send
from tests.pipeline.waiting import eventually

JOURNEY = b'{"journey":"%b","kind":"chat","opened_at":"never","partition":2,"version":77}'
EVENT = b'{"source":"x","id":"%b","time":"never","ingest_at":1.000,"partition":2,"offset":5}'


@pytest.mark.parametrize(
    ("table", "row", "topic", "place"),
    [("journeys", JOURNEY % b"bad", OUTCOMES, (2, 77)), ("events", EVENT % b"bad", None, (2, 5))],
    ids=["of a journey", "of an event"],
)
async def test_a_refused_row_is_a_dead_letter_with_an_address(
    broker: Broker,
    database: Database,
    tmp_path: Path,
    table: str,
    row: bytes,
    topic: object,
    place: tuple[int, int],
) -> None:
    hall = Hall(broker, database, tmp_path)
    where = hall.events if topic is None else hall.topic(OUTCOMES)
    async with hall.working() as worker, hall.producing() as producer:
        await producer.send_and_wait(
            hall.topic(OUTCOMES),
            row,
            key=table.encode(),
            partition=2,
            headers=[(ROWS_HEADER, b"1")],
        )
        (record,) = await hall.read(DEAD_LETTERS, 1)
        # Others are not held up.
        ends = await send(hall, producer, [requested("after", time.time())])
        await hall.recorded(worker, ends)
        await eventually(
            lambda: database.ask("SELECT 1 FROM dead_letters_now"), "it is told in ClickHouse"
        )
    letter = msgspec.json.decode(record.value, type=DeadLetter)
    assert (letter.reason, letter.field, letter.raw) == ("row-refused", table, row)
    assert (letter.topic, letter.partition, letter.offset) == (where, *place)
    told = database.one("SELECT topic, partition, offset, reason, field FROM dead_letters_now")
    assert told == {
        "topic": where,
        "partition": place[0],
        "offset": place[1],
        "reason": "row-refused",
        "field": table,
    }
    assert database.one("SELECT journey FROM journeys_now") == {"journey": "after"}
    left = ready(letter, hall.events)
    assert isinstance(left, Left)
    assert "no event but a row" in left.why
