"""`hallwatch report` over a recorded autumn: the file, and what it says where there is none."""

from pathlib import Path

import pytest

from dashboards.reports.cells import parts
from streams.cli import main
from tests.dashboards.reports import office
from tests.dashboards.reports.autumn import Autumn
from tests.dashboards.reports.rereading import tables_of_docx, tables_of_html, workbook_of
from tests.dashboards.reports.test_figures import OCTOBER
from tests.dashboards.reports.test_month import clocks, level
from tests.dashboards.stores import Store


@pytest.fixture
def asked(recorded: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder in which the command runs; in event time, which the last order has reached."""
    monkeypatch.setenv("HALLWATCH_CLICKHOUSE", f"chdb://{recorded.folder}")
    monkeypatch.setenv("HALLWATCH_RULES", str(office.RULES))
    monkeypatch.setenv("HALLWATCH_CLOCK", "event")
    monkeypatch.setenv("HALLWATCH_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_three_formats_of_one_section_agree(
    asked: Path, autumn: Autumn, capsys: pytest.CaptureFixture[str]
) -> None:
    true = level(clocks(autumn.truth, OCTOBER, "appointment-wait-general", "S04"))
    assert true is not None
    for form in ("html", "docx", "xlsx"):
        assert main(["report", "--month", "2022-10", "--section", "S04", "--format", form]) == 0
        assert capsys.readouterr().out.strip() == f"hallwatch-2022-10-S04.{form}"
    made = asked / "hallwatch-2022-10-S04.xlsx"
    page = workbook_of(made.read_bytes())["承诺兑现"]
    row = next(row for row in page.iter_rows(min_row=3) if row[0].value == "预约等候（一般事项）")
    assert [cell.value for cell in row[3:6]] == [true.permille / 1000, true.part, true.whole]
    for read, form in ((tables_of_html, "html"), (tables_of_docx, "docx")):
        first = read(made.with_suffix(f".{form}").read_bytes())[0]
        mine = next(line for line in first if line[0] == ("预约等候（一般事项）",))
        assert mine[3][1] == parts(true)


def test_the_assessment_of_a_quarter_is_written_where_it_is_asked_for(asked: Path) -> None:
    out = asked / "form.html"
    assert main(["report", "--quarter", "2022-Q4", "--language", "en", "-o", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "Quarterly assessment" in text
    assert "Chief of the section" in text


def test_a_month_still_running_says_up_to_when(asked: Path) -> None:
    assert main(["report", "--month", "2022-11"]) == 0
    text = (asked / "hallwatch-2022-11.html").read_text(encoding="utf-8")
    assert "截至2022年11月5日 10:00，本期尚未结束，全部数字均为暂定。" in text
    assert main(["report", "--month", "2022-10"]) == 0
    assert "截至2022年" not in (asked / "hallwatch-2022-10.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "code", "sentence"),
    [
        (["--month", "2022-13"], 2, "--month '2022-13': no month such as 2022-10"),
        (["--quarter", "2022-4"], 2, "--quarter '2022-4': no quarter such as 2022-Q4"),
        (["--month", "2022-08"], 1, "2022年8月，全大厅：没有任何记录"),
        (["--month", "2022-08", "--section", "S01"], 1, "2022年8月，企业开办：没有任何记录"),
        (["--month", "2023-01"], 1, "2023年1月还没有开始"),
        (["--month", "2022-10", "--section", "S99"], 1, "'S99'：没有这个科室。有：S01 企业开办、"),
    ],
)
def test_what_cannot_be_reported_is_one_clear_sentence(
    given: list[str], code: int, sentence: str, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *given]) == code
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1
    assert not list(asked.glob("*.html"))
