"""Exports dropped into a folder: taken when finished, sent, put away with a report."""

import asyncio
import gzip
import io
import os
import re
import shutil
import zipfile
from pathlib import Path

import msgspec
import openpyxl
import pytest

from schemas.mapping import read_mapping
from streams.broker.embedded import EmbeddedBroker
from streams.drop_folder.keeper import Keeper
from streams.drop_folder.putting_away import Language
from streams.drop_folder.status import Counts
from streams.drop_folder.watching import Watching
from streams.event_sender import EventSender
from tests.gateway.running import Place, settings_for
from tests.pipeline.command import hallwatch
from tests.schemas.tables import EXAMPLES

MAPPING = EXAMPLES / "generic-ticket.toml"
CSV = EXAMPLES / "generic-ticket.csv"

#: A row of it whose ticket was called.
ROW = 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def place(embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path) -> Place:
    settings = settings_for(embedded_broker.bootstrap, topic_prefix, tmp_path, language="en")
    return Place("", settings, "", Path())


async def take(folder: Path, place: Place, language: Language = "en") -> int:
    """As `--once` does; its exit code."""
    events = EventSender(place.settings, 30.0)
    opening = asyncio.create_task(events.run())
    try:
        keeper = Keeper(read_mapping(MAPPING), b"", events, language, asyncio.Event(), Counts())
        return await keeper.take_all(folder)
    finally:
        opening.cancel()
        await events.close()


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".hallwatch.lock"
    }


async def ids(place: Place) -> list[str]:
    return sorted(msgspec.json.decode(value)["id"] for value in await place.values())


async def test_a_file_is_sent_and_put_away_with_its_report(folder: Path, place: Place) -> None:
    shutil.copy(CSV, folder / "export.csv")
    assert await take(folder, place) == 0
    assert files(folder) == {"done/export.csv", "done/export.csv.report.txt"}
    assert (folder / "done/export.csv").read_bytes() == CSV.read_bytes()
    report = (folder / "done/export.csv.report.txt").read_text(encoding="utf-8-sig")
    assert report.startswith("export.csv: ")
    assert report.splitlines()[0].endswith(" 0 refused; 72 events sent.")
    first = await ids(place)
    assert len(first) == len(set(first)) == 72
    for record in await place.records():
        assert record.key == msgspec.json.decode(record.value)["subject"].encode()

    shutil.copy(CSV, folder / "export.csv")  # the same once more
    assert await take(folder, place) == 0
    assert "done/export-2.csv" in files(folder), "nothing is overwritten"
    assert sorted(set(await ids(place))) == first, "no new event, so nothing counts twice"


