"""The formats there are, and what each needs.

Owns the choice. Called by the command. Invariant: a package that is not installed is named, with
the cure.
"""

from enum import StrEnum

from dashboards.reports.document import Report
from dashboards.reports.html import as_html
from sinks.spreadsheet import SpreadsheetError


class Format(StrEnum):
    HTML = "html"
    XLSX = "xlsx"
    DOCX = "docx"


def written_as(report: Report, form: Format) -> bytes:
    """Raises SpreadsheetError where a package is missing."""
    if form is Format.HTML:
        return as_html(report)
    try:
        if form is Format.XLSX:
            from dashboards.reports.xlsx import as_xlsx

            return as_xlsx(report)
        from dashboards.reports.docx import as_docx

        return as_docx(report)
    except ImportError as error:
        raise SpreadsheetError(
            f"{form.value} needs {error.name}: pip install 'hallwatch[reports]', or take "
            "--format html"
        ) from None
