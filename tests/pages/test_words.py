"""Every command, setting and target that a page names exists, every setting is explained, and
the READMEs say the same in both languages."""

import re
import shlex
from collections.abc import Iterator

import pytest

from schemas.topics import ALL
from streams.cli import _parser
from streams.settings import PREFIX, Settings, unknown_variables
from tests.pages.blocks import page, shown
from tests.test_rooms import HEADING, LINK, ROOT, tracked_names

PAGES = [name for name in tracked_names(".md") if name != "CHANGELOG.md"]

_COMMAND = re.compile(r"(?:^|&&|;|\s{2,})\s*(?:\S+=\S* )*(?:\.venv/bin/)?hallwatch (.*?)(?=&&|;|$)")


def commands(text: str) -> Iterator[list[str]]:
    """Arguments of each `hallwatch …` in the shell blocks of a page."""
    for block in shown(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"\s{3,}(?=hallwatch )", re.sub(r"\s+# .*$", "", line)):
                for found in _COMMAND.finditer(part):
                    yield shlex.split(re.sub(r"\s(?:>|\||<).*$", "", found[1]))


def test_commands_are_found_wherever_they_stand() -> None:
    text = """```sh
hallwatch check && hallwatch worker              # as many as you like
.venv/bin/hallwatch query "SELECT 1; SELECT 2"
hallwatch alerts --open                  hallwatch trace TICKET     # the whole journey
HALLWATCH_RULES=x hallwatch dashboards write --into grafana
hallwatch import --mapping m.toml \\
    x.csv -o events.ndjson
```
"""
    assert [found[0] for found in commands(text.replace("; SELECT 2", ""))] == [
        "check", "worker", "query", "alerts", "trace", "dashboards", "import",
    ]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_every_command_is_one_the_program_knows(name: str) -> None:
    for arguments in commands(page(name)):
        try:
            _parser().parse_args(arguments)
        except SystemExit:
            pytest.fail(f"{name}: hallwatch {shlex.join(arguments)}")


def test_enough_commands_are_looked_at() -> None:
    assert sum(1 for name in PAGES for _ in commands(page(name))) > 40


def test_every_setting_a_page_names_exists() -> None:
    of_compose = set(re.findall(rf"\$\{{({PREFIX}[A-Z_]+)", page("docker-compose.yml")))
    assert len(of_compose) > 5
    for name in PAGES:
        named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]\b", page(name))) - of_compose
        unknown = unknown_variables(dict.fromkeys(named, ""))
        assert unknown == [], name


def explained(text: str) -> set[str]:
    """Names in the first cells of the table of settings."""
    rows = re.findall(r"^\| (`[A-Z_]+`(?:,? (?:or )?`[A-Z_]+`)*) \|", text, re.MULTILINE)
    return {name for cell in rows for name in re.findall(r"`([A-Z_]+)`", cell)}


def test_every_setting_is_explained_and_nothing_that_is_none() -> None:
    table = explained(page("docs/settings.md"))
    assert unknown_variables(dict.fromkeys((PREFIX + name for name in table), "")) == []
    whole = {
        name for text in map(page, PAGES) for name in re.findall(rf"{PREFIX}([A-Z_]*[A-Z])\b", text)
    }
    settings = {name.upper() for name in Settings.__struct_fields__}
    assert settings - table - whole == set(), "add them to docs/settings.md"


def test_every_target_of_make_a_page_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for name in PAGES:
        text = page(name)
        named = set(re.findall(r"`make ([a-z][a-z-]+)", text))
        for block in shown(text, "sh"):
            named |= set(re.findall(r"^make ([a-z][a-z-]+)", block, re.MULTILINE))
        assert named <= targets, name


def test_every_topic_a_page_names_exists() -> None:
    suffixes = {topic.suffix for topic in ALL}
    for name in PAGES:
        named = set(re.findall(r"\bhall\.(events|outcomes|[a-z]+s|state)\b", page(name)))
        assert named <= suffixes, name


def without_comments(block: str) -> list[str]:
    lines = (re.sub(r"\s+#.*$", "", line).strip() for line in block.splitlines())
    return [re.sub(r"[^\x00-\x7f]+\S*", "…", line) for line in lines if line and line[0] != "#"]


#: The pages of which there are two: the Chinese one leads to Chinese pages where there are any.
def in_english(target: str) -> str:
    return target.replace("connect.zh-CN.md", "connect.md")


def test_the_readmes_say_the_same() -> None:
    english, chinese = page("README.md"), page("README.zh-CN.md")
    for text in (english, chinese):
        assert len(text.splitlines()) < 200
    assert len(HEADING.findall(english)) == len(HEADING.findall(chinese))
    commands_of_both = [
        [without_comments(block) for block in shown(text, "sh", "python")]
        for text in (english, chinese)
    ]
    assert commands_of_both[0] == commands_of_both[1]
    ours, theirs = (
        {in_english(link) for link in LINK.findall(text)} for text in (english, chinese)
    )
    assert ours - theirs == {"README.zh-CN.md"}
    assert theirs - ours == {"README.md"}
    rows = [len(re.findall(r"^\|", text, re.MULTILINE)) for text in (english, chinese)]
    assert rows[0] == rows[1]


def test_every_page_stands_in_the_index() -> None:
    index = {in_english(link) for link in LINK.findall(page("docs/README.md"))}
    pages = {name.removeprefix("docs/") for name in PAGES if name.startswith("docs/")}
    assert {in_english(name) for name in pages} - {"README.md"} <= index
