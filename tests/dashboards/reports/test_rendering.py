"""LibreOffice opens both office formats and renders every page of them.

Collected only where LibreOffice is (see `conftest`): it is no part of hallwatch, and a hundred
megabytes to install.
"""

import subprocess
from pathlib import Path

import pytest

from dashboards.reports.document import Report
from dashboards.reports.formats import Format, written_as


@pytest.mark.parametrize("form", [Format.DOCX, Format.XLSX])
def test_it_becomes_a_pdf(form: Format, month_zh: Report, tmp_path: Path) -> None:
    file = tmp_path / f"month.{form.value}"
    file.write_bytes(written_as(month_zh, form))
    home = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    made = tmp_path / "month.pdf"
    assert made.exists(), done.stderr
    assert made.read_bytes().count(b"/Type/Page\n") + made.read_bytes().count(b"/Type/Page/") > 8
