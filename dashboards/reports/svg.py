"""Charts of an HTML report: bars and lines as inline SVG.

Owns the drawing. Pure; called by `html`. Text is text, in the reader's own fonts, so nothing is
bundled. Invariant: a value without data draws nothing; each bar's figure stands beside it.
"""

from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement

from dashboards.reports.cells import share_text
from dashboards.reports.document import Chart, ChartKind, Series, Share
from dashboards.reports.drawing import COLOURS, bar_colours, floor_of, mark_of, size

_WIDTH, _VALUES = 680, 150
_BAR, _GAP = 13, 12

#: The column of names is as wide as they are, within these.
_LEAST_NAMES, _MOST_NAMES = 120, 340

#: Height of the letters, and of small ones.
_TALL, _SMALL = 12.5, 11.0

#: A letter's width by its height: a Chinese one, and any other in a wide sans serif.
_FULL, _HALF = 1.0, 0.62


def drawn(chart: Chart, language: str) -> Element:
    svg = _bars(chart, language) if chart.kind is ChartKind.BARS else _lines(chart)
    svg.set("role", "img")
    title = Element("title")
    title.text = chart.title
    svg.insert(0, title)
    return svg


def _bars(chart: Chart, language: str) -> Element:
    values = [size(value) for series in chart.series for value in series.values]
    shares = any(isinstance(value, Share) for series in chart.series for value in series.values)
    most = 1.0 if shares else max([1.0, *values])
    group = _BAR * len(chart.series) + _GAP
    top = 26 if len(chart.series) > 1 else 8
    height = top + group * len(chart.categories) + 4
    svg = _svg(height)
    widest = max((wide(name, _TALL) for name in chart.categories), default=0.0)
    names = max(_LEAST_NAMES, min(_MOST_NAMES, widest + 12))
    room = _WIDTH - names - _VALUES
    if len(chart.series) > 1:
        _legend(svg, chart.series, bar_colours(chart), names, 14)
    _line(svg, names, top - 4, names, height - 4, "#888")
    for number, name in enumerate(chart.categories):
        y = top + number * group
        middle = y + _BAR * len(chart.series) / 2 + 4
        _text(svg, names - 8, middle, name, anchor="end")
        for line, (series, colour) in enumerate(zip(chart.series, bar_colours(chart), strict=True)):
            value = series.values[number]
            if value is None:
                continue
            long = room * size(value) / most
            place = {"x": f"{names:.1f}", "y": f"{y + line * _BAR + 1:.0f}"}
            extent = {"width": f"{max(long, 0.5):.1f}", "height": str(_BAR - 2)}
            SubElement(svg, "rect", {**place, **extent, "fill": f"#{colour}"})
            told = share_text(value, language) if isinstance(value, Share) else str(value)
            _text(svg, names + long + 5, y + line * _BAR + _BAR - 3, told, small=True)
    return svg


_TOP, _LEFT, _RIGHT, _HIGH = 12, 52, 20, 200


def _lines(chart: Chart) -> Element:
    points = [[size(v) if v is not None else None for v in one.values] for one in chart.series]
    floor = floor_of(chart)
    span = 1.0 - floor
    widest = max((wide(one.name, _SMALL) for one in chart.series), default=0.0)
    columns = max(1, min(3, int((_WIDTH - _LEFT) / (widest + 28))))
    legend = 18 * -(-len(chart.series) // columns)
    svg = _svg(_TOP + _HIGH + 34 + legend)
    across = max(len(chart.categories) - 1, 1)

    def x(number: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT - 30) * number / across + 15

    def y(value: float) -> float:
        return _TOP + _HIGH * (1 - (value - floor) / span)

    for step in range(round(span * 10) + 1):
        value = floor + step / 10
        _line(svg, _LEFT, y(value), _WIDTH - _RIGHT, y(value), "#ddd")
        _text(svg, _LEFT - 6, y(value) + 4, f"{value:.0%}", anchor="end", small=True)
    for number, name in enumerate(chart.categories):
        _text(svg, x(number), _TOP + _HIGH + 18, name, anchor="middle", small=True)
    for line, one in enumerate(points):
        colour = f"#{COLOURS[line % len(COLOURS)]}"
        there = [(x(number), y(v)) for number, v in enumerate(one) if v is not None]
        if len(there) > 1:
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in there)
            shape = {"points": path, "fill": "none", "stroke": colour, "stroke-width": "2"}
            SubElement(svg, "polyline", shape)
        for a, b in there:
            _mark(svg, line, a, b, colour)
        column, row = line % columns, line // columns
        left, base = _LEFT + column * (_WIDTH - _LEFT) / columns, _TOP + _HIGH + 38 + row * 18
        _mark(svg, line, left + 4, base - 4, colour)
        _text(svg, left + 14, base, chart.series[line].name, small=True)
    return svg


def _mark(svg: Element, line: int, x: float, y: float, colour: str) -> None:
    match mark_of(line):
        case 0:
            SubElement(
                svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4", "fill": colour}
            )
        case 1:
            box = {"x": f"{x - 4:.1f}", "y": f"{y - 4:.1f}", "width": "8", "height": "8"}
            SubElement(svg, "rect", {**box, "fill": colour})
        case _:
            corners = f"{x:.1f},{y - 5:.1f} {x + 5:.1f},{y + 4:.1f} {x - 5:.1f},{y + 4:.1f}"
            SubElement(svg, "polygon", {"points": corners, "fill": colour})


def _legend(
    svg: Element, series: tuple[Series, ...], colours: list[str], left: float, y: int
) -> None:
    for one, colour in zip(series, colours, strict=True):
        box = {"x": f"{left:.1f}", "y": str(y - 9), "width": "10", "height": "10"}
        SubElement(svg, "rect", {**box, "fill": f"#{colour}"})
        _text(svg, left + 15, y, one.name, small=True)
        left += 110


def wide(words: str, tall: float) -> float:
    """About how wide a text is whose letters are `tall`: the reader's own fonts decide."""
    full = sum(1 for letter in words if east_asian_width(letter) in "WF")
    return tall * (full * _FULL + (len(words) - full) * _HALF)


def _svg(height: float) -> Element:
    return Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {_WIDTH} {height:.0f}"},
    )


def _line(svg: Element, x1: float, y1: float, x2: float, y2: float, colour: str) -> None:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    SubElement(svg, "line", {**ends, "stroke": colour})


def _text(
    svg: Element, x: float, y: float, words: str, anchor: str = "start", small: bool = False
) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    SubElement(svg, "text", {**place, "font-size": f"{_SMALL if small else _TALL:g}"}).text = words
