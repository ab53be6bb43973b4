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

from schemas.mapping.contract import SHAPES

FOLDER = Path(__file__).parents[2] / "schemas" / "examples" / "events"

#: An event as it stands in JSON.
Json = dict[str, Any]

TERMINAL = {"section": "S03", "terminal": "T301", "counter": "C301"}
CLERK = "clerk-2041"

#: All fields of each type's data, apart from `section`, which every type has.
FULL: dict[str, Json] = {
    "ticket.issued": {
        "service": "company-start",
        "channel": "appointment",
        "complexity": "complex",
        "appointment": "2022-10-14T09:30:00+08:00",
        "applicant": "p-7f3a91",
        "priority": 1,
    },
    "ticket.checked-in": {},
    "ticket.called": {"counter": "C301", "clerk": CLERK},
    "ticket.recalled": {"counter": "C301", "clerk": CLERK},
    "ticket.transferred": {"to_section": "S04", "to_counter": "C402", "reason": "other-item"},
    "ticket.held": {"counter": "C301", "reason": "copies-needed"},
    "ticket.no-show": {"counter": "C301", "reason": "called-three-times"},
    "ticket.left": {"counter": "C301", "reason": "returned-the-ticket"},
    "ticket.served": {"counter": "C301", "clerk": CLERK},
    "ticket.cancelled-by-clerk": {"counter": "C301", "reason": "duplicate"},
    "terminal.session-started": {**TERMINAL, "clerk": CLERK},
    "terminal.session-ended": TERMINAL,
    "terminal.authorised": {**TERMINAL, "scope": "fill-in-form"},
    "terminal.form-confirmed": {**TERMINAL, "form": "F-110"},
    "terminal.identity-check-started": TERMINAL,
    "terminal.identity-check-passed": TERMINAL,
    "terminal.signed": {**TERMINAL, "document": "D-2201"},
    "terminal.materials-submitted": {**TERMINAL, "item": "company-start", "materials": 5},
    "terminal.material-requested": {
        **TERMINAL,
        "item": "company-start",
        "material": "lease-contract",
    },
    "terminal.recording-started": {
        **TERMINAL,
        "recording": "recordings/2022-10-14/C301/0931.mkv",
        "retention_hold": True,
    },
    "terminal.recording-stopped": {
        **TERMINAL,
        "recording": "recordings/2022-10-14/C301/0931.mkv",
        "seconds": 812.5,
    },
    "terminal.fault": {"counter": "C301", "fault": "card-reader", "severity": "warning"},
    "terminal.heartbeat": {"counter": "C301"},
    "assist.requested": {"service": "residence-permit", "applicant": "p-7f3a91"},
    "assist.assigned": {"clerk": CLERK},
    "assist.message": {"author": "human", "clerk": CLERK, "visible": True, "automatic": False},
    "assist.resolved": {"resolved": True},
    "assist.closed": {"by": "citizen"},
    "assist.handed-to-department": {"department": "D-07"},
    "assist.knowledge-gap-noted": {"item": "residence-permit"},
    "source.heartbeat": {},
}

#: Values out of range beside the ones every type gets: type → field → value.
OUT_OF_RANGE: dict[str, dict[str, Any]] = {
    "ticket.issued": {"channel": "by-fax", "complexity": "hard", "applicant": "x" * 65},
    "terminal.materials-submitted": {"materials": -1},
    "terminal.recording-stopped": {"seconds": 86_401},
    "terminal.fault": {"severity": "fatal"},
    "assist.message": {"author": "robot"},
    "assist.closed": {"by": "nobody"},
    "assist.assigned": {"clerk": "no-digit-in-it"},
}

#: Not text where text, not a number where a number is wanted.
WRONG_TYPE: dict[str, dict[str, Any]] = {
    "ticket.issued": {"priority": "high"},
    "terminal.materials-submitted": {"materials": 2.5},
    "terminal.recording-started": {"retention_hold": "yes"},
    "terminal.recording-stopped": {"seconds": "812"},
    "assist.message": {"visible": 1},
    "assist.resolved": {"resolved": "yes"},
}


def _subject(kind: str) -> str:
    if kind in ("terminal.fault", "terminal.heartbeat"):
        return "T301"
    if kind == "source.heartbeat":
        return "queue-1"
    return "221014-chat-0098" if kind.startswith("assist.") else "221014-S03-0127"


def full(kind: str) -> Json:
    family = kind.partition(".")[0]
    return {
        "specversion": "1.0",
        "id": f"{_subject(kind)}/{kind}/1",
        "source": f"/hall/{family}",
        "type": kind,
        "subject": _subject(kind),
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
    wrong("unknown-field", "data.remark", "urgent", "unknown-field")
    # A made-up person: the region and birth date of the standard's own example.
    wrong("id-number", _last_text(kind), "11010519491231002X", "personal-data")
    wrong("mobile-number", "subject", "13800138000", "personal-data")
    wrong("name", _last_text(kind), "王小明", "personal-data")
    return made


_TAKEN_OUT = object()


def _last_text(kind: str) -> str:
    """The last field of the type's data that holds text: where a person would end up."""
    texts = [name for name, value in FULL[kind].items() if isinstance(value, str)]
    return f"data.{texts[-1]}" if texts else "data.section"


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
