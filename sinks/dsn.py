"""Where ClickHouse is: the setting HALLWATCH_CLICKHOUSE, parsed.

Owns the grammar of the setting and its error messages. Does not connect
(`sinks.clickhouse`). Invariant: a password never shows in a message or a repr.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

KEY = "HALLWATCH_CLICKHOUSE"
_CURE = (
    f"set {KEY} to chdb:///folder for the embedded engine, or to "
    "clickhouse://user:password@host:8123/database for a server, over TLS"
    " clickhouses://user:password@host:8443/database (http:// and https:// are the same two)"
)


def _true_or_false(value: str) -> str:
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value


def _readable(value: str) -> str:
    try:
        with open(value, "rb"):
            return value
    except OSError as error:
        raise ValueError(f"{value} cannot be read ({error.strerror})") from None


def _whole_number(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("must be a whole number")
    return int(value)


#: Mean something over TLS only.
_OF_TLS = ("verify", "ca_cert")

#: Client options a DSN may carry after `?`, and how their values are read.
_OPTIONS: dict[str, Callable[[str], str | int]] = {
    "compress": str,
    "verify": _true_or_false,
    "ca_cert": _readable,
    "connect_timeout": _whole_number,
    "send_receive_timeout": _whole_number,
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
    """Raises DsnError. `clickhouse://` is HTTP at port 8123, as `http://` is; `clickhouses://`
    is HTTPS at port 8443, as `https://` is."""
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
        case "clickhouse" | "http" | "clickhouses" | "https":
            secure = parts.scheme.endswith("s")
            if not parts.hostname:
                raise DsnError("no host in it")
            return Server(
                secure=secure,
                host=parts.hostname,
                port=port or (8443 if secure else 8123),
                user=unquote(parts.username or "default"),
                password=unquote(parts.password or ""),
                database=_database(parts.path),
                options=_options(parts.query, secure),
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


def _options(query: str, secure: bool) -> dict[str, str | int]:
    options: dict[str, str | int] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _OPTIONS:
            raise DsnError(f"unknown option {name!r} (known: {', '.join(_OPTIONS)})")
        if name in _OF_TLS and not secure:
            raise DsnError(f"option {name!r} is of TLS, which clickhouses:// or https:// asks for")
        try:
            options[name] = _OPTIONS[name](value)
        except ValueError as error:
            raise DsnError(f"option {name!r}: {error}") from None
    return options


def _without_values(error: ValueError) -> str:
    return "its port is not a number" if "ort" in str(error) else "malformed"
