"""The case list of an audit: every suspicious case with how sure it is, and the items.

Owns which findings are listed and their columns, as text, CSV and JSON. Pure; called by
`hallwatch audit`. Invariant: a case with its trace is on the list only for its item's sign.
"""

import csv
import io
from collections.abc import Mapping, Sequence

import msgspec

from streams.audit.cells import aligned
from streams.audit.day import DayFindings, signs_of
from streams.audit.items import ItemFinding
from streams.audit.rules import AuditRules
from streams.audit.words import Language, name_of

#: Key, then its title in both languages.
_COLUMNS = {
    "day": ("日期", "day"),
    "case": ("办件编号", "case"),
    "item": ("事项", "item"),
    "section": ("科室", "section"),
    "department": ("部门", "department"),
    "channel": ("渠道", "channel"),
    "accepted": ("受理时间", "accepted"),
    "signs": ("迹象", "signs"),
    "trace": ("现场痕迹", "trace"),
    "confidence": ("把握", "confidence"),
    "because": ("依据", "because"),
    "visit": ("相关取号", "visit"),
}

_ORDER = ("certain", "likely", "possible")


def listed(
    found: DayFindings, rules: AuditRules, sections: Mapping[str, str], language: Language
) -> list[dict[str, str]]:
    """The surest first; the values are words, in `language`."""
    rows = []
    for trace in found.traces:
        signs = signs_of(found, trace)
        if trace.trace:
            del signs["no-trace"]
        if not signs:
            continue
        surest = min(signs.values(), key=_ORDER.index)
        case = trace.case
        item = rules.items.get(case.item)
        row = {
            "day": found.day.isoformat(),
            "case": case.case,
            "item": item.name_zh if item and language == "zh" else case.item,
            "section": sections.get(case.section, case.section),
            "department": case.department,
            "channel": name_of(case.channel, language),
            "accepted": f"{case.accepted_at.astimezone(rules.zone):%H:%M:%S}",
            "signs": _join([name_of(sign, language) for sign in signs], language),
            "trace": _yes(trace.trace, language),
            "confidence": name_of(surest, language),
            "because": name_of(trace.circumstance, language),
            "visit": trace.visit,
        }
        rows.append((_ORDER.index(surest), case.section, case.accepted_at, row))
    return [row for *_, row in sorted(rows, key=lambda one: one[:3])]


def item_sentence(found: ItemFinding, rules: AuditRules, language: Language) -> str:
    """One item's sign with the counts it was made from."""
    item = rules.items.get(found.item)
    name = f"{item.name_zh}（{found.item}）" if item and language == "zh" else found.item
    sign, sure = name_of(found.sign, language), name_of(found.confidence, language)
    before_all = found.counter_before + found.department_before
    if found.sign == "no-counter-volume":
        days = rules.volume.days
        if language == "zh":
            return (
                f"{name}：{sign}，近{days}日窗口{found.counter}件、"
                f"科室直收{found.department}件（{sure}）"
            )
        return (
            f"{name}: {sign}: {found.counter} at the counter, {found.department} by the"
            f" department in {days} days ({sure})"
        )
    share = found.department / (found.counter + found.department)
    before = found.department_before / before_all
    if language == "zh":
        return (
            f"{name}：{sign}，近{rules.share.days}日 {share:.0%}（{found.department}件），"
            f"此前{rules.share.days_before}日 {before:.0%}（{found.department_before}件），"
            f"z={found.z:.1f}（{sure}）"
        )
    return (
        f"{name}: {sign}: {share:.0%} in {rules.share.days} days, {before:.0%} before,"
        f" z={found.z:.1f} ({sure})"
    )


def as_table(rows: Sequence[Mapping[str, str]], language: Language) -> str:
    titles = _titles(language)
    return aligned([list(titles.values()), *([row[key] for key in titles] for row in rows)])


def as_csv(rows: Sequence[Mapping[str, str]], language: Language) -> str:
    text = io.StringIO()
    titles = _titles(language)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles.values())
    writer.writerows([row[key] for key in titles] for row in rows)
    return text.getvalue()


def as_json(rows: Sequence[Mapping[str, str]]) -> str:
    """One object a line, its keys in English."""
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)


def _titles(language: Language) -> dict[str, str]:
    return {key: names[language == "en"] for key, names in _COLUMNS.items()}


def _yes(trace: bool, language: Language) -> str:
    return {"zh": ("无", "有"), "en": ("no", "yes")}[language][trace]


def _join(names: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)
