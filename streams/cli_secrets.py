"""`hallwatch secrets`: what docker-compose.yml keeps secret, made on first use.

Owns which secrets there are, who may read each, and their files; called once before the servers
start. Invariants: what is there already is never made anew; no secret is printed; the file of
ClickHouse's users follows from the others, and holds hashes only.
"""

import argparse
import hashlib
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from sinks.dsn import Server, parse_dsn
from streams.settings import SettingsError

#: Users of the images: of Dockerfile, of clickhouse/clickhouse-server, of grafana/grafana.
_HALLWATCH, _CLICKHOUSE, _GRAFANA = 10001, 101, 472

WRITER, READER = "hallwatch", "hallwatch_reader"

_USERS = """\
<!-- Written by `hallwatch secrets` from the passwords beside it; a change here is overwritten. -->
<clickhouse>
  <profiles>
    <{reader}>
      <readonly>2</readonly> <!-- 2: Grafana's plugin sets max_execution_time with every query -->
      <max_execution_time>60</max_execution_time>
      <max_memory_usage>2000000000</max_memory_usage>
    </{reader}>
  </profiles>
  <users>
    <default remove="remove"/>
    <{writer}>
      <password_sha256_hex>{writer_hash}</password_sha256_hex>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT ALL ON hallwatch.*</query>
        <query>GRANT SELECT ON system.*</query>
      </grants>
    </{writer}>
    <{reader}>
      <password_sha256_hex>{reader_hash}</password_sha256_hex>
      <networks><ip>::/0</ip></networks>
      <profile>{reader}</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SELECT ON hallwatch.*</query>
      </grants>
    </{reader}>
  </users>
</clickhouse>
"""


class _Secret(Struct, frozen=True):
    """`name`: below the folder; its first part is a volume of its own."""

    name: str
    reader: int  #: the user that may read it
    make: Callable[[], str]


def _random() -> str:
    return secrets.token_hex(32)


def _dsn() -> str:
    return f"clickhouse://{WRITER}:{_random()}@clickhouse:8123/hallwatch"


_DSN = _Secret("hallwatch/clickhouse", _HALLWATCH, _dsn)
_READERS = _Secret("grafana/clickhouse-password", _GRAFANA, _random)
_MADE = (
    _DSN,
    _Secret("hallwatch/link-key", _HALLWATCH, _random),
    _Secret("hallwatch/api-key", _HALLWATCH, _random),
    _READERS,
    _Secret("grafana/admin-password", _GRAFANA, _random),
)
_USERS_FILE = "clickhouse/hallwatch.xml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Make the secrets docker-compose.yml needs, where they are missing: random, each readable"
        " by the one container it is for. Nothing that is there changes."
    )
    parser.add_argument("folder", type=Path, metavar="DIR")


def run_secrets(arguments: argparse.Namespace) -> int:
    """0: all are there."""
    folder: Path = arguments.folder
    for secret in _MADE:
        path = folder / secret.name
        made = "" if path.exists() else secret.make()
        if made:
            _write(path, made + "\n", secret.reader)
        print(f"{path}: {'made' if made else 'is there'}", file=sys.stderr)
    _write(folder / _USERS_FILE, _users(folder), _CLICKHOUSE)
    return 0


def _users(folder: Path) -> str:
    """As the passwords are now."""
    path = folder / _DSN.name
    place = parse_dsn(path.read_text(encoding="utf-8"))
    if not isinstance(place, Server) or place.user != WRITER:
        raise SettingsError(f"{path}: is no address of a server for the user {WRITER}")
    reader = (folder / _READERS.name).read_text(encoding="utf-8").strip()
    return _USERS.format(
        writer=WRITER,
        reader=READER,
        writer_hash=_hash(place.password),
        reader_hash=_hash(reader),
    )


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _write(path: Path, text: str, reader: int) -> None:
    """Whole or not at all, and never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
    if os.geteuid() == 0:
        os.chown(part, reader, reader)
    part.replace(path)
