"""A question to ClickHouse as Grafana's ClickHouse plugin (4.x) stores it.

Owns the query's shape; the SQL is `sql`. The SDK has no class for this plugin. Invariant: what
is written reads back as the same.
"""

from enum import IntEnum
from typing import Any, Self

from grafana_foundation_sdk.cog import builder, runtime, variants
from grafana_foundation_sdk.models.common import DataSourceRef

from dashboards.grafana.settings import CLICKHOUSE_PLUGIN, CLICKHOUSE_UID

#: From which on the plugin takes a stored query as it is, and migrates nothing.
PLUGIN_VERSION = "4.0.0"

CLICKHOUSE = DataSourceRef(type_val=CLICKHOUSE_PLUGIN, uid=CLICKHOUSE_UID)


class Answer(IntEnum):
    """How the plugin hands rows on; its `format`."""

    SERIES = 0  #: a moment first, then names, then numbers: one series for each name
    ROWS = 1


class ClickHouseQuery(variants.Dataquery):
    """One target of a panel."""

    def __init__(self, sql: str, answer: Answer, ref_id: str = "A") -> None:
        self.sql = sql
        self.answer = answer
        self.ref_id = ref_id

    def to_json(self) -> dict[str, object]:
        return {
            "refId": self.ref_id,
            "datasource": CLICKHOUSE,
            "editorType": "sql",
            "format": int(self.answer),
            "pluginVersion": PLUGIN_VERSION,
            "queryType": "timeseries" if self.answer is Answer.SERIES else "table",
            "rawSql": self.sql,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(data["rawSql"], Answer(data["format"]), data["refId"])


class Asked(builder.Builder[ClickHouseQuery]):
    """What the SDK's panel builders take as a target."""

    def __init__(self, sql: str, answer: Answer) -> None:
        self._query = ClickHouseQuery(sql, answer)

    def build(self) -> ClickHouseQuery:
        return self._query


def register() -> None:
    """Lets the SDK read such targets back."""
    runtime.register_dataquery_variant(
        runtime.DataqueryConfig(
            identifier=CLICKHOUSE_PLUGIN, from_json_hook=ClickHouseQuery.from_json
        )
    )
