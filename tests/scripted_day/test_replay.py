"""The scripted day replayed on every broker: ClickHouse holds exactly what was expected."""

from pathlib import Path

from tests.conftest import Broker
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.scripted_day.day import VERDICTS, alerts, chapters, said, verdicts
from tests.scripted_day.found import alerts_in, counted, said_in, verdicts_in
from tests.scripted_day.replay import replay, told


async def test_the_day_ends_with_exactly_the_expected_alerts_verdicts_and_messages(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    hall = Hall(broker, database, tmp_path)
    await replay(hall, chapters())
    assert alerts_in(database) == alerts()
    assert verdicts_in(database) == verdicts()
    assert counted(verdicts_in(database)) == VERDICTS
    messages = sum(map(len, said().values()))
    assert said_in(await told(hall, messages)) == said()
