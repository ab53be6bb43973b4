"""Where the embedded broker is known to differ from Apache Kafka.

Called by the contract suite. Invariant: a gap is declared once, with its reason, and a gap
that closes fails the suite (strict), so that the list stays true.
"""

from collections.abc import Callable
from typing import Any

import pytest


def embedded_gap(reason: str) -> Callable[[Any], Any]:
    """Run on every broker, expected to fail on the embedded one."""
    return pytest.mark.parametrize(
        "broker",
        [
            pytest.param("embedded", marks=pytest.mark.xfail(strict=True, reason=reason)),
            pytest.param("apache", marks=pytest.mark.kafka),
        ],
        indirect=True,
    )
