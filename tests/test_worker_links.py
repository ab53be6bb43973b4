"""The links under a message: which, for whom, and none without a key or an address."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from schemas.acting import ActKind
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from sinks.names import Language
from streams.acts.links import (
    DetailsToken,
    ListToken,
    Token,
    read_details_token,
    read_list_token,
    read_token,
)
from streams.acts.offers import Reader
from streams.core.rules import Rulebook
from streams.settings import Settings, SettingsError, read_settings
from streams.worker_links import MessageLinks
from tests.acts.parts import GROUP, NOW, STAFFED, WAIT, breach
from tests.core.hall import BOOK

KEY = "0123456789abcdef" * 4
CHIEF = Reader(by="chief-1")
ADDRESS = "https://hall.example.org/watch/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    return Settings(public_url=ADDRESS, link_key_file=tmp_path / "key")


def linked(
    settings: Settings, row: AlertRow, reader: Reader = CHIEF, book: Rulebook = STAFFED
) -> dict[str, str]:
    links = MessageLinks(settings, book, Language.CHINESE, lambda: NOW)
    return {link.title: link.url for link in links.of_alert(row, reader)}


def listed(settings: Settings, reader: Reader = CHIEF, book: Rulebook = STAFFED) -> dict[str, str]:
    links = MessageLinks(settings, book, Language.CHINESE, lambda: NOW)
    return {link.title: link.url for link in links.of_list(["sec-03", "sec-04"], reader)}


def test_a_breach_is_explained_acknowledged_and_excused(settings: Settings) -> None:
    links = linked(settings, breach())
    assert list(links) == ["查看详情", "我已知悉", "申请免责", "暂停通知"]
    plain, _, proof = links["查看详情"].partition("?proof=")
    assert plain == f"{ADDRESS}explain/{WAIT.replace('/', '%2F')}"
    shown = read_details_token(KEY.encode(), proof, NOW)
    assert isinstance(shown, DetailsToken), "it opens once the wall asks who its reader is"
    assert shown.alert == WAIT
    token = links["申请免责"].removeprefix(f"{ADDRESS}act/")
    week = int(NOW) + 7 * 86_400
    expected = Token(ActKind.EXCUSE, WAIT, "chief-1", week, "sec-03", 3)
    assert read_token(KEY.encode(), token, NOW) == expected


WARNING = replace(breach(state=AlertState.WARNED), breached_at=None)
ACKNOWLEDGED = breach(acknowledged_at=NOW, acknowledged_by="chief-1")
OVER = breach(state=AlertState.CLOSED, closed_as=ClosedAs.MET_LATE, closed_at=NOW)


@pytest.mark.parametrize(
    ("row", "titles"),
    [
        (WARNING, ["查看详情", "我已知悉", "暂停通知"]),
        (OVER, ["查看详情", "申请免责"]),
        (replace(OVER, closed_as=ClosedAs.RETRACTED), ["查看详情"]),
        (
            breach(acknowledged_at=NOW, acknowledged_by="chief-1"),
            ["查看详情", "申请免责", "暂停通知"],
        ),
        (breach(promise="source-silent"), ["查看详情"]),
    ],
)
def test_what_is_left_to_do_is_what_can_be_pressed(
    settings: Settings, row: AlertRow, titles: list[str]
) -> None:
    assert list(linked(settings, row)) == titles


def test_nobody_in_particular_can_do_nothing_unless_nobody_is_listed(settings: Settings) -> None:
    assert list(linked(settings, breach(), Reader())) == ["查看详情"]
    assert listed(settings, Reader()) == {}
    unstaffed = linked(settings, breach(), Reader(), BOOK)
    token = read_token(KEY.encode(), unstaffed["我已知悉"].rpartition("/")[2], NOW)
    assert isinstance(token, Token)
    assert token.by == "anyone"
    assert list(listed(settings, Reader(), BOOK)) == ["逐项处理"]


def test_those_who_share_a_channel_get_links_in_nobodys_name(settings: Settings) -> None:
    links = linked(settings, breach(), Reader(channel=GROUP))
    token = read_token(KEY.encode(), links["我已知悉"].rpartition("/")[2], NOW)
    assert isinstance(token, Token)
    assert (token.by, token.channel) == ("", GROUP)


def test_several_alerts_have_one_link_to_what_still_stands_in_their_sections(
    settings: Settings,
) -> None:
    (url,) = listed(settings).values()
    token = read_list_token(KEY.encode(), url.removeprefix(f"{ADDRESS}act/list/"), NOW)
    assert token == ListToken(("sec-03", "sec-04"), "chief-1", int(NOW) + 7 * 86_400)


def test_without_a_key_nothing_acts_and_without_an_address_nothing_links(
    settings: Settings,
) -> None:
    assert list(linked(replace(settings, link_key_file=None), breach())) == ["查看详情"]
    assert linked(replace(settings, public_url=""), breach()) == {}
    assert listed(replace(settings, link_key_file=None)) == {}
    assert listed(replace(settings, public_url="")) == {}


def test_a_key_that_does_not_do_is_told_and_never_shown(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("hunter2", encoding="utf-8")
    for path, why in ((short, "fewer than 32"), (tmp_path / "none", "cannot be read")):
        settings = Settings(public_url=ADDRESS, link_key_file=path)
        with pytest.raises(SettingsError, match=f"LINK_KEY_FILE=.*{why}") as refused:
            MessageLinks(settings, BOOK, Language.CHINESE)
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "given", ["hall.example.org", "ftp://hall", "https://", "https://h/?a=1", "https://u:p@h/"]
)
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        read_settings({"HALLWATCH_PUBLIC_URL": given})
