"""What a channel delivers: one notice, in the forms the channels know.

Owns the shape of a notice and what may stand in its markdown. Does not choose words
(whoever writes the bodies) nor places them (each channel does). Read by every channel.
Invariant: `title` is said once: neither `text` nor `markdown` repeats it.
"""

from enum import StrEnum
from urllib.parse import quote

from msgspec import Struct

from schemas.outcomes import AlertMessage


class NoticeKind(StrEnum):
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    CLOSED = "closed"
    RETRACTED = "retracted"
    DIGEST = "digest"  #: the day in figures; no alert of its own
    TEST = "test"  #: somebody tries whether he is reached


#: Nothing to be done about these.
GOOD_NEWS = frozenset({NoticeKind.CLOSED, NoticeKind.RETRACTED})


class Link(Struct, frozen=True):
    """Somewhere to go. A signed link is a key: it stands here and in no text, since the
    log gets the texts and leaves the links out."""

    title: str
    url: str


class Notice(Struct, frozen=True, kw_only=True):
    """`markdown` is the subset every robot shows: **bold**, [links](https://…), and a line's
    end that ends a line. Strings of others go through `in_markdown` first."""

    id: str  #: the same for every attempt; a receiver may know a repetition by it
    kind: NoticeKind
    title: str  #: one line
    text: str  #: plain; as many lines as it takes
    markdown: str
    alerts: tuple[AlertMessage, ...] = ()  #: none for a digest; an invented one for a test
    links: tuple[Link, ...] = ()


#: Full-width twins: no robot documents an escape that the two others take as well.
_HARMLESS = str.maketrans("*[]<>`_~#\\", "＊［］＜＞｀＿～＃＼")


def in_markdown(text: str) -> str:
    """`text` as one line that says the same and means nothing more: a code from outside
    must not become a link, nor call somebody by name."""
    return one_line(text).translate(_HARMLESS)


def one_line(text: str) -> str:
    return " ".join(text.split())


def link_in_markdown(link: Link) -> str:
    """The address is percent-encoded where it would end the link."""
    return f"[{in_markdown(link.title)}]({quote(link.url, safe=_URL_SAFE)})"


_URL_SAFE = "".join(map(chr, range(0x21, 0x7F))).translate(str.maketrans("", "", "()<>\"'`\\"))


def in_full(notice: Notice) -> str:
    """Title, text and links, plain: for who shows nothing but text."""
    links = [f"{one_line(link.title)}: {link.url}" for link in notice.links]
    return "\n".join(part for part in (one_line(notice.title), notice.text, *links) if part)
