"""The page as a browser shows it, over a real engine holding a busy simulated hall.

Screenshots go to $HALLWATCH_SCREENSHOT_DIR, else to the test's temporary folder.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboards.settings import Place, WallSettings
from dashboards.wall import wall_app
from dashboards.words import Words
from schemas.outcomes import AlertState, Row, Status
from tests.dashboards.hall import PLACES, Hall
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.rows import alert, at, verdict
from tests.dashboards.stores import Store

pytest.importorskip("selenium", reason="the page's tests need: pip install selenium")
from tests.dashboards.browser import Browser, Screen, Served

pytestmark = pytest.mark.browser

WALL_SCREEN = Screen(1920, 1080)
HOSTILE = "<img src=x onerror=alert(1)>"
BUSY = at("10:40")
REPLY = "online-first-response"
CONNECTED = ("实时", "历史回放")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


class Shown:
    """A wall whose clock and rows a test moves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = BUSY
        self.hall = Hall(BUSY)
        places = (*PLACES[:-1], Place(code="zhck", name=Words("综合窗口", HOSTILE)))
        self.settings = WallSettings(
            sections=places,
            pace=timedelta(milliseconds=100),
            limits={"counter-filing": timedelta(minutes=25)},
        )
        self.served = self.serve(0)

    def serve(self, port: int) -> Served:
        app = wall_app(self.settings, self.store.ask, lambda: self.now)
        return Served(app, port).start()

    def fill(self, now: float) -> None:
        self.store.put(rows_at(self.hall, now))
        self.now = now


@pytest.fixture
def shown(store: Store) -> Iterator[Shown]:
    shown = Shown(store)
    shown.fill(BUSY)
    yield shown
    shown.served.stop()


def drawn(browser: Browser, shown: Shown, screen: Screen = WALL_SCREEN, query: str = "") -> None:
    browser.open(shown.served.url + query, screen)
    browser.wait(
        lambda: browser.run("return document.querySelectorAll('#curve svg path').length > 5"),
        "the page is not drawn",
    )
    browser.run("return document.fonts.ready.then(() => true)")


def waiting(store: Store) -> str:
    """Those who wait, by a question of the test's own."""
    row = store.one(
        "SELECT count() AS n FROM verdicts FINAL "
        "WHERE promise LIKE '%wait%' AND status IN ('waiting', 'waiting-late')"
    )
    return str(row["n"])


def level(browser: Browser, section: str) -> str:
    return str(
        browser.run(f"return document.querySelector('[data-section={section}]').dataset.level")
    )


