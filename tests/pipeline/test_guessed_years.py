"""A year of which no public holidays are known: judged by the week, and never in silence."""

from pathlib import Path

from streams.broker.embedded import free_port
from tests.conftest import Broker
from tests.pipeline.chats import requested
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, send
from tests.pipeline.test_status import page, worker_of
from tests.pipeline.waiting import eventually
from tests.rules.org import write_hall

#: The State Council's notices are known from 2004 on.
WEDNESDAY_IN_2003 = 1_049_248_800.0


async def test_a_guessed_year_is_told_once_in_the_log_and_stands_in_the_metrics(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    hall, port = Hall(broker, database, tmp_path), free_port()
    rules = tmp_path / "rules"
    rules.mkdir()
    guessed = b'hallwatch_calendar_guessed{calendar="counters",year="2003"} 1.0'
    with worker_of(hall, tmp_path, port, rules=write_hall(rules), clock="event") as worker:
        worker.launch()
        await eventually(lambda: page(port, "/readyz")[0] == 200, "it is ready")
        assert guessed not in page(port, "/metrics")[1]
        async with hall.producing() as producer:
            chats = [requested(f"chat-{one}", WEDNESDAY_IN_2003 + one) for one in range(8)]
            await send(hall, producer, chats)
        await eventually(lambda: guessed in page(port, "/metrics")[1], "the metrics say so")
        sentence = "calendar 'counters': the public holidays of 2003 are not known"
        await eventually(lambda: sentence in worker.log.read_text("utf-8"), "the log says so")
        assert worker.terminate() == 0, worker.tail()
        assert worker.log.read_text("utf-8").count(sentence) == 1
