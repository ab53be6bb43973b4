"""A trial message in words: somebody tries whether a section's people are reached.

Owns the sentences. Pure; called by `hallwatch sections test`. Invariant: it says that nothing
has to be done, and who should have got it, so that whoever reads it can tell who did not.
"""

from collections.abc import Sequence

from schemas.outcomes import AlertMessage
from sinks.names import Language
from sinks.notice import Notice, NoticeKind, in_markdown


def trial_notice(
    alert: AlertMessage, section: str, people: Sequence[str], language: Language
) -> Notice:
    """`alert`: an invented one, for receivers that are programs. `section` and `people` by their
    names."""
    if language is Language.CHINESE:
        title = f"【测试】{section}告警渠道测试"
        lines = ["这是一条测试消息，无需处理", f"应收到的人：{'、'.join(people)}"]
    else:
        title = f"[TEST] alert channels of {section}"
        lines = ["A trial message; nothing to do", f"Meant for: {', '.join(people)}"]
    return Notice(
        id=alert.id,
        kind=NoticeKind.TEST,
        title=title,
        text="\n".join(lines),
        markdown="\n".join(map(in_markdown, lines)),
        alerts=(alert,),
    )
