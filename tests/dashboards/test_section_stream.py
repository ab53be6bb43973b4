"""The stream of one section: its own rows, asked for only while somebody looks."""

from aiohttp import ClientSession

from dashboards.wall import SECTION_FEED
from schemas.outcomes import AlertState
from tests.dashboards.rows import alert
from tests.dashboards.streamed import PATIENCE, Wall, breach, until


async def test_a_sections_stream_says_its_own_rows_and_no_others(wall: Wall) -> None:
    other = alert(
        "counter-filing/B1/1", "yibao", AlertState.BREACHED, started_at="09:20", breached_at="09:40"
    )
    wall.store.put([breach(1), other])
    async with ClientSession(timeout=PATIENCE) as session:
        told = {}
        for code in ("shebao", "yibao", "nowhere"):
            asked = {"section": code}
            async with session.get(wall.url + "api/snapshot.json", params=asked) as got:
                told[code] = (await got.json())["figures"]
        async with session.get(wall.url + "stream?section=yibao") as got:
            streamed = (await until(got, lambda s: not s["stale"]))["figures"]
    named = {code: [row["journey"] for row in told[code]["section_alerts"]] for code in told}
    assert named == {"shebao": ["A1"], "yibao": ["B1"], "nowhere": []}
    assert [row["journey"] for row in streamed["section_alerts"]] == ["B1"]
    # What names no section is everybody's.
    assert all(len(figures["arrivals"]) == 1 for figures in told.values())


async def test_nobody_looking_at_sections_their_panels_are_not_asked(wall: Wall) -> None:
    async with ClientSession(timeout=PATIENCE) as session, session.get(wall.url + "stream") as got:
        await until(got, lambda s: s["round"] >= 3)
    assert wall.app[SECTION_FEED].newest_round == 0
    assert wall.app[SECTION_FEED].resting
