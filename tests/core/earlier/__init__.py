"""State that earlier versions of hallwatch wrote, and what they had heard by then.

`state-format-1.ndjson` is of the version of 2026-11-24 (before wait forecasts): it heard `MORNING`
and settled at 10:01 and at 10:11. Never written anew: that today's version reads it is what it is
for.
"""

from base64 import b64decode
from pathlib import Path

import msgspec
from msgspec import Struct

from streams.core.state import StateRecord
from tests.core.story import chat, visit

FILES = sorted(Path(__file__).parent.glob("state-format-*.ndjson"))

MORNING = (
    visit("A1").booked("10:00").checked_in("09:55"),
    visit("A2").booked("10:00", "complex").checked_in("09:50"),
    visit("A3").issued("09:40").checked_in("09:41").called("09:58").identity_check("09:59"),
    visit("A4").booked("09:30").checked_in("09:25").called("09:45").served("09:55"),
    chat("C1").requested("10:00:30"),
    chat("C2").requested("09:50").replied("09:50:30"),
)

#: What comes after: a late call, a call in time, papers handed in late, a late answer.
REST = (
    visit("A1").called("10:14").served("10:20"),
    visit("A2").called("10:19").served("10:40"),
    visit("A3").submitted("10:25").served("10:26"),
    chat("C1").replied("10:12").resolved("10:13").closed("10:14"),
)


class _Record(Struct):
    key: str
    value: str | None


def records(path: Path) -> list[StateRecord]:
    """Of the state topic, in its order."""
    lines = map(msgspec.json.Decoder(_Record).decode, path.read_bytes().splitlines())
    return [
        (b64decode(line.key), None if line.value is None else b64decode(line.value))
        for line in lines
    ]
