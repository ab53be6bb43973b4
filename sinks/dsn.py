"""Where ClickHouse is: the setting HALLWATCH_CLICKHOUSE, parsed.

Owns the grammar of the setting and its error messages. Does not connect
(`sinks.clickhouse`). Invariant: a password never shows in a message or a repr.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

KEY = "HALLWATCH_CLICKHOUSE"
_CURE = (
    f"set {KEY} to chdb:///folder for the embedded engine, or to "
    "clickhouse://user:password@host:8123/database (http:// and https:// too) for a server"
)

#: Client options a DSN may carry after `?`, and how their values are read.
_OPTIONS = {
    "compress": str,
    "verify": str,
    "ca_cert": str,
    "connect_timeout": int,
    "send_receive_timeout": int,
}


class DsnError(ValueError):
    """The setting cannot be understood; the message says where and how to write it."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{KEY}: {problem}; {_CURE}")


class Embedded(Struct, frozen=True):
    """chDB, in this process, in a folder of its own."""

    folder: Path

    def __str__(self) -> str:
        return f"chdb://{self.folder}"


class Server(Struct, frozen=True, kw_only=True):
    """A ClickHouse server, reached over its HTTP interface."""

    secure: bool
    host: str
    port: int
    user: str
    password: str
    database: str
    options: dict[str, str | int]

    def __str__(self) -> str:
        """Fit for logs: without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}/{self.database}"

    def __repr__(self) -> str:
        return f"Server({self})"


def parse_dsn(dsn: str) -> Embedded | Server:
    """Raises DsnError. `clickhouse://` is HTTP at port 8123, as `http://` is."""
    try:
        parts = urlsplit(dsn.strip())
        port = parts.port
    except ValueError as error:
        # The text of the error may quote the password: only its kind is passed on.
        raise DsnError(f"not a URL ({_without_values(error)})") from None
    match parts.scheme:
        case "chdb":
            if parts.netloc or parts.path in ("", "/"):
                raise DsnError("chdb needs the full path of a folder, with three slashes")
            if parts.query:
                raise DsnError("chdb takes no options after ?")
            return Embedded(Path(unquote(parts.path)))
        case "clickhouse" | "http" | "https":
            secure = parts.scheme == "https"
            if not parts.hostname:
                raise DsnError("no host in it")
            return Server(
                secure=secure,
                host=parts.hostname,
                port=port or (8443 if secure else 8123),
                user=unquote(parts.username or "default"),
                password=unquote(parts.password or ""),
                database=_database(parts.path),
                options=_options(parts.query),
            )
        case "":
            raise DsnError("is empty or has no scheme")
        case scheme:
            raise DsnError(f"unknown scheme {scheme!r}")


def _database(path: str) -> str:
    name = unquote(path.strip("/"))
    if "/" in name or "`" in name or "\\" in name:
        raise DsnError(f"{name!r} is not a database name")
    return name or "default"


def _options(query: str) -> dict[str, str | int]:
    options: dict[str, str | int] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _OPTIONS:
            raise DsnError(f"unknown option {name!r} (known: {', '.join(_OPTIONS)})")
        try:
            options[name] = _OPTIONS[name](value)
        except ValueError:
            raise DsnError(f"option {name!r} must be a whole number") from None
    return options


def _without_values(error: ValueError) -> str:
    return "its port is not a number" if "ort" in str(error) else "malformed"
