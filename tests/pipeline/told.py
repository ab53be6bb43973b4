"""People who are told over every kind of channel, and what each of their receivers has taken.

Owns the data files and the reading of what was taken. Called by the tests of notifying.
Invariant: every message names the chats it is about, and an end is told apart from a beginning
by its tag, in whatever form a vendor wants its messages.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tests.pipeline.hall import rules_with
from tests.sinks.receivers import (
    DingTalkReceiver,
    FeishuReceiver,
    HttpReceiver,
    MailReceiver,
    WebhookReceiver,
    WeComReceiver,
)
from tests.sinks.receivers.http import Answer
from tests.sinks.receivers.robots import SECRET

_CHAT = re.compile(r"chat-(\d+)")

#: What a receiver says that is not well, whoever it is.
AILING = Answer(500)


class Receivers:
    """Of one chief, who has them all. Between `start` and `stop` they keep their ports."""

    def __init__(self) -> None:
        self.wecom = WeComReceiver()
        self.dingtalk = DingTalkReceiver()
        self.feishu = FeishuReceiver()
        self.webhook = WebhookReceiver()
        self.mail = MailReceiver()
        self.over_http: dict[str, HttpReceiver] = {
            "wecom": self.wecom,
            "dingtalk": self.dingtalk,
            "feishu": self.feishu,
            "webhook": self.webhook,
        }

    async def start(self) -> None:
        for receiver in self.over_http.values():
            await receiver.start()
        await self.mail.start()

    async def stop(self) -> None:
        for receiver in self.over_http.values():
            await receiver.stop()
        await self.mail.stop()

    def told(self) -> "dict[str, Told]":
        texts = {
            name: [asked.body.decode() for asked in receiver.taken]
            for name, receiver in self.over_http.items()
        }
        texts["mail"] = [
            f"{letter.mail['subject']}\n{letter.part('plain')}" for letter in self.mail.letters
        ]
        return {name: read(taken) for name, taken in texts.items()}


class Told(Struct, frozen=True):
    """Of each chat, how often its beginning and its end were told."""

    openings: Counter[str]
    ends: Counter[str]


def read(messages: Sequence[str]) -> Told:
    """Messages of one alert each."""
    openings: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for message in messages:
        chats = set(_CHAT.findall(message))
        is_end = "closed" in message.lower()
        (ends if is_end else openings).update(chats)
    return Told(openings, ends)


def write_rules(folder: Path, receivers: Receivers, notify: str) -> Path:
    """The shipped promises with a first reply due within a second, and a chief for all."""
    rules = rules_with(folder, online_first_response=("1 s", ""))
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    channels = ""
    for name, receiver in receivers.over_http.items():
        (folder / f"{name}-url").write_text(receiver.url, encoding="utf-8")
        channels += f'[[channel]]\nname = "{name}"\nkind = "{name}"\nper-minute = 6000\n'
        channels += f'url-file = "{name}-url"\n'
        if name in ("dingtalk", "feishu"):
            channels += 'secret-file = "secret"\n'
    channels += (
        f'[[channel]]\nname = "mail"\nkind = "mail"\nhost = "127.0.0.1"\ntls = "none"\n'
        f'port = {receivers.mail.port}\nfrom = "hall@hall.test"\nto = ["chief@hall.test"]\n'
        "per-minute = 6000\n"
    )
    (folder / "channels.toml").write_text(channels, encoding="utf-8")
    names = ", ".join(f'"{name}"' for name in (*receivers.over_http, "mail"))
    (folder / "people.toml").write_text(
        f'[[person]]\ncode = "chief"\nname-zh = "科长"\nname-en = "Chief"\nchannels = [{names}]\n',
        encoding="utf-8",
    )
    write_sections(folder, "chief")
    (folder / "notify.toml").write_text(notify, encoding="utf-8")
    return rules


def write_sections(folder: Path, chief: str, elsewhere: str = "") -> None:
    text = (
        '[elsewhere]\ncode = "elsewhere"\nname-zh = "其他"\nname-en = "Elsewhere"\n'
        'calendar = "always"\n'
        + (f'chiefs = ["{elsewhere}"]\n' if elsewhere else "")
        + '[[section]]\ncode = "S03"\nname-zh = "企业"\nname-en = "Companies"\n'
        f'calendar = "always"\nchiefs = ["{chief}"]\n'
    )
    (folder / "sections.toml").write_text(text, encoding="utf-8")
