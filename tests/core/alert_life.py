"""What holds of every alert when all is over, whatever happened on the way. Used by the laws."""

from collections import Counter

from schemas.outcomes import AlertRow, ClosedAs, Status, Table
from streams.core.judge import BREACHED
from streams.core.rules import KINDS, PromiseKind
from tests.core.hall import Hall, Key

#: Opened once, closed once, and at most once taken back after that.
LIVES = {
    (*opening, *closing)
    for opening in (("warned",), ("breached",), ("warned", "breached"))
    for closing in (("closed",), ("retracted",), ("closed", "retracted"))
}


OPEN = {("warned",), ("breached",), ("warned", "breached")}


def opened_once_and_closed_once(hall: Hall) -> None:
    said = phases_said(hall)
    for alert, phases in said.items():
        row = hall.alert(alert)
        if row.state != "closed":
            # Of an order of the hotline, which is open until somebody closes it.
            assert (row.channel, hall.journey(row.journey).end) == ("hotline", "open")
            assert phases in OPEN, alert
            continue
        assert phases in LIVES, alert
        assert taken_back_at_last(row) <= (phases[-1] == "retracted")
    for row in alerts(hall):
        phases = said.get(row.alert, ())
        assert phases or row.historical
        # Of history only the closing of a warning that was said before.
        assert not row.historical or phases in ((), ("warned", "closed"))


def taken_back_once(hall: Hall) -> None:
    """In the end the alerts say what the verdict says; what people were told of and was
    none is taken back by one message."""
    taken_back = Counter(
        message.subject
        for message in hall.said
        if message.data.closed_as is ClosedAs.RETRACTED and not message.data.historical
    )
    said = phases_said(hall)
    standing: Counter[Key] = Counter()
    for row in alerts(hall):
        if row.breached_at is not None and row.closed_as is not ClosedAs.RETRACTED:
            standing[(row.promise, row.journey)] += 1
        if "breached" in said.get(row.alert, ()):
            assert taken_back[row.alert] == taken_back_at_last(row)
        else:
            # What became of a warning that was taken back is not said a second time.
            assert taken_back_at_last(row) <= taken_back[row.alert] <= 1
    for verdict in hall.verdicts():
        if KINDS[verdict.promise] is PromiseKind.RATIO:
            continue
        breaches = standing[(verdict.promise, verdict.journey)]
        if verdict.status in (Status.CANCELLED, Status.EXPIRED) or verdict.estimated:
            assert breaches <= 1
        else:
            assert breaches == (verdict.status in BREACHED)


def taken_back_at_last(row: AlertRow) -> bool:
    """And said so: of a breach that was history only its warning was said, and closed."""
    return row.closed_as is ClosedAs.RETRACTED and not row.historical


def phases_said(hall: Hall) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    for message in hall.said:
        said[message.subject] = (
            *said.get(message.subject, ()),
            message.id.rpartition("/")[2],
        )
    return said


def alerts(hall: Hall) -> list[AlertRow]:
    return [row for row in hall.rows[Table.ALERTS].values() if isinstance(row, AlertRow)]
