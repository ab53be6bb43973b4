"""The wall's views: turning, holding still, keys, themes, what is read out, the forecast."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboards.panel import Column, Panel, Unit
from dashboards.panels import HALL_WALL
from dashboards.sql_live import SECTION
from dashboards.words import Words
from schemas.outcomes import AlertState
from tests.dashboards import looks
from tests.dashboards.browser import Browser
from tests.dashboards.hall import PLACES, Hall
from tests.dashboards.rows import alert
from tests.dashboards.shown import BUSY, PHONE, WALL_SCREEN, Shown, drawn, settings_of, settle
from tests.dashboards.stores import Store

pytestmark = pytest.mark.browser

FORECAST = Panel(
    id="forecast",
    title=Words("预测", "Forecast"),
    columns=(
        SECTION,
        Column("service", Words("事项", "Service"), Unit.NAME),
        Column("waiting", Words("等候", "Waiting"), Unit.PEOPLE),
        Column("will_miss", Words("将超时", "Will miss"), Unit.PEOPLE),
        Column("counters_open", Words("现开", "Open"), Unit.NAME),
        Column("counters_needed", Words("需要", "Needed"), Unit.NAME),
    ),
    sql="""SELECT c.1 AS section, 'general' AS service, 12 AS waiting, c.2 AS will_miss,
  3 AS counters_open, c.3 AS counters_needed
