"""Mail against a real server: plain, STARTTLS, TLS, refusals for now and for good."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from sinks.channel_mail import Mail, MailSettings, Tls
from sinks.channels import UndeliverableError
from sinks.courier import Attempt, Passing, Refused, Taken
from sinks.mail_letter import message_id
from tests.sinks.courier_parts import SleptTime
from tests.sinks.receivers import MailReceiver
from tests.sinks.receivers.mail import PASSWORD, USER
from tests.sinks.samples import notice

CHIEF, DESK = "chief@hall.test", "desk@hall.test"
Serve = Callable[..., AbstractAsyncContextManager[MailReceiver]]


@asynccontextmanager
async def serving(*answers: str, **given: Any) -> AsyncIterator[MailReceiver]:
    receiver = await MailReceiver(*answers, **given).start()
    try:
        yield receiver
    finally:
        await receiver.stop()


def mail_to(receiver: MailReceiver, **given: Any) -> Mail:
    settings = {
        "host": "127.0.0.1",
        "port": receiver.port,
        "sender": "大厅预警 <alert@hall.test>",
        "to": (f"户籍科科长 <{CHIEF}>", DESK),
        "tls": Tls.NONE,
        **given,
    }
    return Mail(MailSettings(**settings))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    authority = trustme.CA()
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, str(path)


def server_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_a_notice_is_a_letter_in_text_and_html() -> None:
    async with serving() as receiver:
        assert await mail_to(receiver).attempt(notice()) == Taken()
    (letter,) = receiver.letters
    assert (letter.sender, letter.to) == ("alert@hall.test", [CHIEF, DESK])
    assert letter.mail["Subject"] == "【超时】复杂事项预约等候已超 30秒"
    assert letter.mail["From"] == "大厅预警 <alert@hall.test>"
    assert letter.mail["To"] == f"户籍科科长 <{CHIEF}>, {DESK}"
    assert letter.mail["Message-ID"] == message_id("a/1/breached", "alert@hall.test")
    assert letter.mail["Auto-Submitted"] == "auto-generated"
    assert letter.mail["Date"].datetime is not None
    assert letter.part("plain").splitlines() == [
        "【超时】复杂事项预约等候已超 30秒",
        "户籍科 12号窗口",
        "请尽快叫号",
        "我知道了: https://hall.test/act?sig=open-sesame",
    ]
    assert letter.part("html").strip() == (
        "<html><body><p><b>【超时】复杂事项预约等候已超 30秒</b>"
        "<br><b>户籍科</b> 12号窗口<br>请尽快叫号"
        '<br><a href="https://hall.test/act?sig=open-sesame">我知道了</a></p></body></html>'
    )


async def test_what_others_wrote_is_neither_header_nor_html() -> None:
    async with serving() as receiver:
        nasty = notice(
            "承诺/1\r\nBcc: x@evil.test",
            title="超时\r\nBcc: x@evil.test",
            markdown="<script>1</script> [x](javascript:alert(1)) [我](https://a.test/?b&c)",
            links=(),
        )
        assert await mail_to(receiver).attempt(nasty) == Taken()
    (letter,) = receiver.letters
    assert letter.mail["Bcc"] is None
    assert letter.mail["Subject"] == "超时 Bcc: x@evil.test"
    html = letter.part("html")
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert '<a href="https://a.test/?b&amp;c">我</a>' in html


async def test_a_notice_has_one_message_id_and_another_has_another() -> None:
    assert message_id("a", "x <a@hall.test>") == message_id("a", "b@hall.test")
    assert message_id("a", "a@hall.test") != message_id("b", "a@hall.test")
    assert message_id("承诺 1\r\n" * 99, "a@hall.test").isascii()


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
async def test_the_connection_is_closed_to_others_and_the_password_goes_inside(
    tls: Tls, authority: tuple[trustme.CA, str]
) -> None:
    issuer, ca_file = authority
    context = server_side(issuer)
    side = {"starttls": context} if tls is Tls.STARTTLS else {"tls": context}
    async with serving(asks_password=True, **side) as receiver:
        ours = {"tls": tls, "ca_file": ca_file, "user": USER, "password": PASSWORD}
        assert await mail_to(receiver, **ours).attempt(notice()) == Taken()
        assert len(receiver.letters) == 1
        wrong = await mail_to(receiver, **{**ours, "password": "other"}).attempt(notice())
        assert wrong == Refused("refused with SMTP 535 (user or password)")
        stranger = await mail_to(receiver, **{**ours, "ca_file": ""}).attempt(notice())
        assert isinstance(stranger, Passing), "a certificate may be renewed"
        assert stranger.problem.startswith("unreachable (")
        assert len(receiver.letters) == 1


async def test_where_starttls_is_demanded_nothing_goes_in_the_open() -> None:
    async with serving() as receiver:
        end = await mail_to(receiver, tls=Tls.STARTTLS).attempt(notice())
        assert end == Refused("refused: the server offers no STARTTLS, or no way to authenticate")
        assert receiver.letters == []


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("451 try later", Passing("SMTP 451")),
        ("421 closing", Passing("SMTP 421")),
        ("452 mailbox full", Passing("SMTP 452")),
        ("554 spam", Refused("refused with SMTP 554 (content)")),
        ("552 too big", Refused("refused with SMTP 552 (content)")),
    ],
)
async def test_a_code_says_whether_to_try_again(answer: str, end: Attempt) -> None:
    async with serving(answer) as receiver:
        assert await mail_to(receiver).attempt(notice()) == end


async def test_who_was_reached_is_not_sent_it_again_for_anothers_sake() -> None:
    async with serving() as receiver:
        receiver.refuses[DESK] = ["451 greylisted", "451 greylisted"]
        mail, time = mail_to(receiver), SleptTime()
        await time.courier(mail).send(notice())
        assert [letter.to for letter in receiver.letters] == [[CHIEF], [DESK]]
        assert await mail.attempt(notice("next")) == Taken()
        assert receiver.letters[-1].to == [CHIEF, DESK], "the next goes to all again"


async def test_who_is_refused_for_good_is_heard_of_at_the_end() -> None:
    async with serving() as receiver:
        receiver.refuses[CHIEF] = ["550 no such user"]
        receiver.refuses[DESK] = ["450 busy"]
        with pytest.raises(UndeliverableError, match="1 of 2 recipients refused with SMTP 550"):
            await SleptTime().courier(mail_to(receiver)).send(notice())
        assert [letter.to for letter in receiver.letters] == [[DESK]]


async def test_nobody_there_is_a_refusal() -> None:
    async with serving() as receiver:
        receiver.refuses = {CHIEF: ["550 no"], DESK: ["551 no"]}
        end = await mail_to(receiver).attempt(notice())
        assert end == Refused("2 of 2 recipients refused with SMTP 550, 551")


async def test_a_server_that_says_nothing_is_left_in_time() -> None:
    async with serving() as receiver:
        receiver.hangs = True
        end = await mail_to(receiver, timeout=timedelta(milliseconds=300)).attempt(notice())
        assert end == Passing("no answer in time")


async def test_a_server_that_comes_back_gets_it_and_no_secret_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = await MailReceiver().start()
    await receiver.stop()
    mail = mail_to(receiver, user=USER, password=PASSWORD)

    async def come_back_at_the_second(pauses: int) -> None:
        if pauses == 2:
            await receiver.start()

    courier = SleptTime(come_back_at_the_second).courier(mail)
    await courier.send(notice())
    receiver.answers.append(f"554 you said {PASSWORD}")
    with pytest.raises(UndeliverableError) as caught:
        await courier.send(notice("next"))
    await receiver.stop()
    assert len(receiver.letters) == 1
    said = f"{caught.value} {caplog.text} {courier.name} {mail._settings!r} {mail!r}"
    assert "unreachable" in said
    assert "127.0.0.1" in said
    assert "hunter2" not in said
