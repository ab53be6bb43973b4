"""What settlements come to, put into rows, messages and records to save.

Owns the collecting; decides nothing. Called by `partition`. Invariant: everything of one
settlement carries one version.
"""

from msgspec import Struct, field
from msgspec.structs import replace

from schemas.outcomes import AlertMessage, Row, Table
from schemas.queue import QueueData
from streams.core.alerts import Held, Standing
from streams.core.finding import Settlement
from streams.core.journey import UNSEEN
from streams.core.kinds import KINDS
from streams.core.outlook_rows import forecast_row, warning_row
from streams.core.outlooks import OutlookNews
from streams.core.rows import alert_message, alert_row, verdict_row
from streams.core.rules import Rulebook
from streams.core.silence import SPEAKER
from streams.core.silence import News as SourceNews
from streams.core.silence_rows import silence_row
from streams.core.state import Saved
from streams.core.total import Total
from streams.core.totals import Day, Share
from streams.core.tracked import Tracked


class Outcomes(Struct):
    """What one `settle` came to."""

    rows: dict[Table, list[Row]]
    messages: list[AlertMessage]
    saved: Saved
    totals: list[tuple[Day, Share]] = field(default_factory=list)  #: shares that changed
    queues: list[QueueData] = field(default_factory=list)  #: parts that are due to be told
    more: bool = False  #: deadlines are still due: settle again at once


class Telling(Struct, gc=False):
    """One settlement of partition `number` at `now`."""

    book: Rulebook
    number: int
    now: int
    version: int
    outcomes: Outcomes

    def journey(self, key: str, tracked: Tracked, found: Settlement, held: Held) -> bool:
        """Tells what was found of one journey; whether it has an open alert that people have
        to be told of as soon as the log is read to its end."""
        rows, number, version = self.outcomes.rows, self.number, self.version
        place = found.reading.place
        if tracked.journey.seen[0] != UNSEEN:
            row_of = KINDS[type(tracked.journey)].row
            if row_of is not None:
                row = row_of(tracked.journey, found.reading, found.findings, number, version)
                if held.silent and tracked.is_open:
                    row = replace(row, suspected=True)
                rows.setdefault(Table.JOURNEYS, []).append(row)
        for news in found.news:
            rules = self.book.promises[news.verdict.clock.promise]
            if not isinstance(tracked.journey, Total):
                rows.setdefault(Table.VERDICTS, []).append(
                    verdict_row(news, key, place, rules, number, version)
                )
            if news.finding.standing.state is None:
                continue
            alert = alert_row(news, key, place, rules, number, version)
            rows.setdefault(Table.ALERTS, []).append(alert)
            standing = news.finding.standing
            self.outcomes.messages += [
                alert_message(alert, said, self.now, standing.section, standing.told_at)
                for said in news.said
            ]
        record = self.outcomes.saved.journeys[key] = tracked.record
        # Of a silent source it is looked at again when it speaks; caught up, nothing is held.
        return held.catching_up and not held.silent and any(_waits(one) for one in record.standings)

    def silences(self, news: list[SourceNews]) -> None:
        """All partitions see a source's silence, and one speaks of it."""
        if self.number != SPEAKER:
            return
        for each in news:
            row = silence_row(each.source, each.silence, self.number, self.version)
            self.outcomes.rows.setdefault(Table.ALERTS, []).append(row)
            self.outcomes.messages += [alert_message(row, said, self.now) for said in each.said]

    def outlook(self, news: OutlookNews) -> None:
        rule, rows = self.book.forecasting, self.outcomes.rows
        if news.line.outlook is not None:
            row = forecast_row(
                news.line, news.line.outlook, rule, self.now, self.number, self.version
            )
            rows.setdefault(Table.FORECASTS, []).append(row)
        alert = warning_row(news, rule, self.now, self.number, self.version)
        if alert is not None:
            rows.setdefault(Table.ALERTS, []).append(alert)
            self.outcomes.messages += [alert_message(alert, said, self.now) for said in news.said]


def _waits(standing: Standing) -> bool:
    return standing.unpaged and not standing.closed_as
