"""A mapping that cannot work stops the import before the first row, with file, key and cure."""

import re
from pathlib import Path

import pytest

from schemas.mapping import MappingError
from tests.schemas.tables import ISSUED, TOP, Bench

ROWS = "ticket,at\nA1,2022-10-14T09:00:00\n"

OPENED = """
[[event]]
type = "rectification.opened"
time = "at"
data.by = "x"
data.promise = "x"
data.clause = "x"
data.cause = "x"
data.due = "{at}"
"""

CASES = [
    ("not TOML", "source = \n", r"m\.toml: not TOML: .*line 1"),
    ("a key at the top misspelt", TOP.replace("subject", "subjct") + ISSUED,
     r"m\.toml: no such key 'subjct' \(did you mean 'subject'\?\)"),
    ("a key of an event misspelt", TOP + ISSUED.replace("time =", "tiem ="),
     r"m\.toml: event\[0\]: no such key 'tiem' \(did you mean 'time'\?\)"),
    ("no zone", TOP.replace('zone = "Asia/Shanghai"', "") + ISSUED,
     r"m\.toml: times: .*missing required field `zone`"),
    ("a zone that is none", TOP.replace("Asia/Shanghai", "Asia/Baoshan") + ISSUED,
     r"times\.zone: no time zone 'Asia/Baoshan'; write one like"),
    ("an encoding that is none", TOP + ISSUED + '[csv]\nencoding = "gbk99"\n',
     r"csv\.encoding: no encoding 'gbk99'"),
    ("a time format that is none", TOP + ISSUED + 'formats = ["isoo"]\n',
     r"event\[0\]\.formats: 'isoo' is none of iso, excel"),
    ("no events", TOP, r"event: no \[\[event\]\] table"),
    ("an event type misspelt", TOP + ISSUED.replace("issued", "isued"),
     r"event\[0\]\.type: no event type 'ticket\.isued' \(did you mean 'ticket\.issued'\?\)"),
    ("no subject", TOP.replace('subject = "{ticket}"', "") + ISSUED,
     r"event\[0\]\.subject: missing"),
    ("a data field misspelt", TOP + ISSUED.replace("service", "servise"),
     r"event\[0\]\.data\.servise: ticket\.issued has no such field \(did you mean 'service'"),
    ("a data field missing", TOP + ISSUED.replace("data.service", "data.priority"),
     r"event\[0\]\.data: ticket\.issued needs 'service'"),
    ("a list from a column", TOP + OPENED + 'data.alerts = "{ticket}"\n',
     r"event\[0\]\.data\.alerts: a list or table, which no column of a CSV holds; leave it out"),
    ("an event that needs a table",
     TOP + '[[event]]\ntype = "survey.answered"\ntime = "at"\ndata.survey = "2022-q4"\n',
     r"event\[0\]\.type: survey\.answered needs 'answers', a list or table, which no column of a"
     r" CSV holds; send survey\.answered as JSON, no CSV can give it"),
    ("rows without a group", TOP + ISSUED + 'rows = "first"\n',
     r"event\[0\]\.rows: needs a \[group\] table"),
    ("a time column that is not there", TOP + ISSUED.replace('time = "at"', 'time = "att"'),
     r"m\.toml: event\[0\]\.time: no column 'att' in rows\.csv \(did you mean 'at'\?\)"
     r" \(has: ticket, at\)"),
    ("a column of the subject", TOP.replace("{ticket}", "{tickett}") + ISSUED,
     r"event\[0\]\.subject: no column 'tickett'"),
    ("a column of a condition", TOP + ISSUED + 'when = { state = "x" }\n',
     r"event\[0\]\.when: no column 'state'"),
    ("a column of a drop", TOP + ISSUED + '[[drop]]\nreason = "x"\nwhen = { state = "x" }\n',
     r"drop\[0\]\.when: no column 'state'"),
    ("a column of a field", TOP + ISSUED + '[fields.x]\nfrom = "state"\n',
     r"fields\.x: no column 'state'"),
    ("a column of data", TOP + ISSUED + 'data.priority = "{p}"\n',
     r"event\[0\]\.data\.priority: no column 'p'"),
    ("a column of the id", TOP + ISSUED + 'id = "{key}/{@type}"\n',
     r"event\[0\]\.id: no column 'key'"),
    ("a pseudonym without a secret",
     TOP + ISSUED + 'data.applicant = { from = "ticket", pseudonym = true }\n',
     r"`pseudonym = true` needs a secret key"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_mapping_is_refused(tmp_path: Path, mapping: str, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        Bench(tmp_path).run(mapping, ROWS)
    assert re.search(message, str(caught.value)), str(caught.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (b"", "rows.csv: empty"),
        (b"ticket,at,at\n", "rows.csv: two columns are named 'at'"),
        ("票号,at\n".encode("gb18030"), "rows.csv: its first line is not utf-8; set csv.encoding"),
    ],
)
def test_the_file_is_refused(tmp_path: Path, rows: bytes, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        Bench(tmp_path).run(TOP + ISSUED, rows)
    assert message in str(caught.value)
