"""A request to ClickHouse's HTTP interface, understood: what to run, on what, how to answer.

Owns the interface's grammar: where the SQL and the rows stand, which parameters are
settings, what is refused before the engine sees it. Pure. Called by
`sinks.clickhouse_http`. Invariant: a read-only query holds one reading statement.
"""

from collections.abc import Mapping

from msgspec import Struct

from sinks.reading import is_free, why_not_read
from sinks.statement import Statement, read_statement

#: ClickHouse error codes and names, as its clients know them.
SYNTAX_ERROR = (62, "SYNTAX_ERROR")
READONLY = (164, "READONLY")
NOT_IMPLEMENTED = (48, "NOT_IMPLEMENTED")

#: Longest SQL without rows, as ClickHouse's own max_query_size.
_MAX_SQL = 262_144
_MAX_VALUES = 16 * 1024 * 1024

#: Parameters of the transport; everything else that is no `param_…` is a setting.
_TRANSPORT = frozenset(
    {
        *("query", "database", "user", "password", "quota_key", "query_id", "default_format"),
        *("session_id", "session_timeout", "session_check", "close_session", "role"),
        *("compress", "decompress", "buffer_size", "wait_end_of_query", "stacktrace"),
        *("client_protocol_version", "enable_http_compression", "readonly"),
        *("send_progress_in_http_headers", "http_headers_progress_interval_ms"),
        "cancel_http_readonly_queries_on_client_close",
    }
)


class Query(Struct, frozen=True, kw_only=True):
    """What one request asks for."""

    sql: bytes  #: all of it, or of an INSERT with rows the part before FORMAT
    rows: bytes | None  #: rows of an INSERT in `format`; None when there are none
    statement: Statement
    format: str  #: of the rows, or of the answer
    database: str
    settings: dict[str, str]
    parameters: dict[str, str]
    read_only: bool
    packs: bool  #: the answer may be compressed


class RefusedQuery(Struct, frozen=True):
    """An answer without asking the engine."""

    error: tuple[int, str]
    message: str


def understand(
    url: Mapping[str, str], headers: Mapping[str, str], body: bytes, *, read_only: bool
) -> Query | RefusedQuery:
    """`url` holds the parameters of the URL and of a form; `body` is unpacked already."""
    if url.get("decompress") == "1" or url.get("compress") == "1":
        return RefusedQuery(NOT_IMPLEMENTED, "compress=1 and decompress=1 are not offered here")
    text = url.get("query", "").encode()
    if text and body:
        text += b"\n"
    text += body
    # Matched as latin-1, one character a byte: the rows may hold anything.
    searched = text.decode("latin-1")
    statement = read_statement(searched)
    settings = _settings(url)
    parameters = {k.removeprefix("param_"): v for k, v in url.items() if k.startswith("param_")}
    refusal = _refusal(statement, len(text))
    if refusal is None and read_only:
        refusal = _write_refusal(why_not_read(searched, statement, parameters), settings)
        # Last, for it forbids further settings; and a client cannot lower it.
        settings["readonly"] = "1"
    if refusal is not None:
        return refusal
    sql, rows = text, None
    if statement.data_from is not None and statement.format != "VALUES":
        found = text[statement.data_from :]
        if found.strip():
            sql, rows = text[: statement.sql_to], found
    default = url.get("default_format") or headers.get("X-ClickHouse-Format") or "TabSeparated"
    return Query(
        sql=sql,
        rows=rows,
        statement=statement,
        format=statement.format or default,
        database=url.get("database") or headers.get("X-ClickHouse-Database") or "",
        settings=settings,
        parameters=parameters,
        read_only=read_only,
        packs=url.get("enable_http_compression") == "1",
    )


def _refusal(statement: Statement, size: int) -> RefusedQuery | None:
    if statement.several:
        return RefusedQuery(SYNTAX_ERROR, "Multi-statements are not allowed")
    if statement.touches_files:
        return RefusedQuery(NOT_IMPLEMENTED, "INTO OUTFILE and FROM INFILE are not offered here")
    if statement.odd_quotes:
        return RefusedQuery(NOT_IMPLEMENTED, "quoting with $$ or curly quotes is not offered here")
    has_rows = statement.data_from is not None
    limit = _MAX_SQL if not has_rows else _MAX_VALUES if statement.format == "VALUES" else None
    if limit is not None and size > limit:
        return RefusedQuery(SYNTAX_ERROR, f"Max query size exceeded: {size} bytes, at most {limit}")
    return None


def _write_refusal(why: str, settings: Mapping[str, str]) -> RefusedQuery | None:
    if why:
        return RefusedQuery(READONLY, why)
    for name in settings:
        if not is_free(name) and name != "readonly":
            return RefusedQuery(READONLY, f"Cannot modify {name!r} setting in readonly mode")
    return None


def _settings(url: Mapping[str, str]) -> dict[str, str]:
    settings = {
        name: value
        for name, value in url.items()
        if name not in _TRANSPORT and not name.startswith("param_")
    }
    if "readonly" in url:
        settings["readonly"] = url["readonly"]  # last: it forbids those after it
    return settings
