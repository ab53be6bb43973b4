"""A notice's texts: harmless in markdown, whole in plain, and made to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.fitting import bold_title, cut, markdown_within, title_within
from sinks.notice import Link, in_full, in_markdown, link_in_markdown
from tests.sinks.samples import notice

LINK = Link("处理", "https://hall.test/act")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("户籍科 12号窗口", "户籍科 12号窗口"),
        ("[here](https://evil.test)", "［here］(https://evil.test)"),
        ("<@all> **now**", "＜@all＞ ＊＊now＊＊"),
        ("two\nlines\r\n", "two lines"),
        ("a_b `c` ~d~ # e \\", "a＿b ｀c｀ ～d～ ＃ e ＼"),
    ],
)
def test_what_others_wrote_means_nothing_in_markdown(text: str, shown: str) -> None:
    assert in_markdown(text) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hall.test/act?a=1&sig=x%2Fy", "https://hall.test/act?a=1&sig=x%2Fy"),
        ("https://hall.test/(1)", "https://hall.test/%281%29"),
        ("https://hall.test/号 1", "https://hall.test/%E5%8F%B7%201"),
    ],
)
def test_an_address_does_not_end_its_link(url: str, shown: str) -> None:
    assert link_in_markdown(Link("处理[1]", url)) == f"[处理［1］]({shown})"


def test_in_full_is_title_text_and_links() -> None:
    assert in_full(notice(title="超时 \n", text="一\n二", links=(LINK,))) == (
        "超时\n一\n二\n处理: https://hall.test/act"
    )


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("一\n二\n三", 100, "一\n二\n三"),
        ("一\n二\n三", 11, "一\n二\n三"),
        ("一\n二\n三", 10, "一\n…"),
        ("一二三四五", 13, "一二三\n…"),
        ("一二三四五", 12, "一二\n…"),
        ("see **that** and **th", 20, "see **that** and\n…"),
        ("see [that](https://x)", 20, "see\n…"),
        ("一二三", 1, "\n…"),
    ],
)
def test_a_text_is_cut_at_a_line_or_a_whole_mark(text: str, most: int, left: str) -> None:
    assert [line.strip() for line in cut(text, most).splitlines()] == left.splitlines()


TEXTS = st.text(alphabet="一二a*[]()\n\U0001f6a8", max_size=80)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3), st.integers(60, 400))
def test_whatever_it_holds_it_fits(title: str, body: str, links: list[str], most: int) -> None:
    made = markdown_within(
        most,
        head=bold_title(title * 20)[:40],
        body=body * 5,
        links=tuple(Link(each, "https://hall.test/act") for each in links),
    )
    assert len(made.encode()) <= most


def test_links_are_kept_when_the_body_is_not() -> None:
    made = markdown_within(90, head="**超时**", body="很长\n" * 40, links=(LINK,))
    assert made.splitlines()[0] == "**超时**"
    assert made.splitlines()[-2:] == ["…", "[处理](https://hall.test/act)"]


def test_a_title_is_one_line_of_bounded_length() -> None:
    assert title_within("超\n时") == "超 时"
    assert len(title_within("超" * 1_000).encode()) <= 600
    assert title_within("超" * 1_000).endswith("超 …")