FROM (SELECT arrayJoin([('shebao', 5.2, 5), ('bdcdj', 11., 8), ('gjj', 0., 2)]) AS c)""",
)


def wall(store: Store, rotate_s: float = 30, panels: tuple[Panel, ...] = HALL_WALL) -> Shown:
    settings = settings_of(sections=PLACES, rotate=timedelta(seconds=rotate_s))
    shown = Shown(store, settings, Hall(BUSY), panels)
    shown.fill(BUSY)
    return shown


@pytest.fixture
def shown(store: Store) -> Iterator[Shown]:
    shown = wall(store)
    yield shown
    shown.served.stop()


def view(browser: Browser) -> str:
    return str(browser.run("return document.body.dataset.view"))


def wait_for_view(browser: Browser, wanted: str) -> None:
    browser.wait(lambda: view(browser) == wanted, f"turns to {wanted}")


def seen(browser: Browser) -> list[str]:
    return list(
        browser.run(
            "return [...document.querySelectorAll('[data-in]')]"
            ".filter(part => part.checkVisibility()).map(part => part.dataset.in)"
        )
    )


def test_it_turns_from_view_to_view_until_somebody_touches_it(
    browser: Browser, store: Store
) -> None:
    shown = wall(store, rotate_s=1)
    try:
        browser.open(shown.served.url, WALL_SCREEN)
        for wanted in ("hall", "help", "promises", "hall"):
            wait_for_view(browser, wanted)
        browser.wait(lambda: browser.run("return document.body.dataset.round"), "drawn")
        browser.run("dispatchEvent(new PointerEvent('pointerdown'))")
        held = view(browser)
        browser.wait(
            lambda: browser.text("#views .turn") == "已暂停", "it says that it holds still"
        )
        since = browser.run("return [performance.now(), Number(document.body.dataset.round)]")
        gone_on = "performance.now() > arguments[0] + 2500"
        gone_on += " && Number(document.body.dataset.round) > arguments[1]"
        browser.wait(lambda: browser.run(f"return {gone_on}", *since), "the figures go on")
        assert view(browser) == held
        browser.press(" ")
        browser.wait(lambda: view(browser) != held, "a key lets it turn again")
    finally:
        shown.served.stop()


def test_keys_choose_the_view(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    assert seen(browser) == ["hall"] * 3
    browser.press("2")
    assert (view(browser), seen(browser)) == ("help", ["help"])
    browser.press("ArrowRight")
    assert (view(browser), seen(browser)) == ("promises", ["promises"])
    browser.press("ArrowRight")
    assert view(browser) == "hall"
    browser.press("ArrowLeft")
    current = "return document.querySelector('#views [aria-current=page]').textContent"
    assert browser.run(current) == "今日承诺"


def test_the_sections_that_need_help_are_there_worst_first(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown, view="help")
    helped = browser.run(
        "return [...document.querySelectorAll('#help .tile')].map(t => t.dataset.section)"
    )
    breached = shown.store.ask(
        "SELECT section, count() AS n FROM alerts FINAL WHERE state = 'breached' AND "
        "promise IN ('appointment-wait-general', 'appointment-wait-complex', 'counter-filing', "
        "'online-first-response') GROUP BY section ORDER BY n DESC, section"
    )
    wanted = [row["section"] for row in breached]
    assert helped[0] == wanted[0]
    assert set(wanted[:6]) <= set(helped)
    assert browser.run("return document.querySelector('#calm').hidden")


def test_nobody_in_need_is_said_in_words(browser: Browser, store: Store) -> None:
    shown = Shown(store, settings_of(sections=PLACES), None)
    try:
        drawn(browser, shown, view="help")
        assert browser.text("#calm h2") == "目前没有科室需要支援"
    finally:
        shown.served.stop()


@pytest.mark.parametrize(
    ("asked", "setting", "prefers", "phone", "worn"),
    [
        ("light", "dark", "dark", False, "light"),
        ("", "light", "dark", False, "light"),
        ("", "auto", "light", False, "dark"),
        ("", "auto", "light", True, "light"),
        ("", "auto", "dark", True, "dark"),
        ("dark", "auto", "light", True, "dark"),
    ],
)
def test_the_theme_is_the_addresss_the_settings_or_the_phones(
    browser: Browser, store: Store, asked: str, setting: str, prefers: str, phone: bool, worn: str
) -> None:
    shown = Shown(store, settings_of(sections=PLACES, theme=setting), None)
    try:
        browser.prefer(prefers)
        chosen = {"theme": asked} if asked else {}
        drawn(browser, shown, PHONE if phone else WALL_SCREEN, **chosen)
        assert browser.run("return document.documentElement.dataset.theme") == worn
    finally:
        browser.prefer("dark")
        shown.served.stop()


def test_a_forecast_takes_its_place_only_when_it_has_something_to_say(
    browser: Browser, store: Store
) -> None:
    others = tuple(panel for panel in HALL_WALL if panel.id != FORECAST.id)
    without = wall(store, panels=others)
    try:
        drawn(browser, without)
        assert browser.run("return document.querySelector('#forecast').hidden")
    finally:
        without.served.stop()
    shown = wall(store, panels=(*others, FORECAST))
    try:
        for language in ("zh", "en"):
            drawn(browser, shown, lang=language)
            told = browser.run(
                "return [...document.querySelectorAll('#forecast li')].map(li =>"
                " [...li.children].map(part => part.textContent))"
            )
            assert [line[:2] for line in told] == (
                [["11", "不动产登记"], ["6", "社会保险"]]
                if language == "zh"
                else [["11", "Real estate"], ["6", "Social insurance"]]
            )
            settle(browser)
            assert looks.cut(browser) == []
            assert looks.overlapping(browser) == []
            assert looks.pale(browser) == []
        assert told[0][3] == "3 counters open, open 5 more"
    finally:
        shown.served.stop()


def test_a_new_breach_is_read_out_once(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    assert "新超时" not in browser.text("#said")
    shown.store.put(
        [
            alert(
                "counter-filing/V/1",
                "gjj",
                AlertState.BREACHED,
                started_at="10:19:58",
                breached_at="10:39:58",
            )
        ]
    )
    browser.wait(lambda: browser.text("#said") == "新超时：公积金，窗口申报", "it is read out")


def test_the_page_has_landmarks_and_every_tile_is_within_reach_of_the_keys(
    browser: Browser, shown: Shown
) -> None:
    drawn(browser, shown)
    marks = (
        "return ['header', 'nav', 'main', 'aside'].map(m => document.querySelectorAll(m).length)"
    )
    assert browser.run(marks) == [1, 1, 1, 1]
    unnamed = (
        "return [...document.querySelectorAll('section[id], nav, aside, button, a')]"
        ".filter(e => e.checkVisibility() && !e.ariaLabel && !e.textContent.trim()).length"
    )
    assert browser.run(unnamed) == 0
    assert browser.run("return document.querySelectorAll('[aria-live]').length") == 1
    browser.press("Tab")
    reached = set()
    for _ in range(30):
        reached.add(browser.run("return document.activeElement.dataset.section ?? ''"))
        browser.press("Tab")
    assert reached >= {place.code for place in PLACES}
