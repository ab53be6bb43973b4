"""A chart inside a Word document: drawn by Word, with the workbook it can be edited by.

Owns the parts of the package that python-docx has no words for: the chart, its workbook, and the
frame in the text. Called by `docx`. Invariant: the chart is the one `office_charts` draws, so that
workbook and document show the same.
"""

import io
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.shared import Mm
from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from dashboards.reports.document import Chart
from dashboards.reports.office_charts import drawn_chart, put_data

_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FRAME = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
    '<wp:docPr id="{number}" name="chart {number}" descr={alt}/><wp:cNvGraphicFramePr/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
)

_EXTERNAL = (
    '<c:externalData xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' r:id="{relation}"><c:autoUpdate val="0"/></c:externalData>'
)


def put_chart(document: Any, chart: Chart) -> None:
    """At the document's end, in a paragraph of its own that stays with its caption."""
    book = Workbook()
    page: Any = book.active
    put_data(page, chart, 1)
    drawn = drawn_chart(page, chart, 1)
    held = io.BytesIO()
    book.save(held)

    package = document.part.package
    number = sum(part.content_type == _CHART for part in package.iter_parts()) + 1
    name = PackURI(f"/word/embeddings/chart{number}.xlsx")
    workbook = Part(name, _SHEET, held.getvalue(), package)
    # openpyxl's own way from a chart to its XML, the one it saves workbooks by.
    root: Any = parse_xml(tostring(drawn._write()))
    part = XmlPart(PackURI(f"/word/charts/chart{number}.xml"), _CHART, root, package)
    relation = part.relate_to(workbook, RELATIONSHIP_TYPE.PACKAGE)
    root.append(parse_xml(_EXTERNAL.format(relation=relation)))

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    frame = _FRAME.format(
        cx=Mm(drawn.width * 10),
        cy=Mm(drawn.height * 10),
        number=number,
        alt=quoteattr(chart.title),
        relation=document.part.relate_to(part, RELATIONSHIP_TYPE.CHART),
    )
    paragraph.add_run()._r.append(parse_xml(frame))
