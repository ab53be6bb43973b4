"""`hallwatch audit` and `hallwatch orders` as they are run: over a broker, a worker and a
ClickHouse engine, on a day with planted cases."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from streams.broker.embedded import EmbeddedBroker
from streams.rules.load import SHIPPED
from streams.worker import Worker
from tests.audit.planted import DAY, PLANTED, Told, breaches, late_link, quick, scenario
from tests.conftest import Broker
from tests.pipeline.chats import Sent
from tests.pipeline.command import done, hallwatch
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, send

ITEMS = """
[[item]]
code = "seal"
name-zh = "印章备案"
department = "police"
at-counter = true
[[item]]
code = "grant"
name-zh = "专项补助"
department = "finance"
at-counter = false
"""

SECTIONS = """
[elsewhere]
code = "elsewhere"
name-zh = "其他"
name-en = "Elsewhere"
calendar = "always"
""" + "".join(
    f'[[section]]\ncode = "{code}"\nname-zh = "{name}"\nname-en = "{code}"\ncalendar = "always"\n'
    for code, name in (("S01", "综合科"), ("S02", "许可科"), ("S03", "备案科"))
)


class Site:
    """A deployment that replays the scenario, and the command line beside it."""

    def __init__(self, hall: Hall, worker: Worker) -> None:
        self.hall = hall
        self.worker = worker

    async def take(self, told: list[Told]) -> None:
        records = [Sent(one.key, one.value, 0.0) for one in told]
        async with self.hall.producing() as producer:
            ends = await send(self.hall, producer, records)
        await self.hall.recorded(self.worker, ends)

    async def run(self, *arguments: object, **changed: object) -> Any:
        settings = self.hall.settings
        return await asyncio.to_thread(
            hallwatch,
            *arguments,
            broker=settings.broker,
            transactions=settings.transactions,
            clickhouse=settings.clickhouse,
            topic_prefix=settings.topic_prefix,
            rules=settings.rules,
            data=settings.data,
            clock="event",
            **changed,
        )

    async def listed(self, day: str = DAY) -> dict[str, tuple[str, str]]:
        """What an audit lists: by case, signs and confidence."""
        found = done(await self.run("audit", "--day", day, "--format", "json"))
        rows = [msgspec.json.decode(line) for line in found.splitlines()]
        return {row["case"]: (row["signs"], row["confidence"]) for row in rows}

    def events(self, kind: str) -> list[dict[str, Any]]:
        return self.hall.database.ask(
            "SELECT source, id, subject, data FROM events_now"
            f" WHERE startsWith(type, '{kind}') ORDER BY id"
        )

    def orders(self) -> list[dict[str, Any]]:
        return self.hall.database.ask("SELECT * FROM orders_now ORDER BY number")


@pytest.fixture
async def site(
    embedded_broker: EmbeddedBroker, database: Database, tmp_path: Path
) -> AsyncIterator[Site]:
    rules = tmp_path / "rules"
    rules.mkdir()
    shipped = (SHIPPED / "audit.toml").read_text(encoding="utf-8")
    (rules / "audit.toml").write_text(
        shipped.replace("days = 7\nmost-days", "days = 2\nmost-days") + ITEMS, encoding="utf-8"
    )
    (rules / "sections.toml").write_text(SECTIONS, encoding="utf-8")
    broker = Broker("embedded", embedded_broker.bootstrap)
    hall = Hall(broker, database, tmp_path, rules=rules, clock="event", horizon_hours=24 * 60)
    async with hall.working() as worker:
        yield Site(hall, worker)


async def test_the_planted_cases_are_found_and_no_others(site: Site) -> None:
    await site.take(scenario())
    assert await site.listed() == PLANTED
    said = site.events("case.reconciled")
    assert {one["source"] for one in said} == {"hallwatch/audit"}
    # Of the day: 5 kinds of 10 genuine cases, the planted ones, and K-X.
    untraced = {one["subject"] for one in said if not msgspec.json.decode(one["data"])["trace"]}
    assert untraced == PLANTED.keys() - {"K-VOLUME-2"}
    assert len({one["subject"] for one in said}) == 50 + len(PLANTED) + 1

    assert await site.listed() == PLANTED
    assert site.events("case.reconciled") == said, "the second run said something"

    await site.take([late_link("K-BARE-1", "T-A0")])
    assert await site.listed() == {
        case: found for case, found in PLANTED.items() if case != "K-BARE-1"
    }
    more = [one for one in site.events("case.reconciled") if one not in said]
    assert [(one["subject"], one["id"]) for one in more] == [
        ("K-BARE-1", "reconciled/K-BARE-1/no-trace/2")
    ]


async def test_the_list_is_chinese_and_a_table(site: Site) -> None:
    await site.take(scenario())
    shown = await site.run("audit", "--day", DAY, "--dry-run")
    table = done(shown).splitlines()
    assert table[0].split() == [
        "日期", "办件编号", "事项", "科室", "部门", "渠道", "受理时间", "迹象", "现场痕迹", "把握",
        "依据", "相关取号",
    ]  # fmt: skip
    assert len(table) == 1 + len(PLANTED)
    assert (
        "印章备案（seal）：进驻事项窗口几乎无件，近14日窗口0件、科室直收15件（确定）"
        in shown.stderr
    )
    assert "drift：科室直收占比上升" in shown.stderr
    assert f"列出 {len(PLANTED)} 件" in shown.stderr
    assert site.events("case.reconciled") == []
    rows = list(csv.reader(io.StringIO(done(
        await site.run("audit", "--day", DAY, "--dry-run", "--format", "csv", language="en")
    ))))  # fmt: skip
    assert rows[0][1] == "case"
    assert {row[1] for row in rows[1:]} == PLANTED.keys()


async def test_an_order_from_its_opening_to_the_ledger(site: Site) -> None:
    await site.take([*breaches(0, 6), *quick(10, 40)])
    done(await site.run("audit", "--day", DAY))
    (order,) = site.orders()
    assert (order["number"], order["section"], order["counter"], order["state"]) == (
        "ZG-20221014-001", "S02", "C201", "open",
    )  # fmt: skip
    assert (order["promise"], order["clause"], len(order["alerts"])) == (
        "counter-filing", "四（二）1", 6,
    )  # fmt: skip
    before = site.events("rectification.")
    done(await site.run("audit", "--day", DAY))
    assert site.events("rectification.") == before, "the second run opened something"

    number = order["number"]
    double = await site.run(
        "orders", "open", "--by", "chief-1", "--promise", "counter-filing", "--section", "S02",
        "--counter", "C201", "--problem", "同上", "--due", "2099-01-01",
    )  # fmt: skip
    assert (double.returncode, double.stdout) == (1, "")
    assert f"同一问题已有未完成的整改单 {number}" in double.stderr
    said = done(await site.run("orders", "assign", number, "--to", "clerk-3", "--by", "chief-1"))
    assert said == f"{number} 已分派给 clerk-3\n"
    early = await site.run(
        "orders", "done", number, "--measure", "增开窗口", "--by", "clerk-3",
        "--at", "2022-10-14T08:00",
    )  # fmt: skip
    assert (early.returncode, "才开出" in early.stderr) == (1, True)
    done(
        await site.run(
            "orders",
            "done",
            number,
            "--measure",
            "=增开窗口",
            "--by",
            "clerk-3",
            "--at",
            "2022-10-15T12:00",
        )
    )
    # Two days later the figures have moved: 6 of 46 before, none of 60 after.
    await site.take(quick(1440 + 240, 60, tag="N"))
    done(await site.run("audit", "--day", "2022-10-17"))
    (order,) = site.orders()
    assert (order["state"], order["judged"], order["share_after"]) == ("moved", 60, 0.0)
    # And then it comes back.
    await site.take(breaches(4 * 1440, 5, tag="B"))
    done(await site.run("audit", "--day", "2022-10-18"))
    (order,) = site.orders()
    assert (order["state"], order["reopened"]) == ("reopened", 1)
    assert order["reopened_reason"] == "整改后7日内再次违诺5次"
    shown = done(await site.run("orders", "show", number))
    for part in ("重新整改", "许可科", "已分派给 clerk-3", "复查有效", "整改后7日内再次违诺5次"):
        assert part in shown

    out = site.hall.settings.data / "ledger.xlsx"
    done(await site.run("orders", "export", "--format", "xlsx", "--out", out))
    page = load_workbook(out).active
    assert page is not None
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][:4] == ("序号", "编号", "科室", "窗口")
    assert rows[1][:4] == (1, number, "许可科", "C201")
    assert isinstance(rows[1][rows[0].index("发现时间")], datetime)
    text = done(await site.run("orders", "export", "--section", "S02", "--from", DAY))
    (told,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (told["编号"], told["状态"], told["来源"]) == (
        number, "重新整改", "系统自动（反复违诺）",
    )  # fmt: skip


async def test_a_person_opens_an_order_and_is_told_its_number(site: Site) -> None:
    arguments = (
        "orders", "open", "--by", "chief-1", "--promise", "counter-filing", "--section", "S01",
        "--problem", "排队无人疏导", "--due", "2099-01-01",
    )  # fmt: skip
    said = done(await site.run(*arguments))
    found = re.fullmatch(r"(ZG-\d{8}-001) 已开单：综合科，排队无人疏导，期限 2099-01-01\n", said)
    assert found is not None, said
    number = found[1]
    assert done(await site.run("orders", "list")).splitlines()[1].split()[:3] == [
        number, "待分派", "综合科",
    ]  # fmt: skip
    unknown = await site.run(*arguments[:7], "S99", *arguments[8:])
    assert (unknown.returncode, "没有科室 S99；有：S01（综合科）" in unknown.stderr) == (1, True)
    personal = await site.run(
        *arguments[:9], "联系电话13800138000", "--due", "2099-01-01", "--counter", "C1"
    )
    assert personal.returncode == 1
    assert "问题中有身份证号、电话或邮箱等个人信息" in personal.stderr
    assert "13800138000" not in personal.stderr
    nothing = await site.run("orders", "show", "ZG-1")
    assert f"没有整改单 ZG-1；最近的有 {number}" in nothing.stderr
    early = await site.run("orders", "recheck", number, "--by", "chief-1")
    assert f"{number} 尚未完成整改，无从复查" in early.stderr
    assert len(site.orders()) == 1
