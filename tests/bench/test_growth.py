"""What a worker that holds journeys costs is measured of right results. No time is asserted."""

from pathlib import Path

import pytest

from tests.bench.growth.held import hold
from tests.bench.growth.saving import save
from tests.bench.load import Size, make_load
from tests.bench.pinned import Cores
from tests.bench.place import Broker, place
from tests.kafka.apache import ApacheKafka

_CORES = Cores(0, (0,))


@pytest.mark.kafka
def test_a_worker_killed_with_open_journeys_decides_what_came_meanwhile(
    apache_kafka: ApacheKafka, tmp_path: Path
) -> None:
    at = Broker("apache", apache_kafka.bootstrap, True)
    with place(at, []) as where:
        dsn = f"chdb://{tmp_path / 'clickhouse'}"
        load = make_load(7, Size(events=1_600, open_journeys=40))
        found = hold(where, 400, load, _CORES, tmp_path, dsn)
    assert found.standing == 400
    assert found.state_bytes > 0
    assert min(found.memory.filled, found.memory.restored) > 0


def test_more_events_at_once_leave_less_to_save_of_each() -> None:
    load = make_load(7, Size(events=1_600, open_journeys=20))
    alone, together = save(load, 10), save(load, 800)
    assert 0 < together.bytes_per_event < alone.bytes_per_event
