"""What is wrong with a page that can be measured: cut, overlapping, pale, without letters.

Owns what an answer means; how it is measured is `looks.js`'s. Called by the tests of the pages.
Invariant: an empty answer means that nothing was found in all that is visible.
"""

from pathlib import Path
from typing import Any

from tests.dashboards.browser import Browser

_MEASURES = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")


def _measured(browser: Browser, question: str, *arguments: Any) -> Any:
    return browser.run(f"{_MEASURES}\nreturn {question}", *arguments)


def cut(browser: Browser) -> list[str]:
    return list(_measured(browser, "cut()"))


def overlapping(browser: Browser) -> list[str]:
    return list(_measured(browser, "overlapping()"))


def pale(browser: Browser) -> list[str]:
    return list(_measured(browser, "pale()"))


def signs(browser: Browser) -> str:
    return str(_measured(browser, "signs()"))


def strangers(browser: Browser, text: str) -> list[str]:
    """Fonts other than the bundled ones that are needed to draw `text` as the page would."""
    _measured(browser, "probe(arguments[0])", text)
    fonts = browser.fonts_of("#probe")
    browser.run("document.getElementById('probe').remove()")
    drawn = sum(font["glyphCount"] for font in fonts if font["isCustomFont"])
    found = [str(font["familyName"]) for font in fonts if not font["isCustomFont"]]
    assert found or drawn >= len(text), f"{drawn} signs drawn of {len(text)}"
    return found


def scrolls(browser: Browser) -> tuple[int, int]:
    """How much of the page is beside and under what is seen, in pixels."""
    over = browser.run(
        "const page = document.scrollingElement;"
        "return [page.scrollWidth - page.clientWidth, page.scrollHeight - page.clientHeight]"
    )
    return int(over[0]), int(over[1])