def spoiled(text: str) -> str:
    """One row with a time that is none; its other cells stay."""
    lines = text.splitlines()
    cells = lines[ROW - 1].split(",")
    at = lines[0].split(",").index("叫号时间")
    assert cells[at]
    cells[at] = "soon"
    lines[ROW - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


async def test_a_refused_row_is_told_by_row_and_column_and_the_others_are_in(
    folder: Path, place: Place
) -> None:
    text = CSV.read_text(encoding="utf-8")
    (folder / "export.csv").write_text(spoiled(text), encoding="utf-8")
    assert await take(folder, place, language="zh") == 1
    put = {"export.csv", "export.csv.report.txt", "export.csv.refused.csv"}
    assert files(folder) == {f"failed/{name}" for name in put}
    report = (folder / "failed/export.csv.report.txt").read_text(encoding="utf-8-sig")
    assert "退回 1 行" in report.splitlines()[0]
    assert f"第 {ROW} 行，“叫号时间”列：not a time" in report
    assert "soon" not in report, "what stands in a cell is nobody's business but the file's"
    before = await ids(place)
    assert len(set(before)) < 72

    refused = (folder / "failed/export.csv.refused.csv").read_text(encoding="utf-8")
    called_at = text.splitlines()[ROW - 1].split(",")[
        text.splitlines()[0].split(",").index("叫号时间")
    ]
    (folder / "mended.csv").write_text(refused.replace("soon", called_at), encoding="utf-8")
    assert await take(folder, place) == 0
    after = await ids(place)
    assert len(set(after)) == 72
    assert len(after) == 72, "only the mended row's events were sent"


async def test_a_workbook_gives_the_events_its_csv_gives(
    folder: Path, place: Place, tmp_path: Path
) -> None:
    rows = [line.split(",") for line in CSV.read_text(encoding="utf-8").splitlines()]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([int(cell) if cell.isdecimal() and cell[0] != "0" else cell for cell in row])
    book.save(folder / "export.xlsx")
    assert await take(folder, place) == 0
    from_workbook = sorted(await place.values())

    shutil.copy(CSV, folder / "export.csv")
    assert await take(folder, place) == 0
    assert sorted(set(await place.values())) == from_workbook


def half_a_sheet() -> bytes:
    """A workbook that opens, and whose sheet breaks off."""
    whole, broken = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in CSV.read_text(encoding="utf-8").splitlines():
        book.active.append(line.split(","))
    book.save(whole)
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(broken, "w") as put:
        for name in parts.namelist():
            content = parts.read(name)
            put.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    return broken.getvalue()


UNUSABLE = {
    "no such column": ("export.csv", b"a,b\n1,2\n", "no column '"),
    "nothing in it": ("export.csv", b"", "empty; the first line must name the columns"),
    "Excel's old format": ("export.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "save it as .xlsx"),
    "no workbook": ("export.xlsx", b"a,b\n", "no Excel workbook, or one with a password"),
    "a workbook with half a sheet": (
        "export.xlsx",
        half_a_sheet(),
        "no Excel workbook that can be",
    ),
    "a damaged gzip file": (
        "export.csv.gz",
        gzip.compress(CSV.read_bytes())[:-8] + bytes(8),
        "the gzip file is damaged",
    ),
    "half a workbook": ("export.xlsx", b"PK\x03\x04" + bytes(99), "no Excel workbook that can be"),
}


@pytest.mark.parametrize(("name", "content", "why"), UNUSABLE.values(), ids=UNUSABLE)
async def test_what_cannot_be_used_is_put_aside_with_the_reason(
    folder: Path, place: Place, name: str, content: bytes, why: str
) -> None:
    (folder / name).write_bytes(content)
    assert await take(folder, place) == 1
    assert files(folder) == {f"failed/{name}", f"failed/{name}.report.txt"}
    report = (folder / f"failed/{name}.report.txt").read_text(encoding="utf-8-sig")
    assert report.startswith(f"{name}: cannot be used; no event was sent.\n")
    assert why in report
    assert await place.values() == []


def test_a_file_is_finished_when_it_was_left_alone(folder: Path) -> None:
    watching = Watching(folder, 10.0)
    file = folder / "export.csv"
    file.write_text("a,b\n")
    assert watching.finished(0.0) == []
    assert watching.finished(9.0) == []
    with file.open("a") as writing:
        writing.write("1,2\n")
    assert watching.finished(11.0) == [], "it was written to"
    assert watching.finished(20.0) == []
    assert watching.finished(21.0) == [file]
    renamed = folder / ".other.csv"
    renamed.write_text("a,b\n")
    os.replace(renamed, file)
    assert watching.finished(22.0) == [], "another one is in its place"
    assert watching.finished(32.0) == [file]


@pytest.mark.parametrize(
    "name", [".export.csv", "~$export.xlsx", "export.csv.part", "notes.docx", "export.csv.tmp"]
)
def test_what_is_not_finished_or_no_table_is_not_looked_at(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    (folder / "a.csv").mkdir()
    watching = Watching(folder, 0.0)
    assert watching.finished(0.0) == []


def test_a_wrong_start_is_told_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    nowhere = hallwatch("watch-folder", tmp_path / "none", "--mapping", MAPPING)
    assert nowhere.returncode == 2
    assert nowhere.stderr.strip().endswith("none: no such folder")
    (folder / "export.csv").write_text("a,b\n1,2\n")
    unmapped = hallwatch("watch-folder", folder, "--mapping", CSV)
    assert unmapped.returncode == 2
    assert "not TOML" in unmapped.stderr
    assert files(folder) == {"export.csv"}


async def test_the_command_takes_what_is_there_once(folder: Path, place: Place) -> None:
    shutil.copy(CSV, folder / "export.csv")
    (folder / "other.csv").write_text("a,b\n1,2\n")
    told = {
        "broker": place.settings.broker,
        "topic_prefix": place.settings.topic_prefix,
        "partitions": place.settings.partitions,
    }
    finished = hallwatch("watch-folder", folder, "--mapping", MAPPING, "--once", **told)
    assert finished.returncode == 1, finished.stderr
    assert re.search(r"export.csv: \d+ rows: .* 0 refused$", finished.stderr, re.MULTILINE)
    assert "other.csv: cannot be used, see " in finished.stderr
    assert {"done/export.csv", "failed/other.csv"} <= files(folder)
    assert len(await place.values()) == 72
