"""`hallwatch dashboards`: `write` the files Grafana is provisioned with, `push` to a running one.

Wiring only: names and standards from the rulebook, addresses and the token from the settings.
Invariant: the token is read from a file or the environment, and is in no output.
"""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dashboards.period import Standard
from dashboards.settings import Place
from dashboards.words import Words
from sinks.dsn import KEY, DsnError, Server, parse_dsn
from streams.core.rules import Rulebook
from streams.rules.load import load_rulebook
from streams.settings import PREFIX, Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from dashboards.grafana.provisioning import ClickHouseAddress
    from dashboards.grafana.settings import GrafanaSettings


#: Modules of the extra `grafana`.
_NEEDED = ("grafana_api", "grafana_foundation_sdk", "yaml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True, metavar="write|push")
    text = "write dashboards, provisioning files and playlist into a folder"
    write = kinds.add_parser("write", help=text, description=text)
    write.add_argument(
        "--into", type=Path, metavar="DIR", help="default: dashboards/generated, as committed"
    )
    text = (
        "bring a running Grafana to what is declared; where and with which token say"
        f" {PREFIX}GRAFANA, {PREFIX}GRAFANA_TOKEN_FILE and {PREFIX}GRAFANA_CLICKHOUSE"
    )
    kinds.add_parser("push", help=text, description=text)


def run_dashboards(arguments: argparse.Namespace) -> int:
    """0: written, or all there; 1: something is wrong with a dashboard, or with Grafana."""
    settings = read_settings()
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        print(
            f"hallwatch dashboards: {', '.join(missing)} missing: pip install 'hallwatch[grafana]'",
            file=sys.stderr,
        )
        return 1
    shown = _grafana_settings(settings, load_rulebook(settings.rules))
    if arguments.what == "write":
        return _write(shown, arguments.into)
    return _push(settings, shown)


def _write(shown: "GrafanaSettings", into: Path | None) -> int:
    from dashboards.grafana.generate import FOLDER, LANGUAGES, dashboards_of, write
    from dashboards.grafana.lint import faults

    spoken = [replace(shown, language=language) for language in LANGUAGES]
    found = [fault for one in spoken for fault in faults(dashboards_of(one))]
    for fault in found:
        print(f"hallwatch dashboards: {fault}", file=sys.stderr)
    if found:
        return 1
    into = into or FOLDER
    print(f"{len(write(shown, into))} files written into {into}")
    return 0


def _push(settings: Settings, shown: "GrafanaSettings") -> int:
    from dashboards.grafana.door import Door, GrafanaError
    from dashboards.grafana.push import Wanted, push

    if not settings.grafana:
        raise SettingsError(
            f"{PREFIX}GRAFANA is not set: where Grafana is, as https://grafana:3000"
        )
    token = _token(settings)
    wanted = Wanted(
        settings=shown,
        clickhouse=_clickhouse(settings),
        prometheus=settings.grafana_prometheus,
        contact=settings.grafana_contact,
    )
    try:
        for pushed in push(Door(settings.grafana, token), wanted):
            note = f" ({pushed.note})" if pushed.note else ""
            print(f"{pushed.change}: {pushed.what}{note}", flush=True)
    except GrafanaError as error:
        print(f"hallwatch dashboards: {error}", file=sys.stderr)
        return 1
    print(f"the wall: {settings.grafana}d/hallwatch-hall-wall?kiosk")
    return 0


def _grafana_settings(settings: Settings, book: Rulebook) -> "GrafanaSettings":
    from dashboards.grafana.settings import GrafanaSettings

    return GrafanaSettings(
        language=settings.language,
        sections=tuple(
            Place(code=section.code, name=Words(section.name_zh, section.name_en))
            for section in book.sections.values()
        ),
        counters=tuple(
            Place(code=code, name=Words(name, name))
            for section in book.sections.values()
            for code, name in section.counters.items()
        ),
        standards=tuple(
            Standard(promise=promise.value, minimum=rule.minimum, target=rule.target)
            for promise, rules in book.promises.items()
            for rule in (rules.rules[-1],)
            if rule.target is not None
        ),
    )


def _token(settings: Settings) -> str:
    """Raises SettingsError."""
    token = settings.grafana_token.strip()
    if not token:
        raise SettingsError(
            f"no token: put one of a Grafana service account into a file and name it in"
            f" {PREFIX}GRAFANA_TOKEN_FILE (or set {PREFIX}GRAFANA_TOKEN)"
        )
    return token


def _clickhouse(settings: Settings) -> "ClickHouseAddress":
    """As Grafana reaches it: a name and a user of its own where they are set."""
    from dashboards.grafana.provisioning import ClickHouseAddress

    variable = f"{PREFIX}GRAFANA_CLICKHOUSE" if settings.grafana_clickhouse else KEY
    try:
        place = parse_dsn(settings.grafana_clickhouse or settings.clickhouse_dsn)
    except DsnError as error:
        raise SettingsError(str(error).replace(KEY, variable)) from None
    if not isinstance(place, Server):
        raise SettingsError(
            f"{variable} is the embedded engine, which Grafana cannot reach: set"
            f" {PREFIX}GRAFANA_CLICKHOUSE to clickhouse://user:password@host:8123/database"
        )
    return ClickHouseAddress(
        host=place.host,
        port=place.port,
        user=place.user,
        password=place.password,
        database=place.database,
        secure=place.secure,
    )
