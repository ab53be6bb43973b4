"""A busy hall's panels on the real engine, against the oracle."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dashboards import sql_live, sql_section, sql_standing, sql_today
from dashboards.panel import Panel, fill
from schemas.outcomes import AlertState
from schemas.source import SOURCE_SILENT
from tests.dashboards import oracle
from tests.dashboards.cases import SPAN
from tests.dashboards.hall import NO_TERMINAL, UNSEEN_CALLS, Hall
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.rows import alert, at
from tests.dashboards.stores import Store

NOW = at("10:52:07")
HALL = Hall(NOW)


@pytest.fixture(scope="module")
def busy(engine: Store) -> Iterator[Store]:
    engine.empty()
    # As of three moments: of each row the newest version has to be found.
    for moment in (NOW - 1200, NOW - 60, NOW):
        engine.put(rows_at(HALL, moment))
    yield engine
    engine.empty()


def rows(store: Store, panel: Panel) -> list[dict[str, Any]]:
    return store.ask(fill(panel, msgspec.structs.replace(SPAN, now=NOW)))


def close(seconds: float) -> Any:
    return pytest.approx(seconds, abs=0.0015)


def test_the_queue(busy: Store) -> None:
    found = {r["section"]: r for r in rows(busy, sql_live.queue)}
    wanted = oracle.queue(HALL, NOW)
    assert found.keys() == wanted.keys()
    for section, (waiting, late, longest) in wanted.items():
        row = found[section]
        assert (row["waiting"], row["late"]) == (waiting, late), section
        assert row["longest_s"] == close(longest), section


def test_the_dots(busy: Store) -> None:
    found = {
        (r["section"], r["promised"], r["step"]): r["people"] for r in rows(busy, sql_live.people)
    }
    assert found == oracle.dots(HALL, NOW)


def test_the_chats(busy: Store) -> None:
    found = {
        r["section"]: (r["open"], r["unanswered"], r["late"], close(r["longest_s"]))
        for r in rows(busy, sql_live.chats)
    }
    assert found == oracle.chats(HALL, NOW)


def test_kept_today(busy: Store) -> None:
    found = {}
    for row in rows(busy, sql_today.kept_today):
        missed = row["late"] + row["left_late"] + row["waiting_late"] + row["missed"]
        found[row["section"], row["promise"]] = (row["kept"], missed)
        filing, online = (row["promise"].startswith(one) for one in ("counter-filing", "online-"))
        guessed = not online and row["section"] in (NO_TERMINAL if filing else UNSEEN_CALLS)
        assert row["estimated"] == (row["kept"] + row["late"] if guessed else 0)
        assert row["level"] == row["level_excused"] == row["kept"] / (row["kept"] + missed)
    assert found == oracle.kept(HALL, NOW)


def test_open_breaches_and_warnings_of_the_hall(busy: Store) -> None:
    wanted = oracle.open_alerts(HALL, NOW)
    breached = {r["alert"]: close(r["over_s"]) for r in rows(busy, sql_live.breaches)}
    warned = {r["alert"]: close(-r["left_s"]) for r in rows(busy, sql_live.warnings)}
    live = {a: (state, over) for a, (_, state, standing, over) in wanted.items() if not standing}
    assert breached == {a: over for a, (state, over) in live.items() if state == "breached"}
    assert warned == {a: over for a, (state, over) in live.items() if state == "warned"}
    counted = {r["section"]: (r["breached"], r["warned"]) for r in rows(busy, sql_live.alerts)}
    for section, (breaches, warnings) in counted.items():
        states = [s for a, (at_, s, st, _) in wanted.items() if at_ == section and not st]
        assert (breaches, warnings) == (states.count("breached"), states.count("warned"))


def test_the_alerts_of_each_section(busy: Store) -> None:
    found = {
        r["alert"]: (r["section"], r["state"], bool(r["standing"]), close(r["over_s"]))
        for r in rows(busy, sql_section.section_alerts)
    }
    assert found == oracle.open_alerts(HALL, NOW)


def test_the_people_of_each_section(busy: Store) -> None:
    found = {
        (r["section"], r["journey"]): (r["promise"], close(r["waited_s"]), r["limit_s"])
        for r in rows(busy, sql_section.section_people)
    }
    wanted = {
        (v.section, v.journey): (v.promise, NOW - v.arrived, oracle.LIMIT_S.get(v.promise))
        for v in oracle.waiting(HALL, NOW)
    } | {
        (c.section, c.journey): ("online-first-response", NOW - c.requested, 60.0)
        for c in oracle.unanswered(HALL, NOW)
    }
    assert found == wanted


def test_who_has_waited_longest_of_his_limit_is_first(busy: Store) -> None:
    answered = [r for r in rows(busy, sql_section.section_people) if r["section"] == "bdcdj"]
    promised = [r["waited_s"] / r["limit_s"] for r in answered if r["limit_s"]]
    assert len(promised) > 1
    assert promised == sorted(promised, reverse=True)
    # Nobody promised walk-ins anything: they come after.
    assert [bool(r["limit_s"]) for r in answered] == sorted(
        (bool(r["limit_s"]) for r in answered), reverse=True
    )


def test_what_stands_is_apart(busy: Store) -> None:
    found = {
        (r["promise"], r["section"]): (r["open"], r["acknowledged"])
        for r in rows(busy, sql_standing.standing)
    }
    assert found == oracle.standing()


def test_every_system_says_when_it_was_heard(busy: Store) -> None:
    found = {
        r["system"]: (r["sources"], close(r["last_event_at"]))
        for r in rows(busy, sql_standing.sources)
    }
    assert found == oracle.systems(NOW)


def test_the_day_in_quarters(busy: Store) -> None:
    found = {
        float(r["slot_at"]): (r["arrived"], r["served"], r["waiting"])
        for r in rows(busy, sql_today.day_curve)
    }
    assert found == oracle.curve(HALL, NOW)


def test_a_silent_source_is_its_systems_and_one_never_heard_goes_by_its_name(
    store: Store,
) -> None:
    store.put(rows_at(HALL, NOW))
    for name in ("/terminal/2", "/never/heard"):
        silent = alert(
            f"{SOURCE_SILENT}/{name.replace('/', '.')}/1",
            "elsewhere",
            AlertState.BREACHED,
            started_at="10:40",
            breached_at="10:42",
            journey=name,
        )
        store.put([silent])
    found = {r["system"]: r for r in rows(store, sql_standing.sources)}
    assert (found["terminal"]["sources"], found["terminal"]["silent"]) == (2, 1)
    assert found["terminal"]["silent_since"] == at("10:40")
    assert found["/never/heard"]["silent"] == 1
    assert found["/never/heard"]["last_event_at"] is None
    assert found["ticket"]["silent_since"] is None


def test_silenced_and_suspected_ones_are_told_the_chief_alone(store: Store) -> None:
    said = {"started_at": "10:20", "breached_at": "10:30"}
    store.put(
        [
            alert("counter-filing/A/1", "s", AlertState.BREACHED, **said, silenced=True),
            alert("counter-filing/B/1", "s", AlertState.BREACHED, **said, suspected=True),
            alert("exempt-materials/C/1", "s", AlertState.BREACHED, **said, silenced=True),
            alert("rating-invited/D/1", "s", AlertState.WARNED, started_at="10:20"),
        ]
    )
    assert rows(store, sql_live.breaches) == []
    assert rows(store, sql_standing.standing) == []
    found = [
        (r["journey"], r["silenced"], r["suspected"])
        for r in rows(store, sql_section.section_alerts)
    ]
    assert found == [("A", True, False), ("B", False, True), ("C", True, False)]
