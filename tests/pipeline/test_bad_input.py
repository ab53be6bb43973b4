"""Everything a producer can get wrong, among good events: none of those is lost.

Every bad example of the contract, random bytes, wrong keys, tombstones, binary mode done
right and done wrong, personal data in keys and in broken JSON. The worker lives, each bad
record is in the dead letters with its reason and place, and what was personal is in
neither topic nor table.
"""

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer, ConsumerRecord
from msgspec import Struct
from msgspec.structs import replace

from schemas.deadletters import DeadLetter
from schemas.decode import Reason
from schemas.outcomes import Table
from schemas.topics import ALL, DEAD_LETTERS, EVENTS
from tests.conftest import Broker
from tests.pipeline.chats import Sent, answered, requested
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.schemas.tables import EXAMPLES

BAD = EXAMPLES / "events" / "bad"
EXPECTED: dict[str, dict[str, str]] = msgspec.json.decode((BAD / "expected.json").read_bytes())

#: Of the examples, and once more by itself below.
ID_NUMBER, PHONE, NAME = "11010519491231002X", "13800138000", "王小明"
GOOD_CHATS = 300

#: The examples share few subjects, so a partition gets more bad events than good ones.
NO_STORM = 1.0

Headers = list[tuple[str, bytes]]


class Record(Struct, frozen=True):
    """What to send, and what has to become of it; no reason: it is good."""

    key: bytes | None
    value: bytes | None
    headers: Headers = []
    reason: str = ""
    field: str = ""


def examples() -> list[Record]:
    """Every bad example, under the key its producer would have used."""
    return [
        Record(
            _key(content := (BAD / name).read_bytes()),
            content,
            reason=told["reason"],
            field=told["field"],
        )
        for name, told in EXPECTED.items()
    ]


def _key(value: bytes) -> bytes:
    try:
        subject = msgspec.json.decode(value)["subject"]
    except (msgspec.DecodeError, KeyError):
        return b"none"
    return str(subject).encode()


def noise(chance: random.Random, among: range = range(256)) -> list[Record]:
    """Bytes `among` these, from one to many; and what has no bytes, or only brackets."""
    lengths = [1, 2, 16, 100, 1000, 10_000, 60_000]
    # 255 begins no JSON: another first byte might be taken for a number or a string.
    random_bytes = [b"\xff" + bytes(chance.choices(among, k=length)) for length in lengths]
    no_json = [*random_bytes, b"", b'{"data":' * 8_000, None]
    return [
        *(refused(Record(b"noise", value), "malformed", "") for value in no_json),
        refused(Record(None, None), "malformed", ""),
        refused(Record(b"noise", b"[]"), "wrong-type", ""),
        refused(Record(b"noise", b"null"), "wrong-type", ""),
        refused(Record(b"noise", b"x" * 70_000), "out-of-range", ""),
    ]


def structured(event: Sent) -> Record:
    return Record(event.key, event.value)


def binary(event: Sent, **changed: bytes) -> Record:
    """The event in binary mode: attributes as headers, the data as value."""
    whole = msgspec.json.decode(event.value)
    data = msgspec.json.encode(whole.pop("data"))
    headers = {f"ce_{name}": text.encode() for name, text in whole.items()} | changed
    return Record(event.key, data, list(headers.items()))


def refused(record: Record, reason: str, field: str) -> Record:
    return replace(record, reason=reason, field=field)


def wrong(now: float) -> list[Record]:
    """Good bytes in the wrong place, at the wrong time, or with the wrong headers."""
    event = requested("misplaced", now)
    # Without a key the events of one chat would come to different workers.
    misplaced = [Record(key, event.value) for key in (None, b"", b"another", PHONE.encode())]
    no_json = Record(b"broken", f'{{"subject": "{ID_NUMBER}", "tel": {PHONE}'.encode())
    a_note = Record(b"broken", f"{NAME} {ID_NUMBER} +86 {PHONE}".encode())
    return [
        *(refused(record, "key-mismatch", "subject") for record in misplaced),
        refused(structured(requested("tomorrow", now + 86_400)), "from-the-future", "time"),
        refused(structured(requested("old", now - 30 * 86_400)), "too-late", "time"),
        refused(binary(event, ce_type=b"assist.invented"), "unknown-type", "type"),
        refused(binary(event, ce_time=b"2022-10-14T09:00:00"), "naive-time", "time"),
        refused(binary(event, ce_subject=b"\xff\xfe"), "malformed", "subject"),
        refused(binary(event, ce_source=PHONE.encode()), "personal-data", "source"),
        refused(replace(binary(event), value=b"{"), "malformed", "data"),
        refused(no_json, "malformed", ""),
        refused(a_note, "malformed", ""),
    ]


def good(now: float) -> list[Record]:
    found = [binary(requested("binary", now)), binary(answered("binary", now + 1))]
    for number in range(GOOD_CHATS):
        events = requested(f"good-{number}", now), answered(f"good-{number}", now + 1)
        found += [structured(event) for event in events]
    return found


