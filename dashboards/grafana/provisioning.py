"""What Grafana reads from files when it starts: data sources, dashboard provider, contact point.

Owns their content, as values; `generate` writes them. `push`
sends the same data sources and contact point over HTTP, with a site's own addresses. A playlist
has no provisioning file in Grafana: its definition is written beside them and sent by `push`.
Invariant: no secret stands in a file; `$NAME` is filled in by Grafana from its own environment,
`$__file{…}` from a file that only it can read.
"""

from typing import Any

from msgspec import Struct

from dashboards.grafana.boards import HALL_WALL_UID, SECTION_UID
from dashboards.grafana.settings import (
    CLICKHOUSE_PLUGIN,
    CLICKHOUSE_UID,
    CONTACT_NAME,
    CONTACT_UID,
    FOLDER_TITLE,
    FOLDER_UID,
    PLAYLIST_NAME,
    PROMETHEUS_UID,
    GrafanaSettings,
)

#: Where the dashboards of one language are mounted in Grafana's container.
DASHBOARDS_PATH = "/etc/hallwatch/dashboards"


class ClickHouseAddress(Struct, frozen=True, kw_only=True):
    """Where Grafana finds ClickHouse: best as a user who may only read."""

    host: str
    port: int
    user: str
    password: str
    database: str
    secure: bool = False


#: In docker-compose.yml: the user that may only read; `hallwatch secrets` makes its password.
COMPOSED = ClickHouseAddress(
    host="clickhouse",
    port=8123,
    user="hallwatch_reader",
    password="$__file{/run/hallwatch/clickhouse-password}",
    database="hallwatch",
)
COMPOSED_PROMETHEUS = "http://prometheus:9090"
COMPOSED_CONTACT = "$OPERATOR_MAIL"


def clickhouse_source(at: ClickHouseAddress) -> dict[str, Any]:
    return {
        "uid": CLICKHOUSE_UID,
        "name": "hallwatch ClickHouse",
        "type": CLICKHOUSE_PLUGIN,
        "access": "proxy",
        "jsonData": {
            "host": at.host,
            "port": at.port,
            "protocol": "http",
            "secure": at.secure,
            "username": at.user,
            "defaultDatabase": at.database,
        },
        "secureJsonData": {"password": at.password},
    }


def prometheus_source(url: str) -> dict[str, Any]:
    return {
        "uid": PROMETHEUS_UID,
        "name": "hallwatch Prometheus",
        "type": "prometheus",
        "access": "proxy",
        "url": url,
        "jsonData": {"httpMethod": "POST", "timeInterval": "15s"},
    }


def contact_point(mail: str) -> dict[str, Any]:
    """Whom Grafana's own alerting writes to: the operator. Chiefs are told by hallwatch."""
    return {
        "uid": CONTACT_UID,
        "name": CONTACT_NAME,
        "type": "email",
        "settings": {"addresses": mail, "singleEmail": True},
        "disableResolveMessage": False,
    }


def playlist(settings: GrafanaSettings) -> dict[str, Any]:
    """The wall and a section in turn; started with `?kiosk`."""
    return {
        "name": settings.say(PLAYLIST_NAME),
        "interval": "1m",
        "items": [
            {"type": "dashboard_by_uid", "value": uid} for uid in (HALL_WALL_UID, SECTION_UID)
        ],
    }


def provisioning_files(settings: GrafanaSettings) -> dict[str, dict[str, Any]]:
    """Every file below Grafana's provisioning folder, by its path there."""
    contact = contact_point(COMPOSED_CONTACT)
    name = contact.pop("name")
    provider = {
        "name": "hallwatch",
        "type": "file",
        "folder": settings.say(FOLDER_TITLE),
        "folderUid": FOLDER_UID,
        "allowUiUpdates": False,
        "options": {"path": DASHBOARDS_PATH},
    }
    return {
        "datasources/hallwatch.yaml": {
            "apiVersion": 1,
            "datasources": [
                clickhouse_source(COMPOSED),
                prometheus_source(COMPOSED_PROMETHEUS),
            ],
        },
        "dashboards/hallwatch.yaml": {"apiVersion": 1, "providers": [provider]},
        "alerting/hallwatch.yaml": {
            "apiVersion": 1,
            "contactPoints": [{"orgId": 1, "name": name, "receivers": [contact]}],
        },
    }
