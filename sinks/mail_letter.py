"""A notice as an e-mail: plain text, and the same in HTML for who prefers it.

Owns headers and bodies. Sending is `sinks.channel_mail`. Pure. Invariant: the letter of a
notice has the same Message-ID at every attempt, so that a mailbox that got it twice can tell.
"""

import hashlib
import html
import re
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, parseaddr

from sinks.notice import Notice, in_full, one_line

_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def letter(notice: Notice, sender: str, to: Iterable[str]) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = one_line(notice.title)
    mail["From"] = _named(sender)
    mail["To"] = tuple(map(_named, to))
    mail["Date"] = localtime()
    mail["Message-ID"] = message_id(notice.id, sender)
    # RFC 3834: keeps out-of-office answers away.
    mail["Auto-Submitted"] = "auto-generated"
    # Base64, since not every server on the way takes eight bits.
    mail.set_content(in_full(notice), cte="base64")
    mail.add_alternative(in_html(notice), subtype="html", cte="base64")
    return mail


def message_id(id_: str, sender: str) -> str:
    """Hashed: an id may hold what no Message-ID may, and be longer than a line."""
    digest = hashlib.sha256(id_.encode()).hexdigest()[:40]
    return f"<{digest}@{address_of(sender).rpartition('@')[2]}>"


def address_of(named: str) -> str:
    return parseaddr(named)[1]


def _named(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(name, addr_spec=address)


def in_html(notice: Notice) -> str:
    links = [
        f'<a href="{html.escape(link.url)}">{html.escape(one_line(link.title))}</a>'
        for link in notice.links
    ]
    lines = [f"<b>{html.escape(one_line(notice.title))}</b>", *_lines(notice.markdown), *links]
    return f"<html><body><p>{'<br>'.join(lines)}</p></body></html>\n"


def _lines(markdown: str) -> list[str]:
    return [
        _BOLD.sub(r"<b>\1</b>", _LINK.sub(r'<a href="\2">\1</a>', html.escape(line)))
        for line in markdown.splitlines()
    ]
