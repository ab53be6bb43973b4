"""Several rows that make one journey: order, first and last, who wrote, what is missing."""

from pathlib import Path

import pytest

from tests.schemas.tables import TOP, Bench, decoded, refused


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


CHAT = (
    TOP.replace("{ticket}", "{chat}").replace(
        "[times]", 'id = "{chat}/{n}/{@type}"\n[group]\nby = "chat"\norder = "at"\n[times]'
    )
    + """
[[event]]
type = "assist.requested"
rows = "first"
time = "at"
[[event]]
type = "assist.message"
rows = "later"
time = "at"
data.author = { choose = [
  { when = { bot = 1 }, then = "bot" },
  { when = { user = { same_as_first = true } }, then = "citizen" },
  { then = "human" },
] }
[[event]]
type = "assist.resolved"
rows = "last"
time = "at"
if_any = { bot = 0, user = { same_as_first = false } }
data.resolved = true
[[event]]
type = "assist.closed"
rows = "last"
time = "at"
if_none = { bot = 0, user = { same_as_first = false } }
data.by = "citizen"
"""
)


def test_rows_of_a_group_are_one_journey_in_the_order_of_time(bench: Bench) -> None:
    rows = """chat,n,at,user,bot
c1,2,2022-10-14T09:00:20,u2,0
c2,1,2022-10-14T09:00:05,u3,0
c1,1,2022-10-14T09:00:00,u1,0
c1,3,2022-10-14T09:00:02,u9,1
c2,2,2022-10-14T09:00:06,u9,1
c1,4,2022-10-14T09:00:30,u1,0
"""
    results = bench.run(CHAT, rows)
    said = [
        (event.subject, event.time.second, type(event).__name__, getattr(event.data, "author", ""))
        for event in decoded(results)
    ]
    assert said == [
        ("c1", 0, "AssistRequested", ""),
        ("c1", 2, "AssistMessage", "bot"),
        ("c1", 20, "AssistMessage", "human"),
        ("c1", 30, "AssistMessage", "citizen"),
        ("c1", 30, "AssistResolved", ""),
        ("c2", 5, "AssistRequested", ""),
        ("c2", 6, "AssistMessage", "bot"),
        ("c2", 6, "AssistClosed", ""),
    ]


@pytest.mark.parametrize("broken", ["c1,1,soon,u1,0", "c1,1,2022-10-14T09:00:00,u1"])
def test_a_group_that_lacks_a_row_waits_for_it_to_be_mended(bench: Bench, broken: str) -> None:
    whole = "c1,2,2022-10-14T09:00:20,u2,0\nc2,1,2022-10-14T09:00:05,u3,0\n"
    rows = f"chat,n,at,user,bot\n{broken}\n{whole}"
    results = bench.run(CHAT, rows)
    assert {event.subject for event in decoded(results)} == {"c2"}
    assert [line for line, _, _ in refused(results)] == [2, 3]
    assert refused(results)[1][2] == "belongs to line 2, which was refused"
