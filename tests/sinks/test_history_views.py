"""The analysts' views: as declared, explained, and only the newest of each row in them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from msgspec.structs import replace

from schemas.outcomes import AlertRow, AlertState, EventRow, JourneyRow, Status, Table, WindowRow
from sinks import shadow_tables
from sinks.history_comments import MEANINGS
from sinks.history_views import VIEWS, View, create_history_view
from sinks.migrate import shipped, statements
from sinks.tables import TableSettings, declare
from streams.core.histogram import bucket
from tests.dashboards.stores import Store, put_rows
from tests.parts import absent
from tests.sinks.samples import EXAMPLES, NINE, alert

SETTINGS = TableSettings()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    store = Store(tmp_path_factory.mktemp("views") / "engine")
    yield store
    store.close()


@pytest.fixture
def clickhouse(store: Store) -> Client:
    """Migrated, and empty."""
    store.empty()
    return store.client


def ask(client: Client, sql: str) -> list[dict[str, Any]]:
    return list(client.query(sql).named_results())


def filled(statement: str) -> str:
    (only,) = statements(f"{statement};\n", SETTINGS)
    return only


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_migrations_make_the_view_that_is_declared(clickhouse: Client, view: View) -> None:
    made = _made(clickhouse, view.name)
    clickhouse.command(filled(create_history_view(view)).replace(view.name, f"{view.name}2", 1))
    assert made == _made(clickhouse, f"{view.name}2")


def _made(client: Client, name: str) -> list[tuple[Any, ...]]:
    asked = {"name": name}
    text = client.query(
        "SELECT as_select, comment FROM system.tables "
        "WHERE database = currentDatabase() AND name = {name:String}",
        parameters=asked,
    ).result_rows
    columns = client.query(
        "SELECT name, type, comment FROM system.columns "
        "WHERE database = currentDatabase() AND table = {name:String} ORDER BY position",
        parameters=asked,
    ).result_rows
    assert text
    assert columns
    return [*text, *columns]


def test_every_column_of_every_view_is_explained_in_chinese(clickhouse: Client) -> None:
    shadows = [f"{shadow_tables.shadow_name(table)}_now" for table in shadow_tables.SHADOWED]
    for name in [*(view.name for view in VIEWS), *shadows]:
        (_, meaning), *columns = _made(clickhouse, name)
        assert re.search(r"[一-鿿]", meaning), name
        for column, _, words in columns:
            assert words, f"{name}.{column}"
    for view in VIEWS:
        for column, _, words in _made(clickhouse, view.name)[1:]:
            assert re.search(r"[一-鿿]", words), f"{view.name}.{column}"


def test_all_words_explain_a_column() -> None:
    used = {"shadow"}
    for view in VIEWS:
        for column, _ in view.columns:
            specific = f"{view.name}.{column}"
            used.add(specific if specific in MEANINGS else column)
    assert used == set(MEANINGS)


@pytest.mark.parametrize("table", shadow_tables.SHADOWED)
def test_a_shadow_table_has_every_column_of_the_live_one(clickhouse: Client, table: Table) -> None:
    """A migration that adds a column to the one has to add it to the other."""
    live = [(name, type_) for name, type_, _ in _columns(clickhouse, table.value)]
    shadow = [
        (name, type_) for name, type_, _ in _columns(clickhouse, shadow_tables.shadow_name(table))
    ]
    assert [one for one in shadow if one[0] not in ("shadow", "run", "within")] == live


def _columns(client: Client, table: str) -> list[tuple[Any, ...]]:
    return list(
        client.query(
            "SELECT name, type, comment FROM system.columns "
            "WHERE database = currentDatabase() AND table = {t:String} ORDER BY position",
            parameters={"t": table},
        ).result_rows
    )


@pytest.mark.parametrize("table", Table)
def test_the_indexes_are_what_is_declared(clickhouse: Client, table: Table) -> None:
    declared = declare(table, SETTINGS)
    live = clickhouse.query(
        "SELECT name, expr FROM system.data_skipping_indices "
        "WHERE database = currentDatabase() AND table = {t:String}",
        parameters={"t": table.value},
    ).result_rows
    assert list(live) == [(one.name, one.by) for one in declared.skips]


def test_the_newest_version_alone_shows(clickhouse: Client) -> None:
    journey = EXAMPLES[Table.JOURNEYS]
    verdict = EXAMPLES[Table.VERDICTS]
    assert isinstance(journey, JourneyRow)
    put_rows(clickhouse, [replace(journey, version=1, stars=1), replace(journey, version=2)])
    put_rows(clickhouse, [verdict, replace(verdict, version=6, status=Status.KEPT)])
    (shown,) = ask(clickhouse, "SELECT stars, day, hour FROM history_journeys")
    assert shown["stars"] == journey.stars
    assert (str(shown["day"]), shown["hour"]) == ("2022-10-14", 9)
    found = ask(clickhouse, "SELECT status, judged, kept, broken FROM history_verdicts")
    assert found == [{"status": "kept", "judged": True, "kept": True, "broken": False}]
    put_rows(clickhouse, [replace(verdict, version=7, status=Status.WITHDRAWN)])
    assert ask(clickhouse, "SELECT * FROM history_verdicts") == []


def test_the_percentiles_of_a_minute_are_right_to_two_percent(clickhouse: Client) -> None:
    """Over all partitions that saw the minute."""
    waits = [[30_000 + 700 * n for n in range(100)], [200_000 + 1_300 * n for n in range(40)]]
    window = EXAMPLES[Table.WINDOWS]
    assert isinstance(window, WindowRow)
    rows = []
    for number, part in enumerate(waits):
        histogram: dict[int, int] = {}
        for wait in part:
            histogram[bucket(wait)] = histogram.get(bucket(wait), 0) + 1
        rows.append(replace(window, partition=number, answered_histogram=histogram, kept=len(part)))
    put_rows(clickhouse, rows)
    (shown,) = ask(clickhouse, "SELECT kept, p50_s, p90_s, p99_s FROM history_minutes")
    together = sorted([*waits[0], *waits[1]])
    assert shown["kept"] == len(together)
    for share in (50, 90, 99):
        exact = together[int((len(together) - 1) * share / 100)] / 1000
        assert shown[f"p{share}_s"] == pytest.approx(exact, rel=0.025), share


def test_a_minute_nobody_was_answered_in_has_no_percentile(clickhouse: Client) -> None:
    window = EXAMPLES[Table.WINDOWS]
    assert isinstance(window, WindowRow)
    put_rows(clickhouse, [replace(window, answered_histogram={})])
    assert ask(clickhouse, "SELECT p50_s, p99_s FROM history_minutes") == [
        {"p50_s": None, "p99_s": None}
    ]


def test_how_long_nobody_acknowledged_a_breach(clickhouse: Client) -> None:
    breached = {"breached_at": NINE + 1800, "state": AlertState.BREACHED}
    rows = [
        alert(**breached, alert="w/A1/1", journey="A1", acknowledged_at=NINE + 2100),
        alert(**breached, alert="w/A2/1", journey="A2"),
    ]
    put_rows(clickhouse, rows)
    found = ask(
        clickhouse, "SELECT journey, acknowledged_after_s AS s FROM history_alerts ORDER BY journey"
    )
    assert found == [{"journey": "A1", "s": 300}, {"journey": "A2", "s": None}]


RATIO = "online-resolution-rate"


def _day(section: str, **counts: Any) -> WindowRow:
    given: dict[str, Any] = {
        "promise": RATIO, "minute_at": NINE, "section": section, "service": "x",
        "complexity": "", "channel": "online", "partition": 0, "version": 1,
    }  # fmt: skip
    return WindowRow(**given, **counts, started=sum(counts.values()))


def _told(promise: str, target: int, at: float) -> AlertRow:
    day = f"S9/2022-10-13/{promise}"
    return alert(
        alert=f"{promise}/{day}/1", promise=promise, journey=day, started_at=at,
        target_permille=target,
    )  # fmt: skip


def test_how_many_may_still_be_missed_today(clickhouse: Client) -> None:
    """An old target, then the one of now; nothing is known of one nobody was ever told of."""
    put_rows(
        clickhouse,
        [
            _day("S1", kept=45, missed=3),
            _day("S2", kept=17, missed=3),
            _day("S3", kept=10, missed=4, excused=2),
            _told(RATIO, 800, NINE - 86_400 * 30),
            replace(_told(RATIO, 900, NINE - 86_400), alert=f"{RATIO}/S9/2022-10-12/2"),
            replace(_day("S1", kept=9, missed=1), promise="one-visit"),
        ],
    )
    found = ask(clickhouse, "SELECT * FROM history_misses_left ORDER BY promise, section")
    assert [(row["section"], row["target"], row["misses_left"]) for row in found] == [
        ("S1", None, None),
        ("S1", 0.9, 2),  # 45 of 50 would do
        ("S2", 0.9, -2),  # 17 are enough for 18 alone
        ("S3", 0.9, -1),  # two of the four are excused: 10 of 12
    ]


def _survey(journey: str, number: int, about: str = "visit") -> EventRow:
    return EventRow(
        source="/hall/survey",
        id=f"survey/{journey}/{number}",
        type="survey.answered",
        subject=journey,
        time="2022-10-14T10:00:00+08:00",
        ingest_at=NINE + 3600,
        partition=0,
        offset=number,
        data=f'{{"section":"S1","about":"{about}","survey":"exit-poll",'
        f'"answers":{{"overall":{number},"waited-minutes":20}}}}',
    )


def test_answers_stand_beside_what_was_measured(clickhouse: Client) -> None:
    journey = EXAMPLES[Table.JOURNEYS]
    assert isinstance(journey, JourneyRow)
    visit = replace(journey, journey="A1", promised_wait_ms=None, first_call_wait_ms=720_000)
    put_rows(clickhouse, [visit, _survey("A1", 7), _survey("A1", 7), _survey("A2", 3)])
    found = ask(
        clickhouse,
        "SELECT journey, question, answer, known, wait_min, counter FROM history_surveys "
        "ORDER BY journey, question",
    )
    assert [(row["journey"], row["question"], row["answer"]) for row in found] == [
        ("A1", "overall", 7), ("A1", "waited-minutes", 20),
        ("A2", "overall", 3), ("A2", "waited-minutes", 20),
    ]  # fmt: skip
    assert [(row["known"], row["wait_min"], row["counter"]) for row in found] == [
        (True, 12, journey.counter), (True, 12, journey.counter), (False, None, ""),
        (False, None, ""),
    ]  # fmt: skip


def test_the_views_come_with_the_newest_migration_that_has_them() -> None:
    text = "".join(migration.text for migration in shipped())
    assert all(f"CREATE OR REPLACE VIEW {view.name} " in text for view in VIEWS)
