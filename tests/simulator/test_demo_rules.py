"""The demo's rulebook describes the simulated hall, section by section."""

from pathlib import Path

import streams.simulator
from streams.rules.load import load_rulebook
from streams.simulator import read_hall
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


def test_every_simulated_section_is_open_round_the_clock() -> None:
    sections = load_rulebook(RULES).sections
    hall = read_hall()
    for code in [*(section.code for section in hall.section), hall.desk.code]:
        assert sections[code].calendar.name == "always"
