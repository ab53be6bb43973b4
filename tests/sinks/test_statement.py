"""What a SQL text asks for, told without running it."""

import pytest

from sinks.http_request import Query, RefusedQuery, understand
from sinks.statement import read_statement


@pytest.mark.parametrize(
    ("sql", "kind", "reads"),
    [
        ("SELECT 1", "SELECT", True),
        ("  \n-- drop\n/* x */ select 1", "SELECT", True),
        ("(SELECT 1)", "SELECT", True),
        ("WITH 1 AS x SELECT x", "WITH", True),
        ("# comment\nSHOW TABLES", "SHOW", True),
        ("insert into t values (1)", "INSERT", False),
        ("DROP TABLE t", "DROP", False),
        ("KILL QUERY WHERE 1", "KILL", False),
        ("SET readonly = 0", "SET", False),
        ("", "", False),
        ("'SELECT'", "", False),
    ],
)
def test_the_kind_is_the_first_word(sql: str, kind: str, reads: bool) -> None:
    statement = read_statement(sql)
    assert (statement.kind, statement.reads) == (kind, reads)


@pytest.mark.parametrize(
    ("sql", "several"),
    [
        ("SELECT 1;", False),
        ("SELECT 1; ; \n", False),
        ("SELECT 1; -- done", False),
        ("SELECT ';' AS `a;b`, \"c;d\" /* ; */ -- ;\n", False),
        ("SELECT 'it\\'s; ' , 'it''s;'", False),
        ("SELECT 1; SELECT 2", True),
        ("SELECT 1 -- \n; DROP TABLE t", True),
        ("INSERT INTO t VALUES ('a;b'), ('c')", False),
        ("INSERT INTO t VALUES (1); DROP TABLE t", True),
        ("INSERT INTO t SELECT 1; DROP TABLE t", True),
        ('INSERT INTO t FORMAT JSONEachRow\n{"a":"x; DROP TABLE t"}; y', False),
    ],
)
def test_a_second_statement_is_seen_but_not_in_quotes_comments_or_rows(
    sql: str, several: bool
) -> None:
    assert read_statement(sql).several is several


@pytest.mark.parametrize(
    ("sql", "touches"),
    [
        ("SELECT 1 INTO OUTFILE '/tmp/x'", True),
        ("select 1 into/**/outfile '/tmp/x'", True),
        ("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", True),
        ("select 1 into\u00a0outfile '/tmp/x'", True),
        ("select 1 into\u2003outfile '/tmp/x'", True),
        ("SELECT 'INTO OUTFILE'", False),
        ("INSERT INTO t FORMAT CSV\nFROM INFILE", False),
    ],
)
def test_files_of_the_machine_are_seen(sql: str, touches: bool) -> None:
    assert read_statement(sql).touches_files is touches
    assert read_statement(sql.encode().decode("latin-1")).touches_files is touches


@pytest.mark.parametrize(
    ("sql", "fmt", "rows"),
    [
        ("INSERT INTO t FORMAT JSONEachRow\n{}", "JSONEachRow", "{}"),
        ("INSERT INTO t (a, `FORMAT x`) FORMAT CSV\r\n1,2", "CSV", "1,2"),
        ("INSERT INTO t SETTINGS x=1 FORMAT TSV 1", "TSV", "1"),
        ("INSERT INTO t VALUES (1)", "VALUES", "(1)"),
        ("INSERT INTO t SELECT 1", "", None),
        ("SELECT 1 FORMAT JSON", "JSON", None),
        ("SELECT 1 FORMAT JSON ; ", "JSON", None),
        ("SELECT 'FORMAT JSON'", "", None),
    ],
)
def test_the_format_and_where_the_rows_begin(sql: str, fmt: str, rows: str | None) -> None:
    statement = read_statement(sql)
    assert statement.format == fmt
    assert (None if statement.data_from is None else sql[statement.data_from :]) == rows


