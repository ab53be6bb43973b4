"""Charts that Excel, Word, WPS and LibreOffice draw themselves, and people can still edit.

Owns how a chart of the document becomes an openpyxl one. Called by `xlsx`, and by `docx`, which
puts the same chart with its own small workbook into the text. Invariant: the numbers are cached
in the chart, cut as they are shown in the tables.
"""

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from dashboards.reports.document import Chart, ChartKind, Share
from dashboards.reports.drawing import COLOURS, bar_colours, floor_of, mark_of, size
from sinks.spreadsheet import write_text

_MARKS = ("circle", "square", "triangle")


def put_data(page: Any, chart: Chart, row: int) -> None:
    """The chart's numbers as a block whose head is in `row`: a line each category."""
    shares = has_shares(chart)
    for number, series in enumerate(chart.series, 2):
        write_text(page.cell(row, number), series.name)
    for line, name in enumerate(chart.categories, 1):
        write_text(page.cell(row + line, 1), name)
        for number, series in enumerate(chart.series, 2):
            value = series.values[line - 1]
            cell = page.cell(row + line, number)
            cell.value = None if value is None else size(value)
            cell.number_format = "0.0%" if shares else "0"


def has_shares(chart: Chart) -> bool:
    return any(isinstance(value, Share) for one in chart.series for value in one.values)


def drawn_chart(page: Any, chart: Chart, row: int) -> Any:
    """Over the block that `put_data` wrote into `page` at `row`."""
    last = row + len(chart.categories)
    categories = Reference(page, min_col=1, min_row=row + 1, max_row=last)
    drawn = _bars(chart) if chart.kind is ChartKind.BARS else LineChart()
    for number, series in enumerate(chart.series, 2):
        values = Reference(page, min_col=number, min_row=row, max_row=last)
        drawn.append(SeriesFactory(values, title_from_data=True))
        _cache(drawn.series[-1], chart, series.name, number - 2)
    drawn.set_categories(categories)
    names = StrData(ptCount=len(chart.categories), pt=_points(chart.categories))
    for one in drawn.series:
        # Labels are text: without this they would be read as numbers.
        one.cat.strRef = StrRef(f=one.cat.numRef.f, strCache=names)
        one.cat.numRef = None
    _dress(drawn, chart)
    return drawn


def _points(words: tuple[str, ...]) -> list[StrVal]:
    return [StrVal(idx=number, v=name) for number, name in enumerate(words)]


def _cache(drawn: Any, chart: Chart, name: str, number: int) -> None:
    values = chart.series[number].values
    drawn.tx.strRef.strCache = StrData(ptCount=1, pt=_points((name,)))
    drawn.val.numRef.numCache = NumData(
        formatCode="0.0%" if has_shares(chart) else "0",
        ptCount=len(values),
        pt=[
            NumVal(idx=at, v=f"{size(value):.3f}" if has_shares(chart) else str(value))
            for at, value in enumerate(values)
            if value is not None
        ],
    )


def _bars(chart: Chart) -> BarChart:
    drawn = BarChart()
    drawn.type = "bar"
    drawn.gapWidth = 60
    drawn.y_axis.delete = drawn.x_axis.delete = False
    drawn.x_axis.scaling.orientation = "maxMin"  # the first category on top
    drawn.y_axis.crosses = "max"
    drawn.height = 2.2 + (0.25 + 0.35 * len(chart.series)) * len(chart.categories)
    return drawn


def _dress(drawn: Any, chart: Chart) -> None:
    drawn.title = None  # the caption is the document's, in its own fonts
    drawn.width = 16.0
    shares = has_shares(chart)
    drawn.y_axis.number_format = "0%" if shares else "0"
    drawn.y_axis.scaling.max = 1.0 if shares else None
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line("DDDDDD", 0.5))
    drawn.legend.position = "b"
    bars = chart.kind is ChartKind.BARS
    if not bars:
        drawn.height = 8.5
        drawn.y_axis.scaling.min = floor_of(chart)
        drawn.y_axis.delete = drawn.x_axis.delete = False
    if len(chart.series) < 2:
        drawn.legend = None
    colours = bar_colours(chart) if bars else list(COLOURS)
    for number, series in enumerate(drawn.series):
        colour = colours[number % len(colours)]
        if bars:
            series.graphicalProperties.solidFill = colour
            series.dLbls = _labels()
        else:
            series.graphicalProperties.line = _line(colour, 2)
            series.marker.symbol = _MARKS[mark_of(number)]
            series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
            series.smooth = False


def _labels() -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def _line(colour: str, points: float) -> LineProperties:
    return LineProperties(solidFill=colour, w=int(points * 12_700))
