"""What to do when a part a test needs is not on this machine.

Called by fixtures; `tests.conftest` turns any other skip into a failure by the same rule.
Invariant: in CI nothing is skipped; a missing part is a failure there.
"""

import os
from typing import NoReturn

import pytest

ALL_REQUIRED = (
    os.environ.get("CI", "") == "true" or os.environ.get("HALLWATCH_REQUIRE_ALL", "") == "1"
)


def absent(what_to_install: str) -> NoReturn:
    """Skips the test with a sentence that says the cure; fails it where all is required."""
    if ALL_REQUIRED:
        pytest.fail(f"{what_to_install} (required: CI=true or HALLWATCH_REQUIRE_ALL=1)")
    pytest.skip(what_to_install)
