"""The hall's page as a browser shows it, over a real engine holding a busy simulated hall."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboards.settings import Place
from dashboards.words import Words
from schemas.outcomes import AlertState, Row, Status
from tests.dashboards import looks
from tests.dashboards.browser import Browser, Screen
from tests.dashboards.hall import PLACES, Hall
from tests.dashboards.rows import alert, at, verdict
from tests.dashboards.shown import BUSY, PHONE, Shown, drawn, settings_of, settle
from tests.dashboards.stores import Store

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
REPLY = "online-first-response"
CONNECTED = ("实时", "历史回放")


@pytest.fixture
def shown(store: Store) -> Iterator[Shown]:
    places = (*PLACES[:-1], Place(code="zhck", name=Words("综合窗口", HOSTILE)))
    settings = settings_of(sections=places, limits={"counter-filing": timedelta(minutes=25)})
    shown = Shown(store, settings, Hall(BUSY))
    shown.fill(BUSY)
    yield shown
    shown.served.stop()


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
    lines = browser.run(
        "return [...document.querySelectorAll('#promises .limit')].map(p => p.textContent)"
    )
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


def test_all_of_the_hall_fits_a_small_screen(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown, Screen(1366, 768))
    assert looks.scrolls(browser) == (0, 0)
    assert looks.cut(browser) == []
    assert looks.overlapping(browser) == []
    assert browser.run("return document.querySelectorAll('#tiles .tile').length") == 24
    counters = shown.store.one(
        "SELECT uniqExact(section, counter) AS n FROM journeys FINAL WHERE counter != ''"
    )
    marks = "return document.querySelectorAll('#tiles .counters i').length"
    assert browser.run(marks) == counters["n"]


def test_everybody_who_waits_is_a_dot(browser: Browser, shown: Shown) -> None:
    row = shown.store.one(
        "SELECT count() AS n FROM verdicts FINAL WHERE section = 'bdcdj' "
        "AND (promise LIKE '%wait%' OR promise = 'online-first-response') "
        "AND status IN ('waiting', 'waiting-late')"
    )
    drawn(browser, shown)
    dots = browser.run(
        "const svg = document.querySelector('#tiles [data-section=bdcdj] svg');"
        "return [svg.querySelectorAll('circle').length,"
        "  [...svg.querySelectorAll('text')].map(text => Number(text.textContent))]"
    )
    assert dots[0] + sum(dots[1]) == row["n"]


def test_a_dot_is_past_the_line_when_its_person_is_past_the_limit(
    browser: Browser, shown: Shown
) -> None:
    late = shown.store.one(
        "SELECT count() AS n FROM verdicts FINAL "
        "WHERE section = 'bdcdj' AND status = 'waiting-late' AND promise LIKE 'app%wait%'"
    )
    drawn(browser, shown)
    past = browser.run(
        "const svg = document.querySelector('#tiles [data-section=bdcdj] svg');"
        "const line = svg.querySelector('.limit').getBoundingClientRect();"
        "return [...svg.querySelectorAll('circle.late')]"
        "  .map(dot => dot.getBoundingClientRect().left > line.left)"
    )
    assert past == [True] * late["n"]
    assert late["n"] > 1


def test_a_phone_shows_the_same_to_be_scrolled(browser: Browser, shown: Shown) -> None:
    # A tablet turned upright is a phone, too.
    drawn(browser, shown)
    browser.resize(PHONE)
    settle(browser)
    assert browser.run("return document.querySelectorAll('#breaches li').length") == 6
    seen = "return [...document.querySelectorAll('#board .promise, #tiles .tile, #standing li')]"
    assert browser.run(f"{seen}.every(part => part.checkVisibility())")


def test_what_nobody_waits_for_is_apart_from_the_breaches(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    named = "return [...document.querySelectorAll('#{0} .what')].map(e => e.textContent)"
    standing = browser.run(named.format("standing"))
    assert set(standing) == {
        "两个免于提交", "应评尽评", "以科室代窗口", "录音录像", "热线办结（一般）",
    }  # fmt: skip
    assert not set(standing) & set(browser.run(named.format("breaches")))
    counted = "return document.querySelector('#standing-title').dataset.count"
    assert browser.run(counted) == "8"


def test_every_system_has_a_badge_and_a_silent_one_says_so(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    badge = "return document.querySelector('#sources [data-system={0}]').textContent"
    assert browser.run(badge.format("ticket")) == "取号系统0 秒前"
    assert browser.run(badge.format("hotline")) == "12345 热线25 分钟前"
    silent = alert(
        "source-silent/q/1",
        "elsewhere",
        AlertState.BREACHED,
        started_at="10:34:30",
        breached_at="10:36",
        journey="/queue",
    )
    shown.store.put([silent])
    browser.wait(lambda: browser.run(badge.format("ticket")) == "取号系统失联 5 分钟", "said")
    assert browser.text("#sources li:first-child b") == "取号系统", "the silent one comes first"


def test_a_level_is_said_in_a_word_too(browser: Browser, shown: Shown) -> None:
    warned = alert("counter-filing/W/1", "tyjr", AlertState.WARNED, started_at="10:24:50")
    shown.store.put([warned])
    drawn(browser, shown)
    tiles = browser.run(
        "return [...document.querySelectorAll('#tiles .tile')].map(tile =>"
        " [tile.dataset.level, tile.querySelector('.flag').textContent, tile.ariaLabel])"
    )
    assert {level for level, _, _ in tiles} == {"broken", "near", "busy", "calm"}
    for level, flag, spoken in tiles:
        match level:
            case "broken":
                assert flag.startswith("超时 ")
                assert "超时" in spoken
            case "near":
                assert "超时" in flag or "时限" in flag
            case _:
                assert flag == ""


def test_nothing_is_asked_of_anyone_else_and_nothing_is_refused(
    browser: Browser, shown: Shown
) -> None:
    drawn(browser, shown)
    asked = browser.requested()
    assert any(address.endswith("/stream") for address in asked)
    assert [address for address in asked if not address.startswith(shown.served.url)] == []
    assert browser.complaints() == []


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
    drawn(browser, shown, lang="en")
    assert browser.text("[data-section=zhck] .section") == HOSTILE
    assert browser.run("return document.querySelector('#breaches li').title").startswith(HOSTILE)
    assert browser.text("#breaches .where") == "<b>unknown</b>"
    assert browser.run("return document.querySelectorAll('img').length") == 0


def test_the_language_of_the_address_wins(browser: Browser, shown: Shown) -> None:
    drawn(browser, shown)
    assert browser.text("#breaches-title") == "未结超时"
    drawn(browser, shown, lang="en")
    assert browser.text("#breaches-title") == "Open breaches"
    assert browser.text(".section") == "Company set-up"


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
    known = shown.store.one(
        "SELECT count() AS n FROM alerts FINAL "
        "WHERE state = 'breached' AND (promise LIKE '%wait%' OR promise LIKE 'online-first%')"
    )["n"]
    shown.store.client.command("RENAME TABLE alerts TO hidden")
    try:
        browser.wait(lambda: browser.text("#badge").startswith("部分数据未更新"), "said stale")
        # What was known stays in sight.
        assert browser.run("return document.querySelectorAll('#breaches li').length") == known
    finally:
        shown.store.client.command("RENAME TABLE hidden TO alerts")
    browser.wait(lambda: browser.text("#badge") in CONNECTED, "the badge says live again")
