"""A file of events, line by line: in order, shuffled, twice, compressed."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from streams.feed import read_lines

LINES = [f'{{"id":"{number}"}}'.encode() for number in range(50)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "day.ndjson"
    path.write_bytes(b"\n".join(LINES))
    return path


def test_lines_come_in_order(file: Path) -> None:
    assert list(read_lines(file)) == LINES


def test_blank_lines_and_line_ends_are_no_part_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "day.ndjson"
    path.write_bytes(b"\r\n  \n" + b"\r\n\r\n".join(LINES) + b"\n\n")
    assert list(read_lines(path)) == LINES


def test_a_line_that_is_no_event_is_handed_on_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "day.ndjson"
    path.write_bytes(b'{"id":\n\xff\xfe\n')
    assert list(read_lines(path)) == [b'{"id":', b"\xff\xfe"]


def test_a_compressed_file_is_read_as_if_it_were_not(tmp_path: Path) -> None:
    path = tmp_path / "day.ndjson.gz"
    path.write_bytes(gzip.compress(b"\n".join(LINES)))
    assert list(read_lines(path)) == LINES


def test_a_seed_shuffles_and_the_same_seed_shuffles_the_same(file: Path) -> None:
    shuffled = list(read_lines(file, shuffle_seed=7))
    assert shuffled != LINES
    assert Counter(shuffled) == Counter(LINES)
    assert list(read_lines(file, shuffle_seed=7)) == shuffled
    assert list(read_lines(file, shuffle_seed=8)) != shuffled


def test_the_seed_nought_shuffles_too(file: Path) -> None:
    assert list(read_lines(file, shuffle_seed=0)) != LINES


def test_twice_is_each_line_two_times(file: Path) -> None:
    assert list(read_lines(file, twice=True)) == [line for line in LINES for _ in range(2)]
    assert Counter(read_lines(file, shuffle_seed=7, twice=True)) == Counter(LINES * 2)


def test_a_file_that_is_not_there_is_said_at_the_first_line(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_lines(tmp_path / "gone.ndjson"))
