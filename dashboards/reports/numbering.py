"""Numbers of tables and figures, in the order they stand in.

Owns which of them has one. Pure; called by `month`, last. Invariant: numbers run without a gap,
whatever is empty: a table without rows has its sentence and no number, a figure without a value
is left out.
"""

from msgspec.structs import replace

from dashboards.reports.document import Chapter, Chart, Heat, Item, Report, Table


def numbered(report: Report) -> Report:
    """`report` with numbers before the titles: 表1, 图1."""
    numbers = _Numbers(report.language)
    return replace(
        report, chapters=tuple(_numbered(chapter, numbers) for chapter in report.chapters)
    )


class _Numbers:
    def __init__(self, language: str) -> None:
        self._chinese = language == "zh"
        self._tables = self._figures = 0

    def table(self, title: str) -> str:
        self._tables += 1
        return f"表{self._tables} {title}" if self._chinese else f"Table {self._tables}: {title}"

    def figure(self, title: str) -> str:
        self._figures += 1
        return f"图{self._figures} {title}" if self._chinese else f"Figure {self._figures}: {title}"


def _numbered(chapter: Chapter, numbers: _Numbers) -> Chapter:
    items: list[Item] = []
    for item in chapter.items:
        match item:
            case Table(rows=()):
                items.append(item)
            case Table() | Heat():
                items.append(replace(item, title=numbers.table(item.title)))
            case Chart():
                if _says_something(item):
                    items.append(replace(item, title=numbers.figure(item.title)))
            case _:
                items.append(item)
    return replace(chapter, items=tuple(items))


def _says_something(chart: Chart) -> bool:
    return any(value is not None for series in chart.series for value in series.values)
