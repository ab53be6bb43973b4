"""The log as a channel."""

import logging

import pytest

from sinks.channels import LogChannel
from sinks.notice import NoticeKind
from tests.sinks.samples import notice


async def test_the_log_gets_one_clear_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await LogChannel().send(notice(text="户籍科\n\n 12号窗口\r请处理"))
    await LogChannel().send(notice(kind=NoticeKind.CLOSED, title="解除", text=""))
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", "【超时】复杂事项预约等候已超 30秒 | 户籍科 | 12号窗口 | 请处理"),
        ("INFO", "解除"),
    ]


async def test_a_link_that_is_a_key_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await LogChannel().send(notice())
    assert "超时" in caplog.text
    assert "open-sesame" not in caplog.text
