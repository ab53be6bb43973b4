"""The ways to reach people: `channels.toml`.

Owns that file's format, up to the options of each kind: what those may be, the kinds
themselves know (`OptionCheck`), and that none is a secret. Called by `load`. Invariant: no
value of an option stands in a sentence of this module.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from streams.core.rules import ChannelRule
from streams.rules.notes import Named, Notes
from streams.rules.reading import code
from streams.rules.shape import read_shape, scalar, table

Option = str | int | bool | list[str]


#: What is wrong with the options of a kind: pairs of a key and a sentence.
OptionCheck = Callable[[str, Mapping[str, Option]], list[tuple[str, str]]]


KINDS = ("wecom", "dingtalk", "feishu", "mail", "webhook", "alertmanager", "apprise", "log")


class _Channel(Struct):
    name: str
    kind: str


class _Channels(Struct):
    channel: list[dict[str, Any]] = field(default_factory=list)


def load_channels(notes: Notes, check_options: OptionCheck) -> Named[ChannelRule]:
    found: dict[str, ChannelRule] = {}
    for index, content in enumerate(read_shape(notes, _Channels).channel):
        key = f"channel[{index}]"
        own = {name: value for name, value in content.items() if name in ("name", "kind")}
        item = table(notes, key, own, _Channel)
        notes.of(code, f"{key}.name", item.name, "")
        if item.name in found:
            notes.wrong(f"{key}.name", f"{item.name!r} is given twice")
        options = {
            name: _option(notes, f"{key}.{name}", value)
            for name, value in content.items()
            if name not in own
        }
        if item.kind not in KINDS:
            notes.wrong(f"{key}.kind", f"unknown {item.kind!r}; one of {', '.join(KINDS)}")
        else:
            for name, sentence in check_options(item.kind, options):
                notes.wrong(f"{key}.{name}", sentence)
        found[item.name] = ChannelRule(name=item.name, kind=item.kind, options=options)
    return notes.named("name", found)


def _option(notes: Notes, key: str, value: Any) -> Option:
    """Paths of files begin at the folder this one lies in, wherever the program was started."""
    option: Option = scalar(notes, key, value, Option, "")
    if isinstance(option, str) and option.strip() and key.endswith("-file"):
        return str((notes.path.parent / option.strip()).absolute())
    return option
