"""`hallwatch import` as a command: files, order, summary, exit codes."""

import argparse
from pathlib import Path

import msgspec
import pytest

from streams.cli_import import add_arguments, run_import
from streams.import_books import REJECT_COLUMNS
from tests.schemas.tables import EXAMPLES, ISSUED, TOP

ROWS = """ticket,at
A2,2022-10-14T09:05:00
A1,2022-10-14T09:00:00
A3,soon
"""


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run_import(parser.parse_args([str(word) for word in words]))


def subjects(path: Path) -> list[str]:
    return [msgspec.json.decode(line)["subject"] for line in path.read_bytes().splitlines()]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    mapping, rows = tmp_path / "m.toml", tmp_path / "rows.csv"
    mapping.write_text(TOP + ISSUED)
    rows.write_text(ROWS)
    return mapping, rows, tmp_path / "out.ndjson"


def test_events_are_sorted_by_time_unless_asked_not_to(files: tuple[Path, Path, Path]) -> None:
    mapping, rows, out = files
    assert run("--mapping", mapping, rows, "-o", out) == 0
    assert subjects(out) == ["A1", "A2"]
    assert run("--mapping", mapping, rows, "-o", out, "--keep-order") == 0
    assert subjects(out) == ["A2", "A1"]


def test_the_summary_accounts_for_every_row(
    files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, rows, out = files
    run("--mapping", mapping, rows, "-o", out)
    said = capsys.readouterr().err
    assert "rows.csv:4 column at: not a time" in said
    assert "3 rows: 2 imported, 0 dropped, 1 refused" in said
    assert "2  ticket.issued" in said


def test_without_an_output_file_events_go_to_standard_output(
    files: tuple[Path, Path, Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    mapping, rows, _ = files
    run("--mapping", mapping, rows)
    lines = capfdbinary.readouterr().out.splitlines()
    assert [msgspec.json.decode(line)["subject"] for line in lines] == ["A1", "A2"]


def test_strict_makes_a_refused_row_an_error(files: tuple[Path, Path, Path]) -> None:
    mapping, rows, out = files
    assert run("--mapping", mapping, rows, "-o", out, "--strict") == 1
    assert subjects(out) == ["A1", "A2"]


def test_refused_rows_are_kept_and_importable_once_mended(files: tuple[Path, Path, Path]) -> None:
    mapping, rows, out = files
    rejects = rows.with_name("rejects.csv")
    run("--mapping", mapping, rows, "-o", out, "--rejects", rejects)
    header, row = rejects.read_text().splitlines()
    assert header == ",".join([*REJECT_COLUMNS, "ticket", "at"])
    assert row.startswith("4,at,")
    again = rows.with_name("again.csv")
    assert run("--mapping", mapping, rejects, "-o", out, "--rejects", again) == 0
    assert again.read_text().splitlines()[0] == header
    rejects.write_text(rejects.read_text().replace("soon", "2022-10-14T09:10:00"))
    assert run("--mapping", mapping, rejects, "-o", out, "--strict") == 0
    assert subjects(out) == ["A3"]


def test_a_wrong_mapping_is_an_error_and_leaves_no_output(
    files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, rows, out = files
    mapping.write_text(TOP + ISSUED.replace('"at"', '"att"'))
    assert run("--mapping", mapping, rows, "-o", out) == 2
    assert "event[0].time: no column 'att' in rows.csv" in capsys.readouterr().err
    assert not out.exists()


def test_a_file_that_is_not_there_is_an_error(
    files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, rows, out = files
    assert run("--mapping", mapping, rows.with_name("none.csv"), "-o", out) == 2
    assert run("--mapping", mapping.with_name("none.toml"), rows, "-o", out) == 2
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "events"),
    [("generic-ticket", 72), ("generic-case", 40), ("generic-rating", 20), ("generic-hotline", 15)],
)
def test_the_shipped_examples_import_without_a_complaint(
    tmp_path: Path, name: str, events: int
) -> None:
    example, out, key = EXAMPLES / f"{name}.csv", tmp_path / "out.ndjson", tmp_path / "key"
    key.write_text("a secret of the hall's")
    mapping = EXAMPLES / f"{name}.toml"
    told = ("--mapping", mapping, example, "-o", out, "--pseudonym-key", key, "--strict")
    assert run(*told) == 0
    assert len(out.read_bytes().splitlines()) == events
