"""六、一次办成: cases by item, by who took them and by who decided them, and why not at once.

Pure. Called by `month`. Invariant: one person who asks again and again is never added to people
who do not ask for the same: one needs training, the others a common standard.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from msgspec import Struct

from dashboards.reports.document import Chapter, Column, Paragraph, Share, Table
from dashboards.reports.facts import Figures, VisitRow
from dashboards.reports.speech import Speech

#: Rows of a table: the rest is said in one.
MOST = 15


class Visits(Struct, frozen=True, kw_only=True):
    """Rows added up."""

    finished: int
    several: int
    provisional: int
    excused: int
    same: int
    between: int
    single: int
    unsaid: int

    @property
    def once(self) -> Share:
        return Share(self.finished - self.several, self.finished, self.provisional > 0)


def added(rows: Sequence[VisitRow]) -> Visits:
    return Visits(
        **{name: sum(getattr(row, name) for row in rows) for name in Visits.__struct_fields__}
    )


def visits(figures: Figures, speech: Speech) -> Chapter:
    say, rows = speech.say, figures.visits
    heading = say("六、一次办成分析", "6. Done in one visit")
    if not rows:
        nothing = say("本期没有办结的件。", "No case was finished.")
        return Chapter(heading, (Paragraph(nothing),))
    whole = added(rows)
    sentence = say(
        f"办结 {whole.finished} 件，一次办成 {speech.share(whole.once)}；"
        f"跑两次及以上 {whole.several} 件（其中已说明 {whole.excused} 件）。"
        f"原因：同一人多次要求 {whole.same} 件，"
        f"不同人员要求不一 {whole.between} 件，收件人补要一次 {whole.single} 件，"
        f"未记载 {whole.unsaid} 件。",
        f"{whole.finished} cases finished, in one visit {speech.share(whole.once)}; "
        f"{whole.several} needed more ({whole.excused} excused): {whole.same} because one "
        f"person asked again and again, {whole.between} because people asked for different "
        f"things, {whole.single} because whoever took it asked for more once, {whole.unsaid} for "
        "reasons nobody noted.",
    )
    if whole.provisional:
        sentence += say(
            f"其中 {whole.provisional} 件仍在观察期内，数字为暂定。",
            f" {whole.provisional} are within the look-back: provisional.",
        )
    return Chapter(
        heading,
        (
            Paragraph(sentence),
            _table(
                rows,
                say("按事项", "By item"),
                say("一次办成-事项", "One visit, items"),
                say("事项", "Item"),
                lambda row: (row.section, row.service),
                speech.item,
                speech,
            ),
            _table(
                rows,
                say("按收件人", "By receiver"),
                say("一次办成-收件人", "One visit, receivers"),
                say("收件人", "Receiver"),
                lambda row: (row.section, row.receiver),
                speech.person,
                speech,
            ),
            _table(
                rows,
                say("按审批人", "By approver"),
                say("一次办成-审批人", "One visit, approvers"),
                say("审批人", "Approver"),
                lambda row: (row.section, row.approver),
                speech.person,
                speech,
            ),
        ),
    )


def grouped(
    rows: Sequence[VisitRow], key: Callable[[VisitRow], tuple[str, str]]
) -> list[tuple[tuple[str, str], Visits]]:
    """The ones with the most cases of several visits first."""
    groups: dict[tuple[str, str], list[VisitRow]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    found = [(name, added(group)) for name, group in groups.items()]
    return sorted(found, key=lambda one: (-one[1].several, -one[1].finished, one[0]))


def _table(
    rows: Sequence[VisitRow],
    title: str,
    sheet: str,
    head: str,
    key: Callable[[VisitRow], tuple[str, str]],
    name_of: Callable[[str], str],
    speech: Speech,
) -> Table:
    say = speech.say
    groups = grouped(rows, key)
    nobody = say("（未记载）", "(not noted)")
    return Table(
        title=title,
        sheet=sheet,
        columns=(
            Column(say("科室", "Section"), 14),
            Column(head, 22),
            Column(say("一次办成率", "One visit"), 10),
            Column(say("多次", "Several")),
            Column(say("同一人多次要求", "One person, repeatedly"), 10),
            Column(say("不同人员要求不一", "People differ"), 10),
            Column(say("补要一次", "Asked once more")),
            Column(say("未记载", "Not noted")),
            Column(say("其中已说明", "Excused")),
        ),
        rows=tuple(
            (
                speech.section(section),
                name_of(code) if code else nobody,
                found.once,
                *(found.several, found.same, found.between, found.single, found.unsaid),
                found.excused,
            )
            for (section, code), found in groups[:MOST]
        ),
        note=say(
            f"按多次办理件数排列，列前 {MOST} 行，共 {len(groups)} 行。",
            f"The most with several visits first; {MOST} of {len(groups)} at most.",
        )
        if len(groups) > MOST
        else "",
    )
