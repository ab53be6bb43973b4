"""What charts and heat maps of all formats are drawn with: colours, sizes, where an axis begins.

Pure. Called by `svg`, `office_charts`, `html` and `docx`. Invariant: what is drawn of a share is
its figure as it stands in the tables, cut and not rounded.
"""

from dashboards.reports.document import Chart, Share

#: Told apart in grey print too: each darker than the one before it, and lines by their marks.
COLOURS = ("1F5FA8", "E08A1E", "3B8F5A", "A83C46", "7A5BA6", "5E6B75", "0E8F9C", "B5527F", "8A7A2F")
PALE = "A9C4E4"  #: what is only there to compare with


def bar_colours(chart: Chart) -> list[str]:
    """The first series is what it is about."""
    return [COLOURS[0], PALE][: len(chart.series)]


def mark_of(line: int) -> int:
    """Lines of one colour have different marks."""
    return (line + line // len(COLOURS)) % 3


def size(value: Share | int | None) -> float:
    """What is drawn: a share's cut per mille, so that it is what stands beside it."""
    if isinstance(value, Share):
        return value.permille / 1000
    return float(value or 0)


def floor_of(chart: Chart) -> float:
    """Where the axis of shares over time begins: the tenth below the lowest, 0.9 at most."""
    values = [size(v) for one in chart.series for v in one.values if v is not None]
    return min(int(min(values, default=0.0) * 10), 9) / 10


def heat_colour(cell: Share) -> str:
    """From white to a dark red, which it has reached at half of all."""
    depth = min(cell.permille / 500, 1.0)
    ends = ((255, 178), (255, 24), (255, 43))
    return "".join(f"{round(pale + (deep - pale) * depth):02X}" for pale, deep in ends)


def ink_on(cell: Share) -> str:
    return "FFFFFF" if cell.permille > 300 else "000000"
