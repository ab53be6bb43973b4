"""What a message says, before it is a notice: a title and lines.

Owns the two forms they are put in. Pure; called by `bodies`. Invariant: whatever came from outside
is one line of text in both, and marks nothing up.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from schemas.outcomes import AlertMessage
from sinks.notice import Link, Notice, NoticeKind, in_markdown, one_line


class Line(Struct, frozen=True):
    words: str
    strong: bool = False  #: what is to be done


class Body(Struct, frozen=True):
    title: str
    lines: tuple[Line, ...]


def body(title: str, lines: Iterable[str | Line | None]) -> Body:
    """Without those there is nothing to say in."""
    told = [Line(line) if isinstance(line, str) else line for line in lines]
    return Body(_visible(title), tuple(line for line in told if line is not None and line.words))


def as_notice(
    id: str,
    kind: NoticeKind,
    body: Body,
    alerts: Sequence[AlertMessage],
    links: Sequence[Link],
) -> Notice:
    return Notice(
        id=id,
        kind=kind,
        title=body.title,
        text="\n".join(_visible(line.words) for line in body.lines),
        markdown="\n".join(map(_marked, body.lines)),
        alerts=tuple(alerts),
        links=tuple(links),
    )


def _marked(line: Line) -> str:
    words = in_markdown(_visible(line.words))
    return f"**{words}**" if line.strong else words


def _visible(words: str) -> str:
    """A line's end or an escape sequence in a code from outside is not ours to pass on."""
    return one_line("".join(each if each.isprintable() else " " for each in words))