@pytest.mark.parametrize(
    ("sql", "odd"),
    [
        ("SELECT $$a$$", True),
        ("SELECT $tag$ ' $tag$ INTO OUTFILE '/tmp/x'", True),
        ("SELECT ‘ ' ’ INTO OUTFILE '/tmp/x'", True),
        ("SELECT “ \" ” INTO OUTFILE '/tmp/x'", True),
        ("SELECT `fil\\x65`('/etc/hostname')", True),
        ('SELECT "fil\\x65"(1)', True),
        ("SELECT '\\x65'", False),
        ("SELECT '$$', '“引号”', `‘a’` -- $$", False),
        ("SELECT a$b, c$d FROM t", False),
    ],
)
def test_quotes_that_could_hide_something_are_seen(sql: str, odd: bool) -> None:
    assert read_statement(sql).odd_quotes is odd
    assert read_statement(sql.encode().decode("latin-1")).odd_quotes is odd


@pytest.mark.parametrize("start", ["'", '"', "`", "/*", "'/*", "$a$", "\\'", "--", "# ", "''\\"])
def test_a_text_of_nothing_but_beginnings_is_read_in_linear_time(start: str) -> None:
    """Would take hours if each beginning were searched for its end anew."""
    assert read_statement("SELECT " + start * 1_000_000).kind == "SELECT"


def ask(body: bytes, read_only: bool = False, **url: str) -> Query | RefusedQuery:
    return understand(url, {}, body, read_only=read_only)


def test_rows_after_a_query_in_the_url() -> None:
    query = ask(b"\x00\xff\n'", query="INSERT INTO t FORMAT Native")
    assert isinstance(query, Query)
    assert (query.sql, query.rows, query.format) == (b"INSERT INTO t ", b"\x00\xff\n'", "Native")


def test_settings_and_parameters_are_told_from_the_transport() -> None:
    query = ask(b"SELECT 1", database="d", max_threads="2", param_x="1", query_id="q", readonly="2")
    assert isinstance(query, Query)
    assert query.settings == {"max_threads": "2", "readonly": "2"}
    assert list(query.settings)[-1] == "readonly", "it forbids those after it"
    assert query.parameters == {"x": "1"}
    assert query.database == "d"


def test_a_client_cannot_lower_a_read_only_server() -> None:
    query = ask(b"SELECT 1", read_only=True, readonly="0")
    assert isinstance(query, Query)
    assert query.settings == {"readonly": "1"}


@pytest.mark.parametrize(
    ("setting", "free"),
    [
        ("max_execution_time", True),
        ("output_format_json_quote_64bit_integers", True),
        ("session_timezone", True),
        ("additional_result_filter", False),
        ("dialect", False),
        ("format_schema", False),
        ("profile", False),
    ],
)
def test_settings_of_a_reader(setting: str, free: bool) -> None:
    query = ask(b"SELECT 1", read_only=True, **{setting: "1"})
    assert isinstance(query, Query) is free


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT source, `时间` FROM events_now WHERE type = 'file' -- file",
        "DESCRIBE TABLE events",
        "DESC (SELECT toString(1))",
        "EXPLAIN SELECT count() FROM journeys_now",
        "SHOW CREATE TABLE `events`",
        "SELECT profile FROM t",
    ],
)
def test_what_a_reader_may_ask(sql: str) -> None:
    assert isinstance(ask(sql.encode(), read_only=True), Query)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"SELECT 1; SELECT 2", 62),
        (b"SELECT 1 INTO OUTFILE '/tmp/x'", 48),
        (b"SELECT '" + b"x" * 300_000 + b"'", 62),
        (b"INSERT INTO t VALUES (1)", 164),
        (b"KILL QUERY WHERE 1", 164),
        ("SELECT ‘ ' ’ INTO OUTFILE '/tmp/x' --'".encode(), 48),
    ],
)
def test_what_is_refused_before_the_engine(body: bytes, code: int) -> None:
    refused = ask(body, read_only=True)
    assert isinstance(refused, RefusedQuery)
    assert refused.error[0] == code
