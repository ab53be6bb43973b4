"""The scripted day's hall with real channels in place of its log.

Owns the data files it is run by on the wall clock, and how often each receiver was told of
each alert. Invariant: one receiver plays one role: desks have WeCom, the online section
DingTalk, chiefs Feishu, deputies a mailbox, the director the office's webhook.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.pipeline.told import Receivers
from tests.scripted_day.day import RULES
from tests.scripted_day.hour import Due
from tests.sinks.receivers.robots import SECRET

#: By channel: its kind.
KINDS = {
    "hall-group": "wecom",
    "online-group": "dingtalk",
    "chiefs-group": "feishu",
    "office": "webhook",
}

#: How long after its breach an alert climbs, in place of the day's half hours.
CLIMBS_AFTER_S = 12

_NOTIFY = 'group-within = "0 s"\nstorm-messages = 1000\ndigest = false\n'


def write_rules(folder: Path, receivers: Receivers, zone: str) -> Path:
    """The day's rules, but: open round the clock in `zone`, and quick to climb."""
    shutil.copytree(RULES, folder)
    (folder / "notify.toml").write_text(_NOTIFY, encoding="utf-8")
    (folder / "sources.toml").unlink()
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    week = "".join(f'{day} = ["00:00-24:00"]\n' for day in days)
    (folder / "calendars.toml").write_text(
        "".join(
            f'[[calendar]]\nname = "{name}"\nversion = "1"\nzone = "{zone}"\n{week}'
            for name in ("hall", "online")
        ),
        encoding="utf-8",
    )
    sections = folder / "sections.toml"
    text = sections.read_text(encoding="utf-8")
    quick = re.sub(r'after = "(30 min|10 min|20 h)"', f'after = "{CLIMBS_AFTER_S} s"', text)
    sections.write_text(quick, encoding="utf-8")
    _write_channels(folder, receivers)
    return folder


def _write_channels(folder: Path, receivers: Receivers) -> None:
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    channels = ""
    for name, kind in KINDS.items():
        (folder / f"{name}-url").write_text(receivers.over_http[kind].url, encoding="utf-8")
        channels += f'[[channel]]\nname = "{name}"\nkind = "{kind}"\nper-minute = 6000\n'
        channels += f'url-file = "{name}-url"\n'
        if kind in ("dingtalk", "feishu"):
            channels += 'secret-file = "secret"\n'
    channels += (
        '[[channel]]\nname = "deputies-mail"\nkind = "mail"\nhost = "127.0.0.1"\ntls = "none"\n'
        f'port = {receivers.mail.port}\nfrom = "hall@hall.test"\nto = ["deputies@hall.test"]\n'
        "per-minute = 6000\n"
    )
    (folder / "channels.toml").write_text(channels, encoding="utf-8")


def taken(receivers: Receivers) -> dict[str, list[str]]:
    """By kind, the messages it said yes to, in order."""
    texts = {
        kind: [asked.body.decode().replace(r"\n", "\n") for asked in receiver.taken]
        for kind, receiver in receivers.over_http.items()
    }
    texts["mail"] = [
        f"{letter.mail['subject']}\n{letter.part('plain')}" for letter in receivers.mail.letters
    ]
    return texts


def told(messages: Iterable[str], alerts: Iterable[Due]) -> Counter[str]:
    """How many of the messages tell of each alert; several may be in one list."""
    found: Counter[str] = Counter()
    names = {one.name: re.compile(rf"\b{re.escape(one.name)}\b") for one in alerts}
    for message in messages:
        named = [name for name, pattern in names.items() if pattern.search(message)]
        found.update(named or [f"about nothing known: {message}"])
    return found


def expected(alerts: Iterable[Due], ends: bool) -> dict[str, Counter[str]]:
    """By kind, each alert it is told of once; `ends`: those that end."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in (*KINDS.values(), "mail")}
    for one in alerts:
        for kind in one.opened if one.ended or not ends else ():
            found[kind][one.name] += 1
    return found
