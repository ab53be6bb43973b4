"""A file that was taken is put into `done` or `failed`, with its report beside it.

Owns the names and the report's words, in Chinese or English; why a row was refused the mapping
says, in English. Called by the command. Invariants: the report stands before the file is moved, so
that no file is put away without one; no cell of a row is in a report, and nothing is overwritten
but what an earlier try at the same file left.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct

from streams.drop_folder.reading import Read

DONE, FAILED = "done", "failed"

Language = Literal["zh", "en"]

REPORT = ".report.txt"
REFUSED = ".refused.csv"


class PutAway(Struct, frozen=True):
    """Where a file and what belongs to it went."""

    file: Path
    report: Path


def refused_beside(path: Path) -> Path:
    """Where its refused rows are written while it is read."""
    return path.with_name(f".{path.name}{REFUSED}.part")


def put_away(path: Path, read: Read, language: Language) -> PutAway:
    """To `done` if no row was refused, else to `failed`; its good rows were sent either way."""
    place = _place(path, FAILED if read.summary.refused else DONE)
    refused = place.with_name(place.name + REFUSED)
    if read.summary.refused:
        refused_beside(path).replace(refused)
    return _moved(path, place, _of_rows(place.name, read, refused.name, language))


def put_aside(path: Path, why: str, language: Language) -> PutAway:
    """To `failed`, for it could not be used at all."""
    place = _place(path, FAILED)
    head = {
        "zh": f"{path.name}：无法使用，没有发出任何事件。",
        "en": f"{path.name}: cannot be used; no event was sent.",
    }
    return _moved(path, place, [head[language], "", why])


def _place(path: Path, folder: str) -> Path:
    """A name nothing has yet. Reports that stand alone are of a try that was cut off."""
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    stem, dot, ending = path.name.partition(".")
    names = (f"{stem}{f'-{n}' if n > 1 else ''}{dot}{ending}" for n in range(1, 1_000_000))
    return next(target / name for name in names if not (target / name).exists())


def _moved(path: Path, place: Path, lines: list[str]) -> PutAway:
    report = place.with_name(place.name + REPORT)
    part = report.with_name(f".{report.name}.part")
    # With the mark that tells Windows' editor it is UTF-8.
    part.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    part.replace(report)
    path.replace(place)
    with suppress(FileNotFoundError):
        refused_beside(path).unlink()
    return PutAway(place, report)


def _of_rows(name: str, read: Read, refused: str, language: Language) -> list[str]:
    return list((_chinese if language == "zh" else _english)(name, read, refused))


def _chinese(name: str, read: Read, refused: str) -> Iterator[str]:
    summary = read.summary
    yield (
        f"{name}：共 {summary.rows} 行，导入 {summary.imported} 行，"
        f"按映射略过 {summary.dropped.total()} 行，退回 {summary.refused} 行；"
        f"发出事件 {len(read.events)} 条。"
    )
    for reason, count in sorted(summary.dropped.items()):
        yield f"  略过 {count} 行：{reason}"
    if not summary.refused:
        return
    yield f"退回的行原样保存在 {refused}；改正后放回文件夹即可，已导入的行不会重复计算。"
    yield ""
    for row in read.refused:
        column = f"，“{row.column}”列" if row.column else ""
        yield f"第 {row.line} 行{column}：{row.reason}"
    if summary.refused > len(read.refused):
        yield f"……其余 {summary.refused - len(read.refused)} 行见 {refused}。"


def _english(name: str, read: Read, refused: str) -> Iterator[str]:
    summary = read.summary
    yield (
        f"{name}: {summary.rows} rows: {summary.imported} imported,"
        f" {summary.dropped.total()} dropped by the mapping, {summary.refused} refused;"
        f" {len(read.events)} events sent."
    )
    for reason, count in sorted(summary.dropped.items()):
        yield f"  {count} dropped: {reason}"
    if not summary.refused:
        return
    yield f"The refused rows are in {refused} as they were. Mend them and drop that file: what"
    yield "was imported already does not count twice."
    yield ""
    for row in read.refused:
        column = f", column {row.column}" if row.column else ""
        yield f"row {row.line}{column}: {row.reason}"
    if summary.refused > len(read.refused):
        yield f"... and {summary.refused - len(read.refused)} more, see {refused}"
