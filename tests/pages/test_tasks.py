"""The pages about tasks, word by word: a recorded day is replayed as docs/history.md says, then
every marked block of the others runs on it, and says what the page says it says."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from sinks.channel_webhook import sign
from streams.core.rules import Promise
from streams.rules.load import load_rulebook
from tests.pages.blocks import blocks_of, noted, page, run
from tests.pipeline.command import ROOT

PAGES = ("docs/promises.md", "docs/alerts.md", "docs/history.md", "docs/wall.md")

#: What some block must have said, beside ending well: pattern by page.
SAYS = {
    "docs/promises.md": r"15 promises \(15 rules\)[\s\S]*企业服务科科长[\s\S]*\(16 rules\)",
    "docs/alerts.md": r"超出 3分2秒[\s\S]*预约等候（复杂事项）[\s\S]*没有待办的整改单",
    "docs/history.md": r"promised_wait_ms[\s\S]*A004\",1982000[\s\S]*20221017-A003.*kept +late",
    "docs/wall.md": r"",
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the repository's, with the recorded day in its ClickHouse."""
    folder = tmp_path_factory.mktemp("reader")
    for room in ("schemas", "streams"):
        (folder / room).symlink_to(ROOT / room)
    told = run(noted(page("docs/history.md"), "first"), data(folder), folder)
    assert re.search(r"appointment-wait-complex +3 +2 +1", told)
    return folder


def data(folder: Path) -> dict[str, str]:
    return {"HALLWATCH_DATA": str(folder / "data")}


@pytest.mark.parametrize("name", PAGES)
def test_what_the_page_says_works_as_it_stands(name: str, recorded: Path) -> None:
    said = []
    blocks = [block for block in blocks_of(page(name)) if not block.note]
    assert blocks
    for block in blocks:
        printed = run(block, data(recorded), recorded)
        said.append(printed)
        if block.prints:
            assert printed == block.prints
    assert re.search(SAYS[name], "".join(said)), "".join(said)
    if name == "docs/promises.md":
        rules = load_rulebook(recorded / "my-rules").promises[Promise.WALK_IN_WAIT]
        now = time.time_ns() // 1_000_000
        assert rules.in_force(now) == rules.rules[-1], "what a reader writes is in force for him"
        assert rules.rules[-1].limit_ms == 15 * 60_000


def test_a_receiver_knows_a_genuine_webhook() -> None:
    place: dict[str, Any] = {}
    exec(noted(page("docs/alerts.md"), "signature").text, place)
    genuine, body = place["genuine"], b'{"specversion": "1.0"}'
    header = sign("shared", 1665709260, body)
    assert genuine("shared", header, body, now=lambda: 1665709262)
    assert not genuine("shared", header, body + b" ", now=lambda: 1665709262)
    assert not genuine("another", header, body, now=lambda: 1665709262)
    assert not genuine("shared", header, body, now=lambda: 1665709999), "a request of long ago"


def test_the_readmes_example_prints_what_it_says(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```python\n(.*?)^```", page("README.md"), re.MULTILINE | re.DOTALL)
    promised = re.findall(r"^# (hall\..*)$", text, re.MULTILINE)
    block = blocks_of(f"<!-- run -->\n```python\n{text}```\n")[0]
    assert run(block, {}, tmp_path).splitlines() == promised
