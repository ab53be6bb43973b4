"""A section's page, for its chief, over a real engine holding a busy simulated hall."""

from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.settings import Place
from dashboards.words import Words
from schemas.outcomes import AlertState
from tests.dashboards import oracle
from tests.dashboards.browser import Browser
from tests.dashboards.hall import PLACES, Hall
from tests.dashboards.rows import alert, window
from tests.dashboards.shown import BUSY, Shown, drawn, settings_of, settle
from tests.dashboards.stores import Store

pytestmark = pytest.mark.browser

COUNTERS = tuple(
    Place(code=f"BDCDJ-{n:02d}", name=Words(f"{n}号窗口", f"{n}号窗口"), section="bdcdj")
    for n in range(1, 6)
)


@pytest.fixture
def shown(store: Store) -> Iterator[Shown]:
    people = (Place(code="chief-6", name=Words("王科长", "Chief Wang")),)
    settings = settings_of(sections=PLACES, counters=COUNTERS, people=people)
    shown = Shown(store, settings, Hall(BUSY))
    shown.fill(BUSY)
    yield shown
    shown.served.stop()


def texts(browser: Browser, selector: str) -> list[str]:
    script = f"return [...document.querySelectorAll({selector!r})].map(e => e.textContent)"
    return list(browser.run(script))


def test_a_chief_sees_each_person_and_only_his_own(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown, path="section/bdcdj")
    hall = shown.hall
    assert hall is not None
    own = {v.journey for v in oracle.waiting(hall, BUSY) if v.section == "bdcdj"}
    own |= {c.journey for c in oracle.unanswered(hall, BUSY) if c.section == "bdcdj"}
    assert browser.text("#title") == "不动产登记"
    listed = browser.run("return [...document.querySelectorAll('#people li')].map(li => li.title)")
    counted = browser.run("return document.querySelector('#people-title').dataset.count")
    assert set(listed) <= own
    assert counted == str(len(own))
    assert browser.text("#figure-waiting b") == str(oracle.queue(hall, BUSY)["bdcdj"][0])


def test_his_counters_have_the_names_people_use(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown, path="section/bdcdj")
    assert texts(browser, "#counters .what") == [f"{n}号窗口" for n in range(1, 6)]
    drawn(browser, shown)
    marks = "[data-section=bdcdj] .counters i"
    assert texts(browser, f"#tiles {marks}") == ["1", "2", "3", "4", "5"]


def test_what_was_done_about_an_alert_stands_with_it(browser: Browser, shown: Shown) -> None:
    said: dict[str, Any] = {"started_at": "10:00", "breached_at": "10:20"}
    open_ = AlertState.BREACHED
    shown.store.put(
        [
            alert("counter-filing/N/1", "hydj", open_, **said),
            alert("counter-filing/A/1", "hydj", open_, **said, acknowledged_by="chief-6"),
            alert("counter-filing/E/1", "hydj", open_, **said, escalation_level=2),
            alert("counter-filing/S/1", "hydj", open_, **said, silenced=True),
            alert("counter-filing/Q/1", "hydj", open_, **said, suspected=True),
            alert("session-recorded/R/1", "hydj", open_, **said),
            alert(
                "online-resolution-rate/D/1",
                "hydj",
                open_,
                **said,
                kept=40,
                judged=50,
                target_permille=900,
            ),
        ]
    )
    drawn(browser, shown, path="section/hydj")
    rows = browser.run(
        "return [...document.querySelectorAll('#alerts li')].map(li => [li.dataset.level,"
        " li.querySelector('.who').textContent, li.querySelector('.done').textContent])"
    )
    assert sorted(rows[:5]) == [
        ["breached", "A", "王科长 已接手"],
        ["breached", "E", "已上报 2 级"],
        ["breached", "N", "无人接手"],
        ["breached", "Q", "来源失联，待核实"],
        ["breached", "S", "已静默"],
    ]
    # Behind those who wait: what stands on record.
    assert sorted(rows[5:]) == [
        ["standing", "40/50，承诺 90%", "无人接手"],
        ["standing", "R", "无人接手"],
    ]
    # Neither silenced nor suspected ones are counted as what has to be done.
    assert browser.text("#figure-breached b") == "3"
    link = "return document.querySelector('#alerts li a').pathname"
    assert str(browser.run(link)).startswith("/explain/counter-filing/")


def test_raw_and_excused_stand_side_by_side(browser: Browser, shown: Shown) -> None:
    shown.store.put([window("counter-filing", "09:10", "tyjr2", kept=6, late=4, excused=2)])
    drawn(browser, shown, path="section/tyjr2")
    card = "#promises [data-promise=counter-filing]"
    assert browser.text(f"{card} > b") == "60%"
    assert browser.text(f"{card} .cleaned") == "除免责 75%"
    assert browser.text(f"{card} .count") == "兑现 6 · 未兑现 4 · 免责 2"


def test_what_has_estimates_in_it_bears_a_mark(browser: Browser, shown: Shown) -> None:
    called = {"answered_histogram": {276: 4}}  # four waits of a minute
    shown.store.put(
        [
            window("counter-filing", "09:10", "tyjr2", kept=6, late=4, estimated=3),
            window("appointment-wait-general", "10:15", "tyjr2", kept=4, estimated=1, **called),
        ]
    )
    drawn(browser, shown, path="section/tyjr2")
    assert browser.text("#promises [data-promise=counter-filing] > b") == "≈60%"
    assert browser.text("#figure-p90 b").startswith("≈")
    drawn(browser, shown)
    assert browser.text("[data-section=tyjr2] .p90").startswith("≈")
    browser.press("3")
    settle(browser)
    assert "含估算" in browser.text("#board [data-promise=counter-filing] .count")


def test_a_code_of_any_kind_can_be_asked_for(browser: Browser, shown: Shown) -> None:
    browser.complaints()  # of the page before this one, whose server is gone
    drawn(browser, shown, path="section/%3Cb%3E%27%2F..")
    assert browser.text("#title") == "<b>'/.."
    assert browser.text("#people-more") == "无人等候"
    assert browser.complaints() == []
