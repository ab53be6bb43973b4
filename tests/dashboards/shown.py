"""A wall served over a simulated hall, whose clock and rows a test moves.

Called by the tests of the pages. Invariant: what is shown is asked of a real engine.
"""

from datetime import timedelta

from dashboards.panel import Panel
from dashboards.panels import HALL_WALL
from dashboards.settings import WallSettings
from dashboards.wall import wall_app
from tests.dashboards.browser import Browser, Screen, Served
from tests.dashboards.hall import Hall
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.rows import at
from tests.dashboards.stores import Store

WALL_SCREEN, FOUR_K, PHONE = Screen(1920, 1080), Screen(3840, 2160), Screen(390, 844)
BUSY = at("10:40")

#: Views change when a test says so; a slow machine turns no page.
STILL = "rotate=0"


class Shown:
    """One wall. `panels`: what it asks; a test may add one of its own."""

    def __init__(
        self,
        store: Store,
        settings: WallSettings,
        hall: Hall | None,
        panels: tuple[Panel, ...] = HALL_WALL,
    ) -> None:
        self.store = store
        self.now = BUSY
        self.hall = hall
        self.settings = settings
        self.panels = panels
        self.served = self.serve(0)

    def serve(self, port: int) -> Served:
        app = wall_app(self.settings, self.store.ask, lambda: self.now, self.panels)
        return Served(app, port).start()

    def fill(self, now: float) -> None:
        assert self.hall is not None
        self.store.put(rows_at(self.hall, now))
        self.now = now


def settings_of(**said: object) -> WallSettings:
    chosen = {"pace": timedelta(milliseconds=100), **said}
    return WallSettings(**chosen)  # type: ignore[arg-type]


def drawn(
    browser: Browser,
    shown: Shown,
    screen: Screen = WALL_SCREEN,
    path: str = "",
    **query: str,
) -> None:
    """Opens a page and waits until it has drawn a snapshot, in its own letters."""
    asked = "&".join([STILL, *(f"{name}={value}" for name, value in query.items())])
    browser.open(f"{shown.served.url}{path}?{asked}", screen)
    browser.wait(lambda: browser.run("return document.body.dataset.round"), "the page is not drawn")
    settle(browser)


def settle(browser: Browser) -> None:
    """Until what is on its way (letters, a chart, a new size) is there."""
    browser.wait_for(
        "document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
