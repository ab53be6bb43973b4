"""Each format opens with its own library, and holds the document's figures, all the same."""

import io
import re
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any

import pytest
from docx import Document

from dashboards.reports.cells import lines_of
from dashboards.reports.document import (
    Cell,
    Chart,
    Heat,
    Item,
    Link,
    Moment,
    Points,
    Report,
    Share,
    Stars,
    Table,
    Took,
)
from dashboards.reports.formats import Format, written_as
from dashboards.reports.xlsx import sheet_name
from tests.dashboards.reports.rereading import (
    Grid,
    page_of,
    part,
    part_names,
    tables_of_docx,
    tables_of_html,
    workbook_of,
)

_XML = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module", params=["month", "quarter"])
def report(request: pytest.FixtureRequest, month_zh: Report, quarter_zh: Report) -> Report:
    return month_zh if request.param == "month" else quarter_zh


@pytest.fixture(scope="module")
def made(report: Report) -> dict[Format, bytes]:
    return {form: written_as(report, form) for form in Format}


def items(report: Report) -> list[Item]:
    return [item for chapter in report.chapters for item in chapter.items]


def grids(report: Report) -> list[Grid]:
    """What every table and heat map has to say, cell by cell."""
    found: list[Grid] = []
    for item in items(report):
        if isinstance(item, Table) and item.rows:
            found.append([[(column.title,) for column in item.columns]])
            found[-1] += [[lines_of(cell, "zh") for cell in row] for row in item.rows]
        elif isinstance(item, Heat):
            found.append([[(words,) for words in (item.corner, *item.columns)]])
            found[-1] += [
                [(name,), *(("",) if cell is None else lines_of(cell, "zh") for cell in cells)]
                for name, cells in zip(item.lines, item.cells, strict=True)
            ]
    return found


@pytest.mark.parametrize(
    ("form", "read"), [(Format.HTML, tables_of_html), (Format.DOCX, tables_of_docx)]
)
def test_every_cell_is_there_word_for_word(
    form: Format, read: Any, report: Report, made: dict[Format, bytes]
) -> None:
    assert read(made[form]) == grids(report)
    assert len(grids(report)) > 4


def expected(cell: Cell, whole: bool) -> list[Any]:
    """What a spreadsheet reckons with. `whole`: a share's column, with its parts beside it."""
    values = numbers_of(cell)
    return values + [None] * (3 - len(values)) if whole else values


