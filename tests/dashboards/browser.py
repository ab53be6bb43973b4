"""A headless Chromium, and a wall served from a thread for it to look at.

Called by the tests of the page. Invariant: the browser can reach nothing but this machine,
so a page that needs anything else fails here.
"""

import asyncio
import base64
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from msgspec import Struct
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from tests.parts import absent

DEADLINE_S = 30

_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",  # a phone's lie over the page
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


#: The machine's fonts, but for every one that has Chinese.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <selectfont><rejectfont>
    {0}
  </rejectfont></selectfont>
</fontconfig>
"""
_REJECTED = (
    """<pattern><patelt name="lang"><langset><string>{0}</string></langset></patelt></pattern>"""
)


def without_chinese(folder: Path) -> Path:
    """A fontconfig file under which no font of the machine has Chinese letters."""
    config = folder / "fonts.conf"
    rejected = "".join(_REJECTED.format(code) for code in ("zh-cn", "zh-tw", "ja", "ko"))
    config.write_text(_FONTS.format(rejected), encoding="utf-8")
    return config


class Screen(Struct, frozen=True):
    width: int
    height: int


class Browser:
    """One page at a time; what it asked for and complained about is kept."""

    def __init__(self, profile: Path) -> None:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        driver = shutil.which("chromedriver")
        if chromium is None or driver is None:
            absent("the page's tests need Chromium: apt install chromium chromium-driver")
        options = Options()
        options.binary_location = chromium
        for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        fonts = {**os.environ, "FONTCONFIG_FILE": str(without_chinese(profile.parent))}
        self.driver = webdriver.Chrome(options=options, service=Service(driver, env=fonts))

    def open(self, url: str, screen: Screen) -> None:
        self.resize(screen)
        self._log("performance")
        self._log("browser")
        self.driver.get(url)

    def command(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.driver.execute_cdp_cmd(name, arguments)
        return answer

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait_for(self, script: str) -> None:
        """Runs a script that calls `done` when it is."""
        self.driver.execute_async_script(f"const done = arguments[0]; {script}")

    def resize(self, screen: "Screen") -> None:
        size = {"width": screen.width, "height": screen.height}
        self.command(
            "Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1, "mobile": False}
        )

    def prefer(self, scheme: str) -> None:
        """What the device prefers: light or dark."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.command("Emulation.setEmulatedMedia", {"features": [feature]})

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.command(
                "Input.dispatchKeyEvent",
                {"type": kind, "key": key, "text": key if len(key) == 1 else ""},
            )

    def text(self, selector: str) -> str:
        return str(self.run(f"return document.querySelector({selector!r})?.textContent ?? ''"))

    def wait(self, holds: Callable[[], Any], what: str) -> None:
        """Polls; a page that does not come to it within the deadline fails the test."""
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < deadline, what
            time.sleep(0.05)

    def requested(self) -> list[str]:
        """Addresses the page asked for since it was opened."""
        found = []
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(str(message["params"]["request"]["url"]))
        return found

    def complaints(self) -> list[str]:
        return [str(entry["message"]) for entry in self._log("browser")]

    def fonts_of(self, selector: str) -> list[dict[str, Any]]:
        """The fonts an element's text is really drawn with."""
        self.command("DOM.enable", {})
        self.command("CSS.enable", {})
        root = self.command("DOM.getDocument", {})["root"]["nodeId"]
        found = self.command("DOM.querySelector", {"nodeId": root, "selector": selector})
        fonts = self.command("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]})
        return list(fonts["fonts"])

    def _log(self, name: str) -> list[dict[str, Any]]:
        """What was logged since last asked."""
        entries: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call]
        return entries

    def shoot(self, path: Path, whole: bool = False) -> None:
        """`whole`: what is under the edge of the screen, too."""
        asked: dict[str, Any] = {"format": "png", "optimizeForSpeed": True}
        if whole:
            size = self.command("Page.getLayoutMetrics", {})["cssContentSize"]
            asked |= {"captureBeyondViewport": True, "clip": {**size, "scale": 1}}
        shot = self.command("Page.captureScreenshot", asked)
        path.write_bytes(base64.b64decode(shot["data"]))

    def quit(self) -> None:
        self.driver.quit()


class Served:
    """An application on a port of its own, in a thread of its own, until stopped."""

    def __init__(self, app: web.Application, port: int = 0) -> None:
        self._app = app
        self._wanted = port
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def start(self) -> "Served":
        self._thread.start()
        assert self._ready.wait(DEADLINE_S)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        runner = web.AppRunner(self._app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._wanted).start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()
