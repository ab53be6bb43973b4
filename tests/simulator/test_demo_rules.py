"""The demo's rulebook describes the simulated hall, section by section."""

from datetime import datetime, timedelta
from pathlib import Path

import streams.simulator
from schemas.decode import decode
from schemas.ticket import TicketCalled
from streams.core.chain import BREACHED, who_is_told
from streams.rules.load import load_rulebook
from streams.simulator import read_hall, simulate
from streams.simulator.heartbeats import DESK_SYSTEM, EVERY, QUEUE_SYSTEM

RULES = Path(streams.simulator.__file__).parent / "rules"


def test_the_demo_s_sections_are_the_hall_s_by_the_same_names() -> None:
    hall = read_hall()
    simulated = {section.code: (section.zh, section.en) for section in hall.section}
    simulated[hall.desk.code] = hall.desk.zh, hall.desk.en
    sections = load_rulebook(RULES).sections
    described = {code: (section.name_zh, section.name_en) for code, section in sections.items()}
    assert {code: described.get(code) for code in simulated} == simulated


def test_the_demo_watches_the_simulated_systems_and_tells_a_section_of_theirs() -> None:
    book = load_rulebook(RULES)
    for system in (QUEUE_SYSTEM, DESK_SYSTEM):
        rule = book.source(system)
        assert rule is not None
        assert rule.silent_ms >= 3 * EVERY
    assert book.source("/hall/terminal/T1") is None


def test_every_simulated_counter_has_a_name() -> None:
    sections = load_rulebook(RULES).sections
    start = datetime.fromisoformat("2022-10-14T08:30:00+08:00")
    morning = simulate(read_hall(), 21, start, start + timedelta(hours=2))
    events = (decode(timed.value, timed.headers, timed.key) for timed in morning)
    called = {
        (event.data.section, event.data.counter)
        for event in events
        if isinstance(event, TicketCalled)
    }
    named = {(code, counter) for code, one in sections.items() for counter in one.counters}
    assert called
    assert called == named


def test_somebody_is_told_of_every_simulated_section() -> None:
    book = load_rulebook(RULES)
    for code in book.sections:
        for level in range(BREACHED + 3):
            told = who_is_told(book, code, level)
            assert told
            assert {channel.kind for _, channel in told} == {"log"}


def test_every_simulated_section_is_open_round_the_clock() -> None:
    sections = load_rulebook(RULES).sections
    hall = read_hall()
    for code in [*(section.code for section in hall.section), hall.desk.code]:
        assert sections[code].calendar.name == "always"


def test_what_is_asked_for_need_not_be_now_and_then_and_the_services_are_the_catalogue_s() -> None:
    hall, materials = read_hall(), load_rulebook(RULES).materials
    asked = hall.habits.materials
    exempt = sum(weight for code, weight in asked.items() if code in materials)
    assert 0 < exempt / sum(asked.values()) < 0.15
    looked_up = {one.lookup for one in materials.values() if one.lookup}
    assert {service.code for service in hall.lookup} == looked_up
