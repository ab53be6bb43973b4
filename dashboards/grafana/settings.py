"""What a site chooses about its Grafana, and the names things have there.

Owns the uids: whatever refers to a data source, a folder or a dashboard takes them from here.
Filled in by the wiring. Invariant: with the defaults the generated files are the committed.
"""

from datetime import timedelta
from typing import Literal

from msgspec import Struct

from dashboards.period import STANDARDS, Standard
from dashboards.settings import Place
from dashboards.words import Words

CLICKHOUSE_PLUGIN = "grafana-clickhouse-datasource"
CLICKHOUSE_UID = "hallwatch-clickhouse"
PROMETHEUS_UID = "hallwatch-prometheus"
FOLDER_UID = "hallwatch"
FOLDER_TITLE = Words("政务服务大厅", "Service hall")
CONTACT_UID = "hallwatch-operator"
CONTACT_NAME = "hallwatch operator"
PLAYLIST_NAME = Words("大厅轮播", "Hall wall")


class GrafanaSettings(Struct, frozen=True, kw_only=True):
    language: Literal["zh", "en"] = "zh"
    time_zone: str = "Asia/Shanghai"
    sections: tuple[Place, ...] = ()  #: a code without a name here is shown as the code
    counters: tuple[Place, ...] = ()
    standards: tuple[Standard, ...] = STANDARDS
    window: timedelta = timedelta(minutes=30)  #: of the rolling figures, as on the wall
    horizon: timedelta = timedelta(days=2)

    def say(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en
