"""Making a notice fit: every robot refuses, whole, what is longer than it takes.

Owns what is left out when it is too long: the body first, at a line's end; the title and
what somebody can press last, since he must act on what he cannot read there. Pure. Called
by the channels of robots. Invariant: nothing that comes out is longer than asked, and no
mark or link is torn in two.
"""

from collections.abc import Callable

from sinks.notice import Link, in_markdown, link_in_markdown, one_line

_MORE = "\n…"
_TITLE_BYTES = 600


def title_within(title: str, most: int = _TITLE_BYTES) -> str:
    return one_line(cut(one_line(title), most))


def bold_title(title: str) -> str:
    return f"**{in_markdown(title_within(title))}**"


def markdown_within(
    most: int, *, head: str, body: str, links: tuple[Link, ...] = (), line_end: str = "\n"
) -> str:
    """Head, body and as many of the links as half the room holds, in at most `most` bytes."""
    foot: list[str] = []
    for link in map(link_in_markdown, links):
        if _size(line_end.join([*foot, link])) > most // 2:
            break
        foot.append(link)
    room = most - _size(line_end + line_end.join(foot)) if foot else most
    lines = [head, *body.splitlines()] if head else body.splitlines()
    return line_end.join([cut(line_end.join(lines), room), *foot])


def body_within(most: int, encode: Callable[[int], bytes]) -> bytes:
    """The longest body of at most `most` bytes, where `encode` makes one whose text is
    within what it is given: what stands around the text, and the escapes in it, are known
    only when it is encoded."""
    room = most
    while len(body := encode(room)) > most and room:
        room = room * most // (len(body) + 1)
    return body


def cut(text: str, most: int) -> str:
    """At most `most` bytes of UTF-8: whole lines if it has any, no half of a mark or link."""
    if _size(text) <= most:
        return text
    kept = text.encode()[: max(0, most - _size(_MORE))].decode(errors="ignore")
    lines = kept.rpartition("\n")[0].rstrip()
    return (lines or _whole_marks(kept)) + _MORE


def _whole_marks(line: str) -> str:
    if line.count("**") % 2:
        line = line[: line.rindex("**")]
    if line.rfind("[") > line.rfind(")"):
        line = line[: line.rindex("[")]
    return line.rstrip("*")


def _size(text: str) -> int:
    return len(text.encode())
