"""The pages of acts as a phone shows them (390 x 844).

Screenshots go to $HALLWATCH_SCREENSHOT_DIR, else to the test's temporary folder.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec import Struct
from msgspec.structs import replace

from schemas.acting import ActKind
from schemas.outcomes import AlertState
from streams.acts.links import ListToken, Token, sign
from tests.acts.parts import GROUP, KEY, NOW, WAIT, Desk, breach
from tests.dashboards.acts.served import acts_app, link

pytest.importorskip("selenium", reason="the page's tests need: pip install selenium")
from tests.dashboards.browser import Browser, Screen, Served

pytestmark = pytest.mark.browser

PHONE = Screen(390, 844)


class Shot(Struct, frozen=True):
    """A link, and words that must be on its page."""

    token: str
    words: str
    query: str = ""


LIST = f"list/{sign(KEY, ListToken(('sec-03',), 'chief-1', int(NOW) + 60))}"
SHOTS = {
    "act-acknowledge": Shot(link(ActKind.ACKNOWLEDGE), "认领这条告警"),
    "act-excuse": Shot(link(ActKind.EXCUSE), "理由（必填）"),
    "act-excuse-english": Shot(link(ActKind.EXCUSE), "Reason (required)", "?lang=en"),
    "act-silence": Shot(link(ActKind.SILENCE), "暂停多久"),
    "act-of-a-group": Shot(
        sign(KEY, Token(ActKind.EXCUSE, WAIT, "", int(NOW) + 60, "sec-03", 3, GROUP)), "您是哪一位"
    ),
    "act-list": Shot(LIST, "还没结束的告警：2 起"),
    "act-expired": Shot(link(ActKind.EXCUSE, seconds=0), "链接已过期"),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()


@pytest.fixture
def desk() -> Desk:
    warned = replace(
        breach(state=AlertState.WARNED), alert="walk-in-wait/B0007/1", breached_at=None
    )
    return Desk(breach(), replace(warned, journey="B0007", promise="walk-in-wait"))


@pytest.fixture
def served(desk: Desk) -> Iterator[Served]:
    served = Served(acts_app(desk)).start()
    yield served
    served.stop()


def shoot(browser: Browser, folder: Path, name: str) -> None:
    height = int(browser.run("return document.documentElement.scrollHeight"))
    folder = Path(os.environ.get("HALLWATCH_SCREENSHOT_DIR", folder))
    folder.mkdir(parents=True, exist_ok=True)
    tall = {"width": PHONE.width, "height": max(height, PHONE.height)}
    tall |= {"deviceScaleFactor": 1, "mobile": False}
    browser.command("Emulation.setDeviceMetricsOverride", tall)
    browser.shoot(folder / f"{name}.png")


@pytest.mark.parametrize("name", SHOTS)
def test_a_page_fits_a_phone_and_its_button_a_thumb(
    browser: Browser, served: Served, tmp_path: Path, name: str
) -> None:
    shot = SHOTS[name]
    browser.open(f"{served.url}act/{shot.token}{shot.query}", PHONE)
    browser.run("return document.fonts.ready.then(() => true)")
    assert shot.words in browser.text("body")
    assert browser.run("return document.documentElement.scrollWidth") <= PHONE.width
    assert browser.run("return document.scripts.length") == 0
    here = urlsplit(served.url).netloc
    assert {urlsplit(url).netloc for url in browser.requested()} == {here}
    heights = browser.run(
        "return [...document.querySelectorAll('button')].map(b => b.getBoundingClientRect().height)"
    )
    assert all(height >= 44 for height in heights)
    shoot(browser, tmp_path, name)


def test_the_forms_are_filled_in_and_sent_by_the_browser_itself(
    browser: Browser, served: Served, desk: Desk, tmp_path: Path
) -> None:
    browser.open(f"{served.url}act/{link(ActKind.ACKNOWLEDGE)}", PHONE)
    browser.run("document.querySelector('button').click()")
    browser.wait(lambda: browser.text("h1") == "已认领", "it is not entered")
    shoot(browser, tmp_path, "act-acknowledged")
    browser.open(f"{served.url}act/{link(ActKind.EXCUSE)}", PHONE)
    browser.run("document.querySelector('textarea').value = '办事人电话 13912345678'")
    browser.run("document.querySelector('button').click()")
    browser.wait(lambda: "个人信息" in browser.text("form strong"), "it is not refused")
    shoot(browser, tmp_path, "act-personal")
    browser.run("document.querySelector('textarea').value = '叫号系统停机'")
    browser.run("document.querySelector('button').click()")
    browser.wait(lambda: browser.text("h1") == "已登记免责", "it is not entered")
    assert len(desk.events) == 2
    # What the wall says to the browser is said of nothing that was blocked.
    assert [each for each in browser.complaints() if "422" not in each] == []
