"""Charts of the HTML report: names have room, however long they are in either language."""

from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest

from dashboards.reports.document import Chart, Report
from dashboards.reports.svg import drawn, wide


@pytest.fixture(params=["zh", "en"])
def charts(request: pytest.FixtureRequest, month_zh: Report, month_en: Report) -> list[Element]:
    report = month_zh if request.param == "zh" else month_en
    found = [item for chapter in report.chapters for item in chapter.items]
    return [drawn(item, request.param) for item in found if isinstance(item, Chart)]


def _texts(svg: Element) -> list[tuple[float, float, float]]:
    """Of each text: its line, and from where to where it reaches."""
    found = []
    for text in svg.findall("text"):
        extent = wide(text.text or "", float(text.attrib["font-size"]))
        back = {"start": 0.0, "middle": extent / 2, "end": extent}[text.attrib["text-anchor"]]
        left = float(text.attrib["x"]) - back
        found.append((float(text.attrib["y"]), left, left + extent))
    return found


def test_names_stay_inside_the_picture_and_apart(charts: list[Element]) -> None:
    assert charts
    for svg in charts:
        width = float(svg.attrib["viewBox"].split()[2])
        texts = sorted(_texts(svg))
        for _, left, right in texts:
            assert left >= 0, "cut at the left"
            assert right <= width, "cut at the right"
        for (line, _, right), (next_line, left, _) in pairwise(texts):
            assert next_line != line or left > right, "one name over another"
