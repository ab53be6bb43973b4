"""The styles of a report as a Word document: the fonts and sizes of GB/T 9704.

Owns fonts, sizes and spaces. Called by `docx`. Invariant: every style names its East Asian font
outright, since Word's themes would put their own in its place.
"""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

#: What government offices' machines have; others put their own in their place.
_TITLE, _HEADING, _BODY = "方正小标宋简体", "黑体", "仿宋"
_LATIN = "Times New Roman"


def dress(document: Any) -> None:
    """Its built-in styles, so that Word knows headings as such."""
    styles = document.styles
    _style(styles["Normal"], _BODY, 12)
    _style(styles["Title"], _TITLE, 22)
    _style(styles["Heading 1"], _HEADING, 16)
    _style(styles["Heading 2"], _HEADING, 11)
    _style(styles["Body Text"], _BODY, 12)
    title, first, second = styles["Title"], styles["Heading 1"], styles["Heading 2"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    for border in title.element.xpath(".//w:pBdr"):
        border.getparent().remove(border)
    second.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    first.paragraph_format.space_before, first.paragraph_format.space_after = Pt(14), Pt(6)
    second.paragraph_format.space_before, second.paragraph_format.space_after = Pt(8), Pt(3)
    body = styles["Body Text"].paragraph_format
    body.first_line_indent = Pt(24)
    body.space_after, body.line_spacing = Pt(3), 1.4


def _style(style: Any, font: str, points: float) -> None:
    style.font.name, style.font.size = _LATIN, Pt(points)
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.bold = style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
