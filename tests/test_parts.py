"""The rule about missing parts: a skip with its cure at home, a failure in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

_TESTS = """
import pytest
from tests.conftest import pytest_runtest_makereport
from tests.parts import absent

def test_by_rule():
    absent("install the thing")

def test_by_mark():
    pytest.skip("no thing")

@pytest.mark.xfail(strict=True, reason="known")
def test_known_gap():
    assert False
"""


@pytest.mark.parametrize(
    ("variables", "summary"),
    [
        ({}, "2 skipped, 1 xfailed"),
        ({"CI": "false"}, "2 skipped, 1 xfailed"),
        ({"CI": "true"}, "2 failed, 1 xfailed"),
        ({"HALLWATCH_REQUIRE_ALL": "1"}, "2 failed, 1 xfailed"),
    ],
)
def test_a_missing_part(tmp_path: Path, variables: dict[str, str], summary: str) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    (tmp_path / "test_it.py").write_text(_TESTS)
    plain = {k: v for k, v in os.environ.items() if k not in ("CI", "HALLWATCH_REQUIRE_ALL")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rsf", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        env={**plain, **variables, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert summary in ran.stdout.splitlines()[-1]
    assert "install the thing" in ran.stdout
