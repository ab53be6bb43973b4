"""A shadow in words: the list of them, and one beside what was.

Owns tables and the CSV; the figures are `sinks.shadow_compare`. Called by `cli_backfill`.
Invariant: figures of what was and of the shadow stand side by side, with the difference beside.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.client import Client

from sinks.names import Language, Phrase
from sinks.shadow_compare import Changed, Compared, compare, count_changed, read_changed
from sinks.shadows import Shadow
from sinks.spreadsheet import Column, Sheet, csv_of
from sinks.tables import TableSettings
from streams.audit.cells import aligned
from streams.core.rules import Rulebook
from streams.rules.load import load_rulebook
from streams.settings import Settings

_ZONE = ZoneInfo(TableSettings().time_zone)

#: Of a CSV; a spreadsheet holds no more rows either.
MOST_EXPORTED = 1_000_000

_LIST = (
    Phrase("影子", "SHADOW"),
    Phrase("起", "FROM"),
    Phrase("止", "TO"),
    Phrase("截至", "AS OF"),
    Phrase("事件数", "EVENTS"),
    Phrase("规则", "RULES"),
)
_COMPARED = (
    Phrase("承诺", "PROMISE"),
    Phrase("科室", "SECTION"),
    Phrase("实际兑现", "KEPT"),
    Phrase("实际未兑现", "BROKEN"),
    Phrase("实际兑现率", "SHARE"),
    Phrase("影子兑现", "SHADOW KEPT"),
    Phrase("影子未兑现", "SHADOW BROKEN"),
    Phrase("影子兑现率", "SHADOW SHARE"),
    Phrase("差", "DIFFERENCE"),
)
_CHANGED = (
    Phrase("承诺", "PROMISE"),
    Phrase("编号", "JOURNEY"),
    Phrase("科室", "SECTION"),
    Phrase("窗口", "COUNTER"),
    Phrase("开始", "STARTED"),
    Phrase("用时秒", "SECONDS"),
    Phrase("实际时限秒", "LIMIT S"),
    Phrase("影子时限秒", "SHADOW LIMIT S"),
    Phrase("实际", "WAS"),
    Phrase("影子", "SHADOW"),
)
_HALL = Phrase("全厅", "whole hall")
_NOTHING = Phrase("没有影子", "no shadows")
_SHOWN = Phrase(
    "判定会改变的共 {count} 项，列出 {shown} 项", "{count} verdicts would be others; {shown} shown"
)
_WRITTEN = Phrase("{file}：{count} 项", "{file}: {count} verdicts")


def show_shadows(settings: Settings, shadows: Sequence[Shadow]) -> None:
    language = Language(settings.language)
    if not shadows:
        print(_NOTHING.said(language))
        return
    rows = [
        (
            one.shadow,
            f"{_at(one.since):%Y-%m-%d}",
            f"{_at(one.until - 1):%Y-%m-%d}",
            f"{_at(one.as_of):%Y-%m-%d %H:%M}",
            str(one.events),
            one.rules,
        )
        for one in shadows
    ]
    print(aligned([[title.said(language) for title in _LIST], *rows]), end="")


def show_comparison(
    settings: Settings, client: Client, shadow: Shadow, most: int, csv: Path | None
) -> None:
    """The table, the first `most` journeys, and all of them in `csv`."""
    language = Language(settings.language)
    book = load_rulebook(settings.rules)
    found = compare(client, shadow)
    rows = [_compared_row(one, book, language) for one in with_the_hall(found)]
    print(aligned([[title.said(language) for title in _COMPARED], *rows]), end="")
    changed = [_changed_row(one, book, language) for one in read_changed(client, shadow, most)]
    count = count_changed(client, shadow)
    print()
    print(_SHOWN.said(language, count=count, shown=len(changed)))
    if changed:
        titles = [title.said(language) for title in _CHANGED]
        print(aligned([titles, *([_text(cell) for cell in row] for row in changed)]), end="")
    if csv is not None:
        written = _export(client, shadow, book, language, csv)
        print(_WRITTEN.said(language, file=csv, count=written))


def with_the_hall(found: Sequence[Compared]) -> Iterator[Compared]:
    """Each promise's sections, which follow each other, with the whole hall before them."""
    for promise, group in groupby(found, key=lambda one: one.promise):
        sections = list(group)
        yield Compared(
            promise,
            "",
            sum(one.live_kept for one in sections),
            sum(one.live_broken for one in sections),
            sum(one.shadow_kept for one in sections),
            sum(one.shadow_broken for one in sections),
        )
        yield from sections


def _export(client: Client, shadow: Shadow, book: Rulebook, language: Language, path: Path) -> int:
    rows = [
        _changed_row(one, book, language) for one in read_changed(client, shadow, MOST_EXPORTED)
    ]
    columns = tuple(
        Column(title.said(language), 16, "moment" if title is _CHANGED[4] else "text")
        for title in _CHANGED
    )
    path.write_bytes(csv_of(Sheet(shadow.shadow, columns, rows)))
    return len(rows)


def _compared_row(one: Compared, book: Rulebook, language: Language) -> tuple[str, ...]:
    live = _share(one.live_kept, one.live_broken)
    other = _share(one.shadow_kept, one.shadow_broken)
    difference = "" if live is None or other is None else f"{100 * (other - live):+.1f}"
    return (
        _promise(book, one.promise, language),
        _section(book, one.section, language) or _HALL.said(language),
        str(one.live_kept),
        str(one.live_broken),
        _percent(live),
        str(one.shadow_kept),
        str(one.shadow_broken),
        _percent(other),
        difference,
    )


def _changed_row(
    one: Changed, book: Rulebook, language: Language
) -> tuple[str | datetime | float | None, ...]:
    return (
        _promise(book, one.promise, language),
        one.journey,
        _section(book, one.section, language),
        one.counter,
        _at(one.started_at).replace(tzinfo=None),
        _seconds(one.duration_ms),
        _seconds(one.live_limit_ms),
        _seconds(one.shadow_limit_ms),
        one.live,
        one.shadow,
    )


def _promise(book: Rulebook, code: str, language: Language) -> str:
    for promise, rules in book.promises.items():
        if promise == code:
            return rules.title_zh if language is Language.CHINESE else rules.title_en
    return code


def _section(book: Rulebook, code: str, language: Language) -> str:
    section = book.sections.get(code)
    if section is None:
        return code
    return section.name_zh if language is Language.CHINESE else section.name_en


def _share(kept: int, broken: int) -> float | None:
    return kept / (kept + broken) if kept + broken else None


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, _ZONE)


def _text(cell: str | datetime | float | None) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case _:
            return str(cell)
