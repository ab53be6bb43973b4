"""Raw events that have expired are not taken for something that never happened."""

from msgspec.structs import replace

from dashboards.reports.document import Paragraph, Report
from dashboards.reports.facts import Figures, StoredRow
from dashboards.reports.month import month_report
from dashboards.reports.period import Period
from tests.dashboards.reports.conftest import speech

DAY_MS = 86_400_000


def told(report: Report) -> str:
    chapter = next(one for one in report.chapters if one.heading.startswith("七、"))
    return "".join(item.words for item in chapter.items if isinstance(item, Paragraph))


def report(figures: Figures, october: Period, stored: StoredRow) -> Report:
    return month_report(replace(figures, stored=[stored]), october, "", speech("zh"))


def test_nothing_is_said_while_they_are_there(figures: Figures, october: Period) -> None:
    assert told(month_report(figures, october, "", speech("zh"))) == ""


def test_all_of_them_gone(figures: Figures, october: Period) -> None:
    began = figures.stored[0].began
    gone = report(figures, october, StoredRow(began=began, events=None))
    assert "已超过保存期限" in told(gone)


def test_the_first_days_gone(figures: Figures, october: Period) -> None:
    began = figures.stored[0].began
    assert began is not None
    partly = report(figures, october, StoredRow(began=began, events=began + 3 * DAY_MS))
    assert "2022年10月4日" in told(partly)
    assert "不完整" in told(partly)
