"""Writes schemas/examples/events: a full and a minimal good event of each type, and bad ones.

Run `python -m tests.schemas.make_examples` after the contract changes; `test_examples`
fails while the files differ from what this module makes. Invariant: each bad example is
its type's full one with exactly one thing wrong.
"""

import copy
import shutil
from pathlib import Path
from typing import Any

import msgspec

from schemas.mapping.contract import SHAPES, Kind
from schemas.words import WORDS
from tests.schemas.example_values import FULL, OUT_OF_RANGE, WRONG_TYPE, Json, subject

FOLDER = Path(__file__).parents[2] / "schemas" / "examples" / "events"


def full(kind: str) -> Json:
    family = kind.partition(".")[0]
    return {
        "specversion": "1.0",
        "id": f"{subject(kind)}/{kind}/1",
        "source": f"/hall/{family}",
        "type": kind,
        "subject": subject(kind),
        "time": "2022-10-14T09:31:05.250+08:00",
        "datacontenttype": "application/json",
        "data": {"section": "S03", **FULL[kind]},
    }


def minimal(kind: str) -> Json:
    event = full(kind)
    del event["datacontenttype"]
    required = SHAPES[kind].required
    event["data"] = {name: value for name, value in event["data"].items() if name in required}
    return event


def bad(kind: str) -> dict[str, tuple[Json, str, str]]:
    """What is wrong → the event, the field at fault, the reason."""
    made: dict[str, tuple[Json, str, str]] = {}

    def wrong(what: str, path: str, value: Any, reason: str, field: str = "") -> None:
        event = copy.deepcopy(full(kind))
        place = event["data"] if path.startswith("data.") else event
        name = path.removeprefix("data.")
        if value is _TAKEN_OUT:
            del place[name]
        else:
            place[name] = value
        made[what] = (event, field or path, reason)

    wrong("unknown-type", "type", f"{kind}-again", "unknown-type")
    # Of a type that nobody knows nobody knows which fields hold words: Chinese would be a name.
    made["unknown-type"][0]["data"] |= dict.fromkeys(WORDS.get(kind, ()), "in words")
    wrong("naive-time", "time", "2022-10-14T09:31:05.250", "naive-time")
    wrong("time-before-1990", "time", "1889-10-14T09:31:05+08:00", "out-of-range")
    wrong("no-subject", "subject", _TAKEN_OUT, "missing-field")
    for name in sorted(SHAPES[kind].required):
        wrong(f"no-{name}", f"data.{name}", _TAKEN_OUT, "missing-field")
    wrong("section-is-a-number", "data.section", 3, "wrong-type")
    for name, value in WRONG_TYPE.get(kind, {}).items():
        wrong(f"{name}-of-wrong-type", f"data.{name}", value, "wrong-type")
    wrong("empty-section", "data.section", "", "out-of-range")
    for name, value in OUT_OF_RANGE.get(kind, {}).items():
        wrong(f"{name}-out-of-range", f"data.{name}", value, "out-of-range")
    for name in _times(kind):
        wrong(f"{name}-before-1990", f"data.{name}", "1889-10-14T09:31:05+08:00", "out-of-range")
        wrong(f"{name}-naive", f"data.{name}", "2022-10-14T12:00:00", "naive-time")
    if kind == "survey.answered":
        answers = {"overall": 1001}
        wrong("answer-out-of-range", "data.answers", answers, "out-of-range", "data.answers[...]")
        by_name = {"王小明": 8}
        wrong("name-as-question", "data.answers", by_name, "personal-data", "data.answers.***")
    wrong("unknown-field", "data.remark", "urgent", "unknown-field")
    # A made-up person: the region and birth date of the standard's own example.
    wrong("id-number", _last_text(kind), "11010519491231002X", "personal-data")
    wrong("mobile-number", "subject", "13800138000", "personal-data")
    wrong("name", _last_text(kind), "王小明", "personal-data")
    for name in sorted(WORDS.get(kind, ())):
        for what, words in _IN_WORDS.items():
            wrong(f"{what}-in-{name}", f"data.{name}", words, "personal-data")
    return made


#: What people's own words must not say; a name cannot be told from other Chinese text.
_IN_WORDS = {
    "id-number": "申请人11010519491231002X材料不全",
    "mobile-number": "已联系１３８ ００１３ ８０００",
    "landline": "已联系021-56780000",
    "mail-address": "已发 zhang.san@example.cn",
}


_TAKEN_OUT = object()


def _last_text(kind: str) -> str:
    """The last field of the type's data that holds an identifier: where a person would end up."""
    others = {*WORDS.get(kind, ()), *_times(kind)}
    texts = [
        name for name, value in FULL[kind].items() if isinstance(value, str) and name not in others
    ]
    return f"data.{texts[-1]}" if texts else "data.section"


def _times(kind: str) -> list[str]:
    return [name for name, of in SHAPES[kind].kinds.items() if of is Kind.TIME]


def files() -> dict[str, bytes]:
    """Every file of the folder, by its path in it."""
    made: dict[str, bytes] = {}
    expected: dict[str, dict[str, str]] = {}
    for kind in FULL:
        made[f"good/{kind}.json"] = _pretty(full(kind))
        made[f"good/{kind}--minimal.json"] = _pretty(minimal(kind))
        for what, (event, field, reason) in bad(kind).items():
            made[f"bad/{kind}--{what}.json"] = _pretty(event)
            expected[f"{kind}--{what}.json"] = {"field": field, "reason": reason}
    whole = _pretty(full("ticket.called"))
    made["bad/cut-off.json"] = whole[: len(whole) // 2]
    expected["cut-off.json"] = {"field": "", "reason": "malformed"}
    made["bad/expected.json"] = _pretty(dict(sorted(expected.items())))
    return made


def _pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, content in files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(files())} files under {FOLDER}")


if __name__ == "__main__":
    main()