def test_figures_move_when_the_hall_does(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    before = waiting(shown.store)
    browser.wait(lambda: browser.text("#figure-waiting b") == before, "who waits at first")
    shown.fill(at("10:44"))
    after = waiting(shown.store)
    assert after != before, "the case says nothing: as many people wait"
    browser.wait(lambda: browser.text("#figure-waiting b") == after, "who waits then")
    browser.wait(lambda: browser.text("#clock").startswith("10:44"), "the hall's clock")


def test_a_desk_without_counters_shows_its_chats_as_its_queue(
    browser: Browser, shown: Shown
) -> None:
    chats = shown.store.one(
        "SELECT countIf(end = 'open') AS open FROM journeys FINAL "
        "WHERE kind = 'chat' AND section = 'xsbb'"
    )
    drawn(browser, shown)
    assert browser.text("[data-section=xsbb] .waiting small") == "未回复"
    assert browser.text("[data-section=xsbb] .p90") == str(chats["open"])


def test_a_promise_says_its_limit_and_clause(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    lines = browser.run("return [...document.querySelectorAll('.limit')].map(p => p.textContent)")
    assert [line for line in lines if line] == [
        "10 分钟内 · 四（二）1",
        "30 分钟内 · 四（二）1",
        "25 分钟内 · 四（二）1",  # this site's own
        "60 秒内 · 四（二）1",
        "不低于 90% · 四（二）1",
    ]


def test_counters_are_told_apart_by_what_differs(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    marks = "return [...document.querySelectorAll('[data-section=yibao] .counters i')]"
    assert browser.run(f"{marks}.map(mark => mark.textContent)") == ["01", "02", "03"]


def test_a_breach_appears_on_top_with_its_seconds(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    new: list[Row] = [
        verdict(
            "online-first-response", "C-NEW", "hydj", Status.WAITING_LATE, started_at="10:38:56"
        ),
        alert(
            f"{REPLY}/C-NEW/1",
            "hydj",
            AlertState.BREACHED,
            started_at="10:38:56",
            breached_at="10:39:56",
            limit_ms=60_000,
        ),
    ]
    assert (
        browser.run("return document.querySelector('[data-section=hydj]').dataset.level") == "calm"
    )
    shown.store.put(new)
    browser.wait(lambda: browser.text("#breaches li .who") == "C-NEW", "the new breach is on top")
    assert browser.text("#breaches li .time") == "+0:04"
    assert browser.text("#breaches li .where") == "婚姻登记"
    assert (
        browser.run("return document.querySelector('[data-section=hydj]').dataset.level")
        == "broken"
    )


#: Whatever sticks out of its box: parts of a tile over its edge, texts cut off.
OVERFLOWING = """
const out = [];
const boxes = '.tile, #strip li, .promise, aside li, header, .day';
for (const box of document.querySelectorAll(boxes)) {
  const edge = box.getBoundingClientRect();
  for (const part of box.querySelectorAll('*')) {
    if (part.closest('svg') || !part.textContent || part.childElementCount) continue;
    const at = part.getBoundingClientRect();
    const over = Math.max(at.right - edge.right, at.bottom - edge.bottom, edge.left - at.left);
    if (at.width && over > 1) out.push('outside: ' + part.className + ' ' + part.textContent);
    if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === 'hidden')
      out.push('cut: ' + part.className + ' ' + part.textContent);
  }
}
return out;
"""


@pytest.mark.parametrize("screen", [WALL_SCREEN, Screen(3840, 2160), Screen(1366, 768)], ids=str)
def test_all_of_the_hall_fits_the_screen(
    browser: Browser, shown: Shown, screen: Screen, tmp_path: Path
) -> None:
    drawn(browser, shown, screen)
    folder = Path(os.environ.get("HALLWATCH_SCREENSHOT_DIR", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    browser.shoot(folder / f"wall-{screen.width}x{screen.height}.png")
    size = browser.run(
        "const page = document.scrollingElement; return [page.scrollWidth, page.scrollHeight]"
    )
    assert size == [screen.width, screen.height]
    assert browser.run("return document.querySelectorAll('.tile').length") == 24
    counters = shown.store.one(
        "SELECT uniqExact(section, counter) AS n FROM journeys FINAL WHERE counter != ''"
    )
    assert browser.run("return document.querySelectorAll('.counters i').length") == counters["n"]
    # The one long name is the hostile one, cut on purpose.
    assert [found for found in browser.run(OVERFLOWING) if HOSTILE not in found] == []


def test_a_phone_shows_the_same_without_sideways_scrolling(
    browser: Browser, shown: Shown, tmp_path: Path
) -> None:
    drawn(browser, shown, Screen(390, 844))
    browser.shoot(Path(os.environ.get("HALLWATCH_SCREENSHOT_DIR", tmp_path)) / "wall-phone.png")
    # A scroll bar beside the page is no scrolling sideways.
    size = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth"
    assert browser.run(size) == 0
    assert browser.run("return document.querySelectorAll('#breaches li').length") == 6


def test_nothing_is_asked_of_anyone_else_and_nothing_is_refused(
    browser: Browser, shown: Shown
) -> None:
    drawn(browser, shown)
    asked = browser.requested()
    assert any(address.endswith("/stream") for address in asked)
    assert [address for address in asked if not address.startswith(shown.served.url)] == []
    assert browser.complaints() == []


@pytest.mark.parametrize("selector", ["#title", ".section", ".waiting small", "#breaches .where"])
def test_chinese_is_drawn_with_the_bundled_font(
    browser: Browser, shown: Shown, selector: str
) -> None:
    drawn(browser, shown)
    fonts = browser.fonts_of(selector)
    assert any(font["familyName"].startswith("Noto Sans SC") for font in fonts)
    assert all(font["isCustomFont"] for font in fonts)


def test_a_name_is_text_and_never_markup(browser: Browser, shown: Shown) -> None:
    shown.store.put(
        [
            alert(
                f"appointment-wait-general/{HOSTILE}/1",
                "<b>unknown</b>",
                AlertState.BREACHED,
                started_at="09:00",
                breached_at="10:39:59",
            )
        ]
    )
    drawn(browser, shown, query="?lang=en")
    assert browser.text("[data-section=zhck] .section") == HOSTILE
    assert browser.text("#breaches .who") == HOSTILE
    assert browser.text("#breaches .where") == "<b>unknown</b>"
    assert browser.run("return document.querySelectorAll('img').length") == 0


def test_the_language_of_the_address_wins(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    assert browser.text("#breaches-title") == "未结超时"
    drawn(browser, shown, query="?lang=en")
    assert browser.text("#breaches-title") == "Open breaches"
    assert browser.text(".section") == "Company set-up"
    found = browser.run(OVERFLOWING)
    assert [text for text in found if HOSTILE not in text] == []


def test_a_lost_server_is_said_and_found_again(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    browser.wait(lambda: browser.text("#badge") in CONNECTED, "the badge says live")
    port = shown.served.port
    shown.served.stop()
    browser.wait(lambda: browser.text("#badge").startswith("连接中断"), "the badge says lost")
    shown.served = shown.serve(port)
    browser.wait(lambda: browser.text("#badge") in CONNECTED, "the badge says live again")


def test_silence_while_people_wait_is_said(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    browser.wait(lambda: browser.text("#badge") in CONNECTED, "the badge says live")
    # The hall's clock goes on and no event comes: a pipeline that stopped looks like this.
    shown.now = at("10:46:30")
    browser.wait(lambda: browser.text("#badge") == "6 分钟无新事件", "the badge says quiet")


def test_a_failing_store_is_said_on_the_page(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    known = shown.store.one("SELECT count() AS n FROM alerts FINAL WHERE state = 'breached'")["n"]
    shown.store.client.command("RENAME TABLE alerts TO hidden")
    try:
        browser.wait(lambda: browser.text("#badge").startswith("部分数据未更新"), "said stale")
        # What was known stays in sight.
        assert browser.run("return document.querySelectorAll('#breaches li').length") == known
    finally:
        shown.store.client.command("RENAME TABLE hidden TO alerts")
    browser.wait(lambda: browser.text("#badge") in CONNECTED, "the badge says live again")
