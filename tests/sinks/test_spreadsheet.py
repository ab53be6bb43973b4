"""CSV and xlsx that Excel opens, in which no cell is ever a formula."""

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from sinks.spreadsheet import Cell, Column, Sheet, csv_of, xlsx_of

COLUMNS = (
    Column("序号", 6, "count"),
    Column("问题", 30),
    Column("发现时间", 17, "moment"),
    Column("期限", 12, "date"),
    Column("违诺率", 10, "share"),
)
AT = datetime(2022, 10, 14, 9, 30)
ROW: list[Cell] = [1, "等候过长，\n无人疏导", AT, AT, 0.125]

#: What Excel, WPS or LibreOffice would run or reckon.
FORMULAS = ["=1+1", "+8613", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", "＝1+1", "=HYPERLINK(1)", "－1"]


def sheet(*rows: list[Cell]) -> Sheet:
    return Sheet("台账", COLUMNS, rows)


def rows_of_csv(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def page_of(made: bytes) -> Any:
    return load_workbook(io.BytesIO(made)).active


def test_csv_says_that_it_is_utf_8() -> None:
    made = csv_of(sheet(ROW))
    assert made.startswith(b"\xef\xbb\xbf")
    assert rows_of_csv(made) == [
        ["序号", "问题", "发现时间", "期限", "违诺率"],
        ["1", "等候过长，\n无人疏导", "2022-10-14 09:30", "2022-10-14", "12.5%"],
    ]


def test_what_is_not_known_is_an_empty_cell() -> None:
    nothing: list[Cell] = [2, "", None, None, None]
    assert rows_of_csv(csv_of(sheet(nothing)))[1] == ["2", "", "", "", ""]
    assert [cell.value for cell in page_of(xlsx_of(sheet(nothing)))[2]] == [
        2,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    row: list[Cell] = [1, text, None, None, None]
    assert rows_of_csv(csv_of(sheet(row)))[1][1] == f"'{text}"
    made = xlsx_of(sheet(row))
    cell = page_of(made)["B2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()


def test_a_minus_in_a_number_is_no_formula() -> None:
    assert rows_of_csv(csv_of(sheet([-5, "a-b=c", None, None, None])))[1][:2] == ["-5", "a-b=c"]


def test_a_workbook_is_made_for_reading() -> None:
    page = page_of(xlsx_of(sheet(ROW, ROW)))
    assert page.title == "台账"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:E3"
    assert [page.column_dimensions[name].width for name in "ABCDE"] == [6, 30, 17, 12, 10]
    assert [cell.value for cell in page[2]] == ROW
    assert (page["C2"].is_date, page["C2"].number_format) == (True, "yyyy-mm-dd hh:mm")
    assert (page["D2"].is_date, page["D2"].number_format) == (True, "yyyy-mm-dd")
    assert page["E2"].number_format == "0.0%"
    assert page["A1"].font.bold


def test_an_empty_table_has_its_header() -> None:
    assert [cell.value for cell in page_of(xlsx_of(sheet()))[1]] == [one.title for one in COLUMNS]
    assert len(rows_of_csv(csv_of(sheet()))) == 1


def test_what_no_xml_can_hold_is_left_out_and_what_is_too_long_is_cut() -> None:
    row: list[Cell] = [1, "响\x07铃\x00\ud800" + "长" * 40_000, None, None, None]
    text = page_of(xlsx_of(sheet(row)))["B2"].value
    assert text.startswith("响铃长")
    assert len(text) == 32_767
    assert rows_of_csv(csv_of(sheet(row)))[1][1] == text
