"""The HTTP API of acts: a key, JSON, and mistakes told with their field."""

from typing import Any
from urllib.parse import quote

import pytest

from dashboards.acts.api import add_act_api
from dashboards.settings import WallSettings
from dashboards.wall import wall_app
from schemas.outcomes import AlertState, ClosedAs
from tests.acts.parts import NOW, WAIT, Desk, breach
from tests.dashboards.acts.served import OpenDesk, Phone

ALERT = f"api/alerts/{quote(WAIT, safe='')}"
BY: dict[str, Any] = {"by": "chief-1"}
EXCUSE: dict[str, Any] = {**BY, "reason": "停电"}
SILENCE: dict[str, Any] = {
    **EXCUSE, "section": "counters", "until": "2022-10-14T12:00:00+08:00",
}  # fmt: skip


@pytest.mark.parametrize("alert", [ALERT, f"api/alerts/{WAIT}"])
async def test_an_alert_is_acknowledged_its_slashes_quoted_or_not(alert: str) -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        status, entered = await phone.call("POST", f"{alert}/acknowledge", BY)
        assert (status, entered["by"], entered["at"]) == (200, "chief-1", NOW)
    assert [event.id for event in desk.events] == [entered["id"]]


async def test_excuses_and_silences_are_entered() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        assert (await phone.call("POST", f"{ALERT}/excuse", EXCUSE))[0] == 200
        assert (await phone.call("POST", "api/silences", SILENCE))[0] == 200
    assert len(desk.events) == 2


async def test_alerts_are_listed() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        status, listed = await phone.call("GET", "api/alerts?open=1&section=sec-03")
        assert (status, [row["alert"] for row in listed["alerts"]]) == (200, [WAIT])
        assert (await phone.call("GET", "api/alerts?section=sec-04"))[1] == {"alerts": []}


@pytest.mark.parametrize("key", ["", "b" * 40, "a" * 39, "钥匙"])
async def test_without_the_key_nothing_is_said(key: str) -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        for method, path in (
            ("GET", "api/alerts"),
            ("POST", f"{ALERT}/acknowledge"),
            ("POST", "api/alerts/none/there/1/acknowledge"),
            ("POST", "api/silences"),
        ):
            status, answer = await phone.call(method, path, BY, key)
            assert (status, answer["error"]["field"]) == (401, "Authorization")
    assert desk.events == []


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        (f"{ALERT}/acknowledge", {}, 422, "by"),
        (f"{ALERT}/acknowledge", {"by": 7}, 422, "by"),
        (f"{ALERT}/acknowledge", {**BY, "note": "x"}, 422, "note"),
        (f"{ALERT}/acknowledge", [], 422, ""),
        (f"{ALERT}/acknowledge", {"by": "chef-1"}, 422, "by"),
        (f"{ALERT}/excuse", BY, 422, "reason"),
        (f"{ALERT}/excuse", {**BY, "reason": "打 13912345678"}, 422, "reason"),
        ("api/alerts/a/b/1/excuse", EXCUSE, 404, "alert"),
        ("api/silences", {**SILENCE, "until": "2022-10-14T12:00:00"}, 422, "until"),
        ("api/silences", {**SILENCE, "until": "noon"}, 422, "until"),
        ("api/silences", {**SILENCE, "until": "2022-10-14T09:00:00+08:00"}, 422, "until"),
        ("api/silences", {**SILENCE, "section": "counter"}, 422, "section"),
        ("api/silences", {**SILENCE, "promise": "wait"}, 422, "promise"),
    ],
)
async def test_a_mistake_is_told_with_its_field(
    path: str, body: object, status: int, field: str
) -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        answered, answer = await phone.call("POST", path, body)
    assert (answered, answer["error"]["field"]) == (status, field), answer
    assert answer["error"]["detail"]
    assert "13912345678" not in str(answer)
    assert desk.events == []


async def test_what_may_have_been_meant_is_told() -> None:
    desk = Desk(breach())
    async with Phone(desk) as phone:
        _, answer = await phone.call("POST", "api/alerts/A0012-20221014/acknowledge", BY)
        assert answer["error"]["near"] == [WAIT]
        _, answer = await phone.call("POST", f"{ALERT}/acknowledge", {"by": "chief"})
        assert answer["error"]["near"] == ["chief-1"]


async def test_what_is_over_is_a_conflict_and_what_is_away_is_for_later() -> None:
    over = breach(state=AlertState.CLOSED, closed_as=ClosedAs.MET_LATE, closed_at=NOW)
    desk = Desk(over)
    async with Phone(desk) as phone:
        assert (await phone.call("POST", f"{ALERT}/acknowledge", BY))[0] == 409
        desk.sender.away = True
        assert (await phone.call("POST", f"{ALERT}/excuse", EXCUSE))[0] == 503
        desk.alerts.rows = None
        status, answer = await phone.call("POST", f"{ALERT}/excuse", EXCUSE)
        assert (status, "ClickHouse" in answer["error"]["detail"]) == (503, True)


def test_an_api_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="everybody"):
        add_act_api(wall_app(WallSettings(), lambda _: []), OpenDesk(Desk()), b"")