async def _send(
    hall: Hall, producer: AIOKafkaProducer, records: list[Record]
) -> tuple[dict[tuple[int, int], Record], dict[int, int]]:
    """Sends; returns each record by its partition and offset, and where each partition ends."""
    sent: list[Any] = []
    for one in records:
        if one.key is None and one.value is None:
            # The client refuses it; the protocol does not.
            batch = producer.create_batch()
            batch.append(key=None, value=None, timestamp=None)
            batch.close()
            sent.append(await producer.send_batch(batch, hall.events, partition=0))
        else:
            headers = one.headers or None
            sent.append(await producer.send(hall.events, one.value, key=one.key, headers=headers))
    places: dict[tuple[int, int], Record] = {}
    ends: dict[int, int] = {}
    for one, metadata in zip(records, await asyncio.gather(*sent), strict=True):
        places[metadata.partition, metadata.offset] = one
        ends[metadata.partition] = max(ends.get(metadata.partition, 0), metadata.offset + 1)
    return places, ends


async def test_no_good_event_is_lost_and_each_bad_one_is_kept_with_its_reason(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    hall = Hall(broker, database, tmp_path, storm_share=NO_STORM)
    chance = random.Random(7)
    now = time.time()
    records = [*examples(), *noise(chance), *wrong(now), *good(now)]
    chance.shuffle(records)
    async with hall.working() as worker, hall.producing() as producer:
        places, ends = await _send(hall, producer, records)
        await hall.recorded(worker, ends)
        # It lives: what comes now is taken as before.
        late = requested("afterwards", time.time())
        more, ends = await _send(hall, producer, [structured(late)])
        await hall.recorded(worker, ends)
    bad = {place: record for place, record in places.items() if record.reason}

    letters = [
        msgspec.json.decode(record.value, type=DeadLetter)
        for record in await hall.read(DEAD_LETTERS, len(bad))
    ]
    assert {(one.partition, one.offset): (one.reason, one.field) for one in letters} == {
        place: (record.reason, record.field) for place, record in bad.items()
    }
    assert len(letters) == len(bad)
    assert {one.topic for one in letters} == {hall.events}
    rows = database.ask("SELECT partition, offset, reason, field FROM dead_letters_now")
    assert {(row["partition"], row["offset"]): (row["reason"], row["field"]) for row in rows} == {
        place: (record.reason, record.field) for place, record in bad.items()
    }

    taken = database.ask("SELECT partition, offset, subject FROM events_now")
    assert {(row["partition"], row["offset"]) for row in taken} == (places.keys() - bad.keys()) | (
        more.keys()
    )
    answers = database.one("SELECT count() AS n FROM journeys_now WHERE first_response_ms = 1000")
    assert answers["n"] == GOOD_CHATS + 1

    assert {record.reason for record in bad.values()} == set(Reason) - {
        Reason.ROW_REFUSED,
        Reason.UNDELIVERED,
    }


async def test_bytes_without_anything_personal_are_kept_as_they_came(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    """So that a producer's mistake can be mended and sent again."""
    hall = Hall(broker, database, tmp_path)
    # Never UTF-8, so never a name either.
    sent = noise(random.Random(8), among=range(0x80, 0xC0))
    async with hall.working() as worker, hall.producing() as producer:
        places, ends = await _send(hall, producer, sent)
        await hall.recorded(worker, ends)
    for record in await hall.read(DEAD_LETTERS, len(places)):
        letter = msgspec.json.decode(record.value, type=DeadLetter)
        came = places[letter.partition, letter.offset]
        assert not letter.masked
        assert (letter.raw, letter.key) == (came.value or b"", came.key)


async def test_what_is_personal_is_nowhere_after_the_events_topic(
    broker: Broker, database: Database, tmp_path: Path, caplog: Any
) -> None:
    hall = Hall(broker, database, tmp_path, storm_share=NO_STORM)
    now = time.time()
    records = [*examples(), *wrong(now), *good(now)[:10]]
    async with hall.working() as worker, hall.producing() as producer:
        places, ends = await _send(hall, producer, records)
        await hall.recorded(worker, ends)
    count = sum(1 for record in places.values() if record.reason)
    letters = await hall.read(DEAD_LETTERS, count)
    decoded = [msgspec.json.decode(record.value, type=DeadLetter) for record in letters]
    assert sum(letter.masked for letter in decoded) > 50
    written = [caplog.text.encode()]
    written += [part for letter in decoded for part in (letter.raw, letter.key or b"")]
    for topic in ALL:
        if topic != EVENTS:
            written += _parts(await hall.read(topic, 0))
    for table in Table:
        written.append(database.text(f"SELECT * FROM {table.value}", "JSONEachRow").encode())
    for planted in (ID_NUMBER, PHONE, NAME):
        assert not any(planted.encode() in text for text in written), planted


def _parts(records: list[ConsumerRecord]) -> list[bytes]:
    return [part for record in records for part in (record.key, record.value) if part]
