"""Pictures of both pages: every size, language and theme, of halls of every kind.

They go to $HALLWATCH_SCREENSHOT_DIR, else to the test's temporary folder. What can be measured
is: nothing is cut, nothing overlaps, nothing scrolls that should not, every letter is a bundled
one, and has the contrast it needs. Beauty is for whoever looks at them.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dashboards import looks
from tests.dashboards.browser import Browser, Screen
from tests.dashboards.halls import HALLS
from tests.dashboards.shown import BUSY, FOUR_K, PHONE, WALL_SCREEN, Shown, drawn, settle
from tests.dashboards.stores import Store

pytestmark = pytest.mark.browser

WALLS = {"1080p": WALL_SCREEN, "4k": FOUR_K}
SCREENS = {**WALLS, "phone": PHONE}  # which has all views under each other
DRESSES = (("zh", "dark"), ("en", "light"), ("zh", "light"), ("en", "dark"))


@contextmanager
def shown_as(store: Store, kind: str) -> Iterator[Shown]:
    pictured = HALLS[kind]()
    store.put(pictured.rows())
    shown = Shown(store, pictured.settings, pictured.hall)
    shown.now = BUSY + pictured.moved_s
    try:
        yield shown
    finally:
        shown.served.stop()


def look(
    browser: Browser, name: str, folder: Path, screens: Mapping[str, Screen] = SCREENS
) -> None:
    """The page as it stands, at every size."""
    folder = Path(os.environ.get("HALLWATCH_SCREENSHOT_DIR", folder))
    folder.mkdir(parents=True, exist_ok=True)
    for size, screen in screens.items():
        browser.resize(screen)
        settle(browser)
        where = f"{name}-{size}"
        browser.shoot(folder / f"{where}.png", whole=screen is PHONE)
        beside, under = looks.scrolls(browser)
        assert beside == 0, where
        assert under == 0 or screen is PHONE, where
        assert looks.cut(browser) == [], where
        assert looks.overlapping(browser) == [], where
    browser.resize(WALL_SCREEN)
    settle(browser)
    assert looks.pale(browser) == [], name
    assert looks.strangers(browser, looks.signs(browser)) == [], name


@pytest.mark.parametrize("kind", HALLS)
def test_the_hall_in_every_dress(browser: Browser, store: Store, kind: str, tmp_path: Path) -> None:
    with shown_as(store, kind) as shown:
        for language, theme in DRESSES:
            drawn(browser, shown, lang=language, theme=theme)
            look(browser, f"hall-{kind}-{language}-{theme}", tmp_path)


@pytest.mark.parametrize("kind", HALLS)
def test_the_other_views(browser: Browser, store: Store, kind: str, tmp_path: Path) -> None:
    with shown_as(store, kind) as shown:
        for language, theme in DRESSES[:2]:
            drawn(browser, shown, lang=language, theme=theme)
            for key, view in (("2", "help"), ("3", "promises")):
                browser.press(key)
                settle(browser)
                look(browser, f"{view}-{kind}-{language}-{theme}", tmp_path, WALLS)


@pytest.mark.parametrize("kind", HALLS)
def test_a_section(browser: Browser, store: Store, kind: str, tmp_path: Path) -> None:
    with shown_as(store, kind) as shown:
        for language, theme in DRESSES[:2]:
            drawn(browser, shown, path="section/bdcdj", lang=language, theme=theme)
            look(browser, f"section-{kind}-{language}-{theme}", tmp_path)


def test_every_common_character_has_its_letter(browser: Browser, store: Store) -> None:
    """GB 2312, levels 1 and 2: what a hall's names are made of."""
    with shown_as(store, "nobody") as shown:
        drawn(browser, shown)
        rows = [bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
        characters = b"".join(rows).decode("gb2312", "ignore")
        assert len(characters) == 6763
        assert looks.strangers(browser, characters) == []


def test_without_the_bundled_letters_it_would_be_seen(browser: Browser, store: Store) -> None:
    """The machine has no Chinese letters of its own, or the tests above would say nothing."""
    with shown_as(store, "nobody") as shown:
        drawn(browser, shown)
        # In the bundled font's place the machine's own.
        browser.run("document.documentElement.style.setProperty('--figures', 'sans-serif')")
        assert looks.strangers(browser, "窗口") != []
        browser.run("document.documentElement.style.removeProperty('--figures')")
        assert looks.strangers(browser, "窗口") == []


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("color: #223355", "pale"),
        ("display: block; width: 2em; overflow: hidden; white-space: nowrap", "cut"),
        ("position: fixed; left: 0; top: .9rem; font-size: 2rem", "overlapping"),
    ],
)
def test_what_is_wrong_with_a_page_is_seen(
    browser: Browser, store: Store, fault: str, seen: str
) -> None:
    measures = {"pale": looks.pale, "cut": looks.cut, "overlapping": looks.overlapping}
    with shown_as(store, "nobody") as shown:
        drawn(browser, shown)
        assert measures[seen](browser) == []
        browser.run("document.querySelector('#breaches-title').style.cssText = arguments[0]", fault)
        assert any("未结超时" in found for found in measures[seen](browser))
