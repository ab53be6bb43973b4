"""`hallwatch query`: text out, on every ClickHouse."""

import pytest
from clickhouse_connect.driver.client import Client

from sinks.query import QueryRefusedError, run_query


@pytest.mark.parametrize(
    ("sql", "fmt", "answer"),
    [
        ("SELECT 1 AS a, '大厅' AS b", "CSV", '1,"大厅"\n'),
        ("SELECT 1 AS a;\n", "CSVWithNames", '"a"\n1\n'),
        ("SELECT 1 AS a FORMAT TSV", "CSV", "1\n"),
        ("SELECT 1 AS `个数`", "JSONEachRow", '{"个数":1}\n'),
        ("SELECT '%s {x} ?' AS a", "TSV", "%s {x} ?\n"),
        ("SELECT unhex('FF') AS a", "TSV", "\N{REPLACEMENT CHARACTER}\n"),
        ("SELECT 1 WHERE 0", "TSV", ""),
        ("EXISTS TABLE journeys_now", "TSV", "1\n"),
        ("INSERT INTO journeys (journey) VALUES ('A1')", "TSV", ""),
    ],
)
def test_the_answer_is_text(clickhouse: Client, sql: str, fmt: str, answer: str) -> None:
    assert run_query(clickhouse, sql, fmt) == answer


def test_by_default_a_table_for_people(clickhouse: Client) -> None:
    assert run_query(clickhouse, "SELECT 1 AS a") == "   ┌─a─┐\n1. │ 1 │\n   └───┘\n"


@pytest.mark.parametrize(
    ("sql", "fmt", "words"),
    [
        ("SELECT nothing", "CSV", "UNKNOWN_IDENTIFIER"),
        ("SELECT * FROM nowhere", "CSV", "UNKNOWN_TABLE"),
        ("SELEC 1", "CSV", "SYNTAX_ERROR"),
        ("SELECT 1; DROP TABLE journeys", "CSV", "one statement"),
        ("SELECT 1", "CSV; DROP TABLE journeys", "not the name of a format"),
        ("SELECT 1", "Papyrus", "UNKNOWN_FORMAT"),
    ],
)
def test_a_refusal_is_in_clickhouses_words(
    clickhouse: Client, sql: str, fmt: str, words: str
) -> None:
    with pytest.raises(QueryRefusedError, match=words):
        run_query(clickhouse, sql, fmt)
    assert run_query(clickhouse, "SELECT count() FROM journeys", "TSV") == "0\n"
