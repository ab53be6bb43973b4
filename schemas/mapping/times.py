"""Text → a moment with its offset, by the mapping's `[times]`.

Owns the time kinds and what happens where a clock is put forward or back. Invariant: a
local time that does not exist, or exists twice, is never guessed unless the mapping says how.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.mapping.format import Times

#: Day 0 of Excel's calendar as it counts from March 1900 on.
_EXCEL_DAY_0 = datetime(1899, 12, 30)
_EXCEL_TEXT = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

#: The kinds that are no strptime pattern.
KINDS = ("iso", "excel", "unix", "unix-ms")


class BadTimeError(ValueError):
    """The text is no moment; the message does not repeat the text, which may be personal."""


def parse_moment(text: str, formats: list[str], times: Times, zone: ZoneInfo) -> datetime:
    """The first format that fits decides. Raises `BadTimeError`."""
    for kind in formats:
        moment = _parse(text, kind)
        if moment is not None:
            return moment if moment.tzinfo else _localize(moment, times, zone)
    raise BadTimeError(f"not a time in any of the formats {', '.join(formats)}")


def _parse(text: str, kind: str) -> datetime | None:
    try:
        match kind:
            case "iso":
                # A bare date would silently become midnight.
                return datetime.fromisoformat(text) if ":" in text else None
            case "excel":
                return _parse_excel(text)
            case "unix" | "unix-ms":
                if not _NUMBER.fullmatch(text):
                    return None
                seconds = float(text) / (1000 if kind == "unix-ms" else 1)
                return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
            case _:
                return datetime.strptime(text, kind)
    except (ValueError, OverflowError):
        return None


def _parse_excel(text: str) -> datetime | None:
    """`2022/10/14 9:05[:30]`, as Excel shows it, or days since 1900, as it stores it
    (rounded to whole seconds: the stored fraction is not exact)."""
    shown = _EXCEL_TEXT.fullmatch(text)
    if shown:
        year, month, day, hour, minute, second = (int(part or 0) for part in shown.groups())
        return datetime(year, month, day, hour, minute, second)
    if _NUMBER.fullmatch(text):
        return _EXCEL_DAY_0 + timedelta(seconds=round(float(text) * 86_400))
    return None


def _localize(naive: datetime, times: Times, zone: ZoneInfo) -> datetime:
    """Civil time → moment. With PEP 495, fold=0 reads it by the offset before a change,
    fold=1 by the one after: they differ only in the hour skipped or lived twice."""
    before, after = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    offset_before, offset_after = before.utcoffset(), after.utcoffset()
    if offset_before == offset_after:
        return before
    assert offset_before is not None
    assert offset_after is not None
    if offset_before > offset_after:
        if times.ambiguous == "refuse":
            raise BadTimeError(
                f"came twice in {times.zone} (clock put back);"
                ' set times.ambiguous to "earlier" or "later"'
            )
        return before if times.ambiguous == "earlier" else after
    if times.skipped == "refuse":
        raise BadTimeError(
            f'never was in {times.zone} (clock put forward); set times.skipped to "shift"'
        )
    return before.astimezone(UTC).astimezone(zone)
