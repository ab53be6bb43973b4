"""What the wall in a worker is told of the site: names of counters and people, theme, turning."""

from typing import Any

from aiohttp import ClientSession, web

from streams.cli_demo import DEMO_RULES
from streams.rules.load import load_rulebook
from streams.settings import read_settings
from streams.worker_wall import wall_of


async def test_the_wall_knows_the_names_of_the_rulebook() -> None:
    settings = read_settings({"HALLWATCH_WALL_THEME": "light", "HALLWATCH_WALL_ROTATE": "45"})
    runner = web.AppRunner(wall_of(settings, load_rulebook(DEMO_RULES)))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/hall.json"
        async with ClientSession() as session, session.get(url) as got:
            told: dict[str, Any] = await got.json()
    finally:
        await runner.cleanup()
    counters = {counter["code"]: counter for counter in told["counters"]}
    assert counters["C201"] == {
        "code": "C201",
        "zh": "1号窗口",
        "en": "1号窗口",
        "section": "S02",
    }
    people = {person["code"]: person["zh"] for person in told["people"]}
    assert people["hall-duty"] == "大厅值班台（示例）"
    assert [place["code"] for place in told["others"]] == ["elsewhere"]
    assert "elsewhere" not in {place["code"] for place in told["sections"]}
    assert (told["theme"], told["rotate_s"]) == ("light", 45.0)
