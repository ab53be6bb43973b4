"""The pages as a phone shows them (390 x 844), over a real engine.

Screenshots go to $HALLWATCH_SCREENSHOT_DIR, else to the test's temporary folder.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec import Struct

from dashboards.settings import WallSettings
from dashboards.stories.links import path_of
from dashboards.stories.pages import StoryPages, add_stories
from dashboards.stories.story import Page
from dashboards.wall import wall_app
from schemas.outcomes import AlertState
from tests.dashboards.rows import alert
from tests.dashboards.stores import Store
from tests.dashboards.stories.day import (
    EVENING,
    FILING,
    REPLY,
    SITE,
    WAIT,
    WAIT_ALERT,
    reading,
    whole_day,
)

pytest.importorskip("selenium", reason="the page's tests need: pip install selenium")
from tests.dashboards.browser import Browser, Screen, Served

pytestmark = pytest.mark.browser

PHONE = Screen(390, 844)
HOSTILE = "<img src=x onerror=alert(1)>"


class Shot(Struct, frozen=True):
    """A page, and words that must be on it."""

    page: Page
    key: str
    words: str
    query: str = ""


SHOTS = {
    "explain-wait": Shot(Page.EXPLAIN, WAIT_ALERT, "用时 12分10秒，超出 2分10秒"),
    "explain-filing": Shot(Page.EXPLAIN, f"{FILING}/A1/1", "00:55 – 26:25"),
    "explain-reply": Shot(Page.EXPLAIN, f"{REPLY}/C1/1", "日历“hall”，版本 2022-2"),
    "explain-english": Shot(Page.EXPLAIN, f"{REPLY}/C1/1", "Service hours only", "?lang=en"),
    "trace-visit": Shot(Page.TRACE, "A1", "迟到：后发生的记录先到"),
    "trace-case": Shot(Page.TRACE, "B1", "退件"),
    "unknown": Shot(Page.EXPLAIN, f"{WAIT}/A1", "相近的编号"),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def served(engine: Store) -> Iterator[Served]:
    engine.empty()
    engine.put(whole_day())
    hostile = alert(f"{WAIT}/{HOSTILE}/1", HOSTILE, AlertState.BREACHED, started_at="09:00")
    engine.put([hostile])
    app = wall_app(WallSettings(), engine.ask)
    add_stories(app, StoryPages(site=SITE, read=reading(engine), now=lambda: EVENING))
    served = Served(app).start()
    yield served
    served.stop()


@pytest.mark.parametrize("name", SHOTS)
def test_a_page_is_readable_on_a_phone(
    browser: Browser, served: Served, tmp_path: Path, name: str
) -> None:
    shot = SHOTS[name]
    browser.open(served.url + path_of(shot.page, shot.key) + shot.query, PHONE)
    browser.run("return document.fonts.ready.then(() => true)")
    assert shot.words in browser.text("body")
    assert browser.run("return document.documentElement.scrollWidth") <= PHONE.width
    here = urlsplit(served.url).netloc
    assert {urlsplit(url).netloc for url in browser.requested()} == {here}
    assert browser.run("return document.scripts.length") == 0
    smallest = browser.run(
        "return Math.min(...[...document.querySelectorAll('main a, nav a')]"
        ".map(a => a.getBoundingClientRect().height))"
    )
    assert smallest >= 24, "a link no thumb can hit"
    height = int(browser.run("return document.documentElement.scrollHeight"))
    folder = Path(os.environ.get("HALLWATCH_SCREENSHOT_DIR", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    tall = {"width": PHONE.width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.command("Emulation.setDeviceMetricsOverride", tall)
    browser.shoot(folder / f"{name}.png")


def test_links_lead_from_the_alert_to_its_journey_and_back(
    browser: Browser, served: Served
) -> None:
    browser.open(served.url + path_of(Page.EXPLAIN, WAIT_ALERT), PHONE)
    browser.run("document.querySelector('[data-chapter=links] a').click()")
    browser.wait(lambda: browser.text("h1") == "现场办事 A1", "the trace is not shown")
    browser.run("document.querySelector('[data-chapter=alerts] .ref a').click()")
    browser.wait(lambda: browser.text("h1").startswith("预约等候"), "the alert is not shown")
    browser.run("document.querySelectorAll('nav a')[1].click()")
    browser.wait(lambda: browser.text("h1").startswith("Appointment wait"), "it is not English")


def test_markup_from_outside_stays_text(browser: Browser, served: Served) -> None:
    browser.open(served.url + path_of(Page.EXPLAIN, f"{WAIT}/{HOSTILE}/1"), PHONE)
    assert HOSTILE in browser.text("dl")
    assert browser.run("return document.querySelectorAll('img').length") == 0