def numbers_of(cell: Cell) -> list[Any]:
    match cell:
        case Share():
            return [cell.permille / 1000, cell.part, cell.whole]
        case Stars():
            return [cell.total * 100 // cell.rated / 100, cell.total, cell.rated]
        case Points():
            return [cell.tenths / 10]
        case Took():
            return [cell.milliseconds // 1000]
        case Moment():
            return [datetime.fromisoformat(cell.iso)]
        case Link():
            return [cell.words]
        case None | "":
            return [None]
        case _:
            return [cell]


def found_in(cell: Any) -> Any:
    if cell.number_format.startswith("[h]:mm:ss"):
        return round(_days(cell.value) * 86_400)
    return cell.value


def _days(value: Any) -> float:
    """openpyxl reads a span of time as one, or as a time of day."""
    if hasattr(value, "total_seconds"):
        return float(value.total_seconds()) / 86_400
    if hasattr(value, "hour"):
        return float(value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    return float(value)


def test_a_sheet_holds_each_table_in_numbers(report: Report, made: dict[Format, bytes]) -> None:
    book = workbook_of(made[Format.XLSX])
    for table in (item for item in items(report) if isinstance(item, Table)):
        page = book[sheet_name(table.sheet)]
        columns = list(zip(*table.rows, strict=True))
        wholes = [any(isinstance(one, Share | Stars) for one in column) for column in columns]
        for number, row in enumerate(table.rows, 3):
            true = [
                value
                for cell, whole in zip(row, wholes, strict=True)
                for value in expected(cell, whole)
            ]
            assert [found_in(cell) for cell in page[number]][: len(true)] == true
        assert page.freeze_panes == "B3"
        assert page.print_title_rows == "$1:$2"
        assert str(page.page_setup.paperSize) == page.PAPERSIZE_A4


@pytest.mark.parametrize(
    ("sheet", "name", "column", "mark"),
    [
        ("承诺兑现", "一次办成", 3, "暂定"),
        ("承诺兑现", "线下窗口申报", 3, "含估算"),
        ("用时", "线下窗口申报", 4, "含估算"),
    ],
)
def test_what_a_figure_is_made_of_is_said_in_every_format(
    month_zh: Report, sheet: str, name: str, column: int, mark: str
) -> None:
    html, docx, xlsx = (
        written_as(month_zh, form) for form in (Format.HTML, Format.DOCX, Format.XLSX)
    )
    (table,) = (one for one in items(month_zh) if isinstance(one, Table) and one.sheet == sheet)
    for read, file in ((tables_of_html, html), (tables_of_docx, docx)):
        (drawn,) = (grid for grid in read(file) if grid[0] == [(c.title,) for c in table.columns])
        (cell,) = (row[column] for row in drawn if row[0] == (name,))
        assert mark in cell
    row = next(row for row in workbook_of(xlsx)[sheet].iter_rows(min_row=3) if row[0].value == name)
    assert mark in row[column].number_format
    assert isinstance(row[column].value, float | timedelta | clock_time)


def test_the_heat_map_stands_with_its_components(month_zh: Report) -> None:
    heat = next(item for item in items(month_zh) if isinstance(item, Heat))
    page = workbook_of(written_as(month_zh, Format.XLSX))[sheet_name(heat.sheet)]
    height = len(heat.lines)
    for block, name in enumerate(("", "part", "whole")):
        first = 3 + block * (height + 2)
        for line, cells in enumerate(heat.cells):
            found = [cell.value for cell in page[first + line]][1 : 1 + len(cells)]
            assert found == [cell and part_of(cell, name) for cell in cells]
    assert page.conditional_formatting


def part_of(share: Share, name: str) -> float:
    """ "" is the share itself."""
    return float(getattr(share, name)) if name else share.permille / 1000


def told(value: Share | int) -> str:
    return f"{value.permille / 1000 if isinstance(value, Share) else value:.3f}"


def values_in(chart_xml: str) -> list[list[str]]:
    """The cached numbers of each series."""
    return [
        [f"{float(number):.3f}" for number in re.findall(r"<(?:c:)?v>([^<]*)</", cache)]
        for cache in re.findall(r"numCache>(.*?)</(?:c:)?numCache>", chart_xml, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("form", "place"), [(Format.DOCX, "word/charts/"), (Format.XLSX, "xl/charts/")]
)
def test_charts_are_native_and_carry_the_documents_values(
    form: Format, place: str, report: Report, made: dict[Format, bytes]
) -> None:
    charts = [item for item in items(report) if isinstance(item, Chart)]
    names = sorted(
        name for name in part_names(made[form]) if re.match(rf"{place}chart\d+.xml", name)
    )
    assert len(names) == len(charts)
    true = [[[told(v) for v in one.values if v is not None] for one in c.series] for c in charts]
    assert sorted(values_in(part(made[form], name)) for name in names) == sorted(true)


def test_a_documents_chart_has_the_workbook_it_is_edited_by(month_zh: Report) -> None:
    made = written_as(month_zh, Format.DOCX)
    charts = [item for item in items(month_zh) if isinstance(item, Chart)]
    books = [name for name in part_names(made) if name.startswith("word/embeddings/")]
    assert len(books) == len(charts) == 3


def test_headings_are_words_own_heads_repeat_and_pages_are_numbered(
    report: Report, made: dict[Format, bytes]
) -> None:
    document = Document(io.BytesIO(made[Format.DOCX]))
    styled = [(one.text, one.style.name) for one in document.paragraphs if one.style]
    headings = [words for words, style in styled if style == "Heading 1"]
    assert headings == [chapter.heading for chapter in report.chapters]
    for table in document.tables:
        repeated = [row._tr.find(f".//{{{_XML}}}tblHeader") is not None for row in table.rows]
        assert repeated == [True] + [False] * (len(table.rows) - 1)
    assert " PAGE " in document.sections[0].footer._element.xml


def test_a_page_loads_nothing_from_anywhere(report: Report, made: dict[Format, bytes]) -> None:
    page = page_of(made[Format.HTML])
    assert page.loads == []
    assert b"url(" not in made[Format.HTML]
    assert b"@import" not in made[Format.HTML]
    assert all(link.startswith("https://hall.example.org/watch/trace/") for link in page.links)


def test_a_case_to_discuss_leads_to_its_trace(month_zh: Report) -> None:
    links = [
        cell
        for item in items(month_zh)
        if isinstance(item, Table) and item.sheet.startswith("案例")
        for row in item.rows
        for cell in row
        if isinstance(cell, Link)
    ]
    assert len(links) > 10
    assert set(page_of(written_as(month_zh, Format.HTML)).links) == {link.href for link in links}
    page = workbook_of(written_as(month_zh, Format.XLSX))["案例-上半月"]
    assert page["B3"].hyperlink.target == links[0].href


def test_what_looks_like_markup_or_a_formula_is_text(hostile: Report) -> None:
    words = '=HYPERLINK("x")<b>&amp;'
    html = tables_of_html(written_as(hostile, Format.HTML))
    docx = tables_of_docx(written_as(hostile, Format.DOCX))
    assert html[0][1][0] == docx[0][1][0] == (words,)
    cell = workbook_of(written_as(hostile, Format.XLSX))["名单"]["A3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (words, "s", True)
