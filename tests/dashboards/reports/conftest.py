"""The small hall's autumn, recorded once for all tests of this folder."""

import shutil
from collections.abc import Iterator

import pytest

from dashboards.reports.document import Chapter, Column, Report, Table
from dashboards.reports.facts import Figures
from dashboards.reports.month import month_report
from dashboards.reports.period import Period, month, quarter
from dashboards.reports.quarter import quarter_report
from dashboards.reports.reading import read_figures
from dashboards.reports.speech import Speech
from streams.rules.load import load_rulebook
from streams.settings import Settings
from streams.worker_stories import site_of
from tests.dashboards.reports import office
from tests.dashboards.reports.autumn import Autumn, make_autumn
from tests.dashboards.reports.recorded import record
from tests.dashboards.stores import Store
from tests.parts import absent

#: A site needs no LibreOffice, and so does nobody who works on hallwatch.
collect_ignore = [] if shutil.which("soffice") else ["test_rendering.py"]


@pytest.fixture(scope="package")
def autumn() -> Autumn:
    return make_autumn()


@pytest.fixture(scope="package")
def recorded(autumn: Autumn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Nobody changes it."""
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    store = Store(tmp_path_factory.mktemp("reports") / "engine")
    refused = record(store, load_rulebook(office.RULES), autumn.log, office.NOW)
    assert refused == autumn.broken  # what the tests added was taken, all of it
    yield store
    store.close()


@pytest.fixture(scope="package")
def october() -> Period:
    return month("2022-10", "Asia/Shanghai")


@pytest.fixture(scope="package")
def figures(recorded: Store, october: Period) -> Figures:
    return read_figures(recorded.client, october)


def speech(language: str) -> Speech:
    site = site_of(Settings(), load_rulebook(office.RULES))
    address = "https://hall.example.org/watch/"
    zone = "Asia/Shanghai"
    return Speech(site=site, language=language, zone=zone, now=office.NOW, public_url=address)


@pytest.fixture(scope="package")
def month_zh(figures: Figures, october: Period) -> Report:
    return month_report(figures, october, "", speech("zh"))


@pytest.fixture(scope="package")
def month_en(figures: Figures, october: Period) -> Report:
    return month_report(figures, october, "", speech("en"))


@pytest.fixture(scope="package")
def quarter_zh(recorded: Store) -> Report:
    period = quarter("2022-Q4", "Asia/Shanghai")
    return quarter_report(read_figures(recorded.client, period), period, "", speech("zh"))


@pytest.fixture
def hostile() -> Report:
    table = Table(
        title="表",
        sheet="名单",
        columns=(Column("名称", 20),),
        rows=(('=HYPERLINK("x")<b>&amp;',),),
    )
    facts = (("期间", "2022年10月"),)
    chapters = (Chapter("一、", (table,)),)
    return Report(title="表", language="zh", facts=facts, banner="", made=0, chapters=chapters)
