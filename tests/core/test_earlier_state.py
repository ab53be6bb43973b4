"""An upgrade: this version goes on where an earlier one stopped, and ends where it would have
ended itself."""

from pathlib import Path

import pytest

from schemas.outcomes import AlertRow, JourneyRow, Table, VerdictRow
from streams.core.state import FORMAT
from tests.core.earlier import FILES, MORNING, REST, records
from tests.core.hall import NIGHT, Hall, unversioned

#: Judged by both versions.
PROMISES = {
    "online-first-response",
    "appointment-wait-general",
    "appointment-wait-complex",
    "counter-filing",
    "walk-in-wait",
}


def resumed(path: Path) -> Hall:
    hall = Hall()
    hall.state_topic = records(path)
    hall.restart()
    return hall


def of_today() -> Hall:
    """The same morning, and a restart, of this version alone."""
    hall = Hall()
    hall.hear(*MORNING)
    hall.settle("10:01")
    hall.settle("10:11")
    hall.restart()
    hall.said.clear()
    for rows in hall.rows.values():
        rows.clear()  # what the earlier version said is not this one's
    return hall


def after(hall: Hall) -> dict[str, object]:
    """What is said and recorded of the rest of the day."""
    hall.hear(*REST)
    hall.settle("10:41")
    hall.settle(NIGHT)
    told: dict[str, object] = {
        table: {
            key: unversioned(row)
            for key, row in hall.rows[table].items()
            if isinstance(row, JourneyRow | AlertRow)
            or (isinstance(row, VerdictRow) and row.promise in PROMISES)
        }
        for table in (Table.JOURNEYS, Table.VERDICTS, Table.ALERTS)
    }
    told["windows"] = {
        (row.promise, row.minute_at): (row.started, row.kept, row.late, row.waiting)
        for row in hall.windows()
        if row.promise in PROMISES
    }
    told["messages"] = sorted(hall.messages())
    return told


def test_there_is_state_of_every_format_so_far() -> None:
    assert [path.stem for path in FILES] == [f"state-format-{n + 1}" for n in range(FORMAT)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_open_is_still_open(path: Path) -> None:
    position = resumed(path).partition.position
    heard = sum(len(story.events) for story in MORNING)
    assert position.next_offset == heard
    assert position.epoch == 2
    assert resumed(path).partition.journeys == of_today().partition.journeys == len(MORNING)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_day_ends_as_if_there_had_been_one_version(path: Path) -> None:
    upgraded, alone = after(resumed(path)), after(of_today())
    assert upgraded == alone
    assert "appointment-wait-general/A1/1/closed" in str(upgraded["messages"])
    assert "counter-filing/A3/1/breached" in str(upgraded["messages"])
