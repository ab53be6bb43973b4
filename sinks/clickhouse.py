"""Opens clients to ClickHouse: the embedded engine or a server, by the same setting.

Owns connecting, waiting for a server that is not up yet, and what went wrong in words
with a cure. Does not create tables (`sinks.migrate`) or write (`sinks.writer`). Called
by the wiring, the command line and tests. Invariant: no message holds a password.

A client to a server may be used by several threads at once (it keeps no session); a
client to chDB serialises its calls, so threads open one each.
"""

import fcntl
import logging
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.backoff import BackOff, delay_seconds
from sinks.dsn import KEY, Embedded, Server, parse_dsn
from sinks.faults import code_of, is_denied, is_distrusted, outage_text, says_unknown_database

log = logging.getLogger(__name__)


class ClickHouseAwayError(Exception):
    """There is no ClickHouse to talk to; the message says why and what to do."""


def open_client(
    dsn: str,
    *,
    wait: timedelta = timedelta(seconds=60),
    sleep: Callable[[float], None] = time.sleep,
) -> Client:
    """A client to where `dsn` points; creates chDB's folder or the server's database.

    A server that does not answer is tried again for `wait`. Blocks: call it from a
    thread. Raises DsnError or ClickHouseAwayError.
    """
    match parse_dsn(dsn):
        case Embedded() as place:
            return open_embedded(place)
        case Server() as place:
            return _open_server(place, wait, sleep)


def open_embedded(place: Embedded) -> Client:
    """chDB in a folder, made if missing. Raises ClickHouseAwayError."""
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClickHouseAwayError(
            f"{KEY}: the folder {place.folder} cannot be made ({error.strerror}); choose another"
        ) from None
    if _is_another_s(place):
        raise ClickHouseAwayError(_in_use(place))
    try:
        # A path, not a DSN: the driver would not undo %20.
        return clickhouse_connect.get_client(
            interface="chdb", path=str(place.folder), show_clickhouse_errors="scrub"
        )
    except ImportError:
        raise ClickHouseAwayError(
            f"{KEY} asks for the embedded engine, which is not installed: "
            "pip install 'hallwatch[embedded]', or point it at a ClickHouse server"
        ) from None
    except ClickHouseError as error:
        raise ClickHouseAwayError(_why_not_embedded(place, str(error))) from None


def _why_not_embedded(place: Embedded, error: str) -> str:
    if "already initialized with path" in error:
        return (
            f"{KEY}: this process already has an embedded engine in another folder; "
            f"{place.folder} cannot be opened beside it"
        )
    if "Error initializing EmbeddedServer" in error:
        return _in_use(place)
    return f"{KEY}: the embedded engine in {place.folder} does not open: {error}"


def _in_use(place: Embedded) -> str:
    owner = _owner(place)
    return (
        f"{KEY}: {place.folder} is in use by another process{f' ({owner})' if owner else ''}, and "
        "the embedded engine serves one. Stop that process, or reach its engine over HTTP if it "
        "serves it (hallwatch demo and try print the address)"
    )


def _is_another_s(place: Embedded) -> bool:
    """The engine locks its `status` file as long as it runs. Asked of the file, since the engine
    itself tries for many seconds, and writes a line of its own on standard error."""
    if _owner(place) == f"PID: {os.getpid()}":
        return False  # opened once more in this process: it shares its engine
    try:
        with (place.folder / "status").open("rb") as status:
            fcntl.flock(status, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # none yet, or not ours to read: the engine says what is wrong
    return False


def _owner(place: Embedded) -> str:
    """chDB writes its process id into the folder's `status` file: `PID: 4711`."""
    try:
        return (place.folder / "status").read_text().splitlines()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def _open_server(place: Server, wait: timedelta, sleep: Callable[[float], None]) -> Client:
    waited, attempt, rule = 0.0, 0, BackOff()
    while True:
        attempt += 1
        try:
            return _connect(place)
        except ClickHouseError as error:
            if is_denied(error):
                raise ClickHouseAwayError(
                    f"{KEY}: {place} refuses user {place.user!r} (code {code_of(error)}): "
                    "check user, password and grants"
                ) from None
            if is_distrusted(error):
                raise ClickHouseAwayError(f"{KEY}: {place}: {outage_text(error)}") from None
            if waited >= wait.total_seconds():
                raise ClickHouseAwayError(
                    f"{KEY}: no answer from {place}"
                    + (f" in {waited:.0f} s" if waited else "")
                    + f" ({outage_text(error)}); is the server up and the address right?"
                ) from None
        pause = delay_seconds(rule, attempt, random.random())
        log.warning("ClickHouse at %s does not answer; trying again in %.1f s", place, pause)
        sleep(pause)
        waited += pause


def _connect(place: Server) -> Client:
    try:
        return _client(place, place.database)
    except ClickHouseError as error:
        if not says_unknown_database(error):
            raise
    with _client(place, "default") as client:
        client.command(f"CREATE DATABASE IF NOT EXISTS `{place.database}`")
    return _client(place, place.database)


def _client(place: Server, database: str) -> Client:
    return clickhouse_connect.get_client(
        host=place.host,
        port=place.port,
        username=place.user,
        password=place.password,
        database=database,
        secure=place.secure,
        show_clickhouse_errors="scrub",
        autogenerate_session_id=False,  # a session allows one query at a time
        **{"connect_timeout": 5, "send_receive_timeout": 60, **place.options},
    )
