"""One alert message as one notice.

Owns how a line of words becomes title, text and markdown. Called by the wiring for every
message of the alerts topic. Pure. Invariant: the notice's id is the message's.
"""

from schemas.outcomes import AlertMessage
from sinks.notice import Notice, NoticeKind, in_markdown

_TYPE = "hall.alert."
_BARS = ("｜", " | ")


def alert_notice(message: AlertMessage, words: str) -> Notice:
    """`words`: as `sinks.alert_text` puts it, what happened first, parts set off by bars."""
    bar = next((bar for bar in _BARS if bar in words), _BARS[0])
    title, *parts = words.split(bar)
    return Notice(
        id=message.id,
        kind=NoticeKind(message.type.removeprefix(_TYPE)),
        title=title,
        text="\n".join(parts),
        markdown="\n".join(map(in_markdown, parts)),
        alerts=(message,),
    )
