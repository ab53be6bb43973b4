"""A report's questions, asked: ClickHouse's answers as `facts`.

Called by the command, from its only thread. Invariant: every question of `questions.QUERIES` is
asked, once, and fills the field of its name.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from dashboards.reports.facts import Figures
from dashboards.reports.period import Period
from dashboards.reports.questions import QUERIES
from sinks.audit_reads import rows_of


def parameters_of(period: Period, section: str = "") -> Mapping[str, Any]:
    """What every question is asked with; `section` "": all of them."""
    return {
        "since": round(period.since * 1000),
        "until": round(period.until * 1000),
        "first": round(period.trend()[0].since * 1000),
        "unit": period.unit.value,
        "zone": period.zone,
        "section": section,
    }


def read_figures(client: Client, period: Period, section: str = "") -> Figures:
    """Raises QueryRefusedError."""
    parameters = dict(parameters_of(period, section))
    answers = {asked.id: list(rows_of(client, asked.sql, parameters)) for asked in QUERIES}
    return msgspec.convert(answers, Figures, strict=False)
