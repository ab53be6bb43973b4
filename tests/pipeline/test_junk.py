"""Records in our own topics that we did not write: named in the log, and nothing stops."""

import msgspec
import pytest

from schemas.outcomes import Table
from schemas.topics import ALERTS, OUTCOMES
from streams.publish import ROWS_HEADER, UnreadableError, read_block
from streams.worker import Worker
from tests.pipeline.hall import Hall, send
from tests.pipeline.inside import events
from tests.test_intake import Arrived


@pytest.mark.kafka
async def test_junk_in_outcomes_and_alerts_is_passed_over(
    apache_worker: Worker, apache_hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    async with apache_hall.producing() as producer:
        for topic in (apache_hall.topic(OUTCOMES), apache_hall.topic(ALERTS)):
            for partition in range(apache_hall.settings.partitions):
                await producer.send_and_wait(topic, b"\xffjunk", key=b"?", partition=partition)
        ends = await send(apache_hall, producer, events(40))
    await apache_hall.recorded(apache_worker, ends)
    counted = apache_hall.database.one("SELECT toInt32(count()) AS events FROM events_now")
    assert counted == {"events": 40}
    assert caplog.text.count("is passed over") == 2 * apache_hall.settings.partitions


@pytest.mark.parametrize(
    ("key", "value", "headers", "why"),
    [
        (b"journeys", b"{}", [], "no block of rows"),
        (b"journeys", b"{}", [(ROWS_HEADER, b"many")], "no block of rows"),
        (b"unheard-of", b"{}", [(ROWS_HEADER, b"1")], "no block of rows"),
        (b"\xff", b"{}", [(ROWS_HEADER, b"1")], "no block of rows"),
        (None, b"{}", [(ROWS_HEADER, b"1")], "no block of rows"),
        (b"journeys", None, [(ROWS_HEADER, b"1")], "no rows"),
    ],
    ids=["no count", "no number", "no table of ours", "no text", "no key", "a tombstone"],
)
def test_what_is_no_block_is_said_to_be_none(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]], why: str
) -> None:
    with pytest.raises(UnreadableError, match=why):
        read_block(Arrived(7, value, key, headers=headers))


def test_a_block_is_its_table_its_rows_and_their_number() -> None:
    lines = msgspec.json.Encoder().encode_lines([{"journey": "a"}, {"journey": "b"}])
    block = Arrived(7, lines, b"journeys", headers=[(ROWS_HEADER, b"2")])
    assert read_block(block) == (Table.JOURNEYS, lines, 2)
