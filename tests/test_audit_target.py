"""`make audit` never says "clean" of packages nobody was asked about."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

AUDIT = Path(__file__).parent.parent / "requirements" / "audit.py"

#: Answers as pip-audit 2.10 gives them, for a package by its name.
_ANSWERS = """
import json, re, sys
lines = open(sys.argv[sys.argv.index("--requirement") + 1]).read().splitlines()
told = json.loads(sys.argv[1])
packages = [line.split("==")[0] for line in lines if re.match(r"[a-z].*==", line)]
found = [{"name": name, "version": "1", **told.get(name, told["*"])} for name in packages]
print(json.dumps({"dependencies": found, "fixes": []}))
"""

HOLE: dict[str, Any] = {
    "vulns": [{"id": "PYSEC-2099-1", "aliases": ["CVE-2099-1"], "fix_versions": ["2"]}]
}
NONE: dict[str, Any] = {"vulns": []}
UNASKED = {"skip_reason": "Dependency not found on PyPI and could not be audited"}

CASES: dict[str, tuple[dict[str, Any], int, str]] = {
    "all was asked, and only the canary has holes": (
        {"urllib3": HOLE, "*": NONE}, 1, "FOUND: PYSEC-2099-1 CVE-2099-1: urllib3"),
    "a service that knows no package": ({"*": UNASKED}, 2, "nothing is known of these packages"),
    "a service that knows of no hole": ({"*": NONE}, 2, "nothing is known of these packages"),
    "a package nobody was asked about": (
        {"urllib3": HOLE, "aiohttp": UNASKED, "*": NONE}, 2, "did not answer for every package"),
}  # fmt: skip


@pytest.mark.parametrize(("told", "code", "sentence"), CASES.values(), ids=CASES)
def test_what_is_said(told: dict[str, Any], code: int, sentence: str, tmp_path: Path) -> None:
    stand_in = tmp_path / "pip_audit.py"
    stand_in.write_text(_ANSWERS)
    command = [sys.executable, str(AUDIT), sys.executable, str(stand_in), json.dumps(told)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    assert sentence in ended.stdout + ended.stderr
