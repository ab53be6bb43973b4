"""Channels by their description in a data file: which kinds there are and what each needs.

Owns the table of kinds. Reading single options is `sinks.channel_options`, the adapters are
`sinks.channel_*`. Called by the wiring: `check_options` when the files are checked,
`open_channel` when a worker starts. Invariant: a description `check_options` finds nothing
wrong with can be opened.

    kind          options (all kinds but log: timeout-seconds)
    log           none
    wecom         url-file, per-minute
    dingtalk      url-file, secret-file, per-minute
    feishu        url-file, secret-file, per-minute
    webhook       url | url-file, secret-file, per-minute
    alertmanager  url | url-file, per-minute
    mail          host, port, tls (starttls | tls | none), from, to, user, password-file,
                  ca-file, per-minute
    apprise       url-file, per-minute
"""

import difflib
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

import aiohttp

from sinks import channel_dingtalk, channel_feishu, channel_mail, channel_wecom
from sinks.channel_alertmanager import Alertmanager, AlertmanagerSettings
from sinks.channel_dingtalk import DingTalk, DingTalkSettings
from sinks.channel_feishu import Feishu, FeishuSettings
from sinks.channel_mail import Mail, MailSettings, Tls
from sinks.channel_options import Options
from sinks.channel_webhook import Webhook, WebhookSettings
from sinks.channel_wecom import WeCom, WeComSettings
from sinks.channels import Channel, LogChannel
from sinks.courier import Courier, Patience, Way
from sinks.pace import Limit


class ChannelOptionError(ValueError):
    """One option is wrong. `sentence` says what would be right, and holds no secret."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"`{key}` {sentence}")
        self.key = key
        self.sentence = sentence


#: name, session, patience → the channel.
_Opener = Callable[[str, aiohttp.ClientSession, Patience], Channel]


def open_channel(
    name: str,
    kind: str,
    options: Mapping[str, object],
    session: aiohttp.ClientSession,
    *,
    folder: Path | None = None,
    patience: Patience | None = None,
) -> Channel:
    """`folder`: where the paths of `*-file` options begin, that of the data file; None: the
    working directory. Raises ChannelOptionError."""
    opener, wrong = _read(kind, options, folder or Path())
    if wrong:
        raise ChannelOptionError(*wrong[0])
    return opener(name, session, patience or Patience())


def check_options(
    kind: str, options: Mapping[str, object], *, folder: Path | None = None
) -> list[tuple[str, str]]:
    """Key and sentence of everything that is wrong; nothing is opened or sent."""
    return _read(kind, options, folder or Path())[1]


def _read(
    kind: str, given: Mapping[str, object], folder: Path
) -> tuple[_Opener, list[tuple[str, str]]]:
    read = _KINDS.get(kind)
    if read is None:
        nearest = difflib.get_close_matches(kind, KINDS, n=1)
        cure = f"is it {nearest[0]!r}?" if nearest else f"there are: {', '.join(KINDS)}"
        nothing = _log(Options(kind, {}, folder))
        return nothing, [("kind", f"{kind!r} is no kind of channel; {cure}")]
    options = Options(kind, given, folder)
    opener = read(options)
    options.unknown()
    return opener, options.wrong


def _log(_: Options) -> _Opener:
    return lambda name, session, patience: LogChannel(name)


def _wecom(options: Options) -> _Opener:
    settings = WeComSettings(
        url=options.http_address(options.secret_address()), timeout=_timeout(options, 10)
    )
    limits = _limits(options, channel_wecom.LIMITS)
    return _courier(lambda session: WeCom(settings, session), limits)


def _dingtalk(options: Options) -> _Opener:
    settings = DingTalkSettings(
        url=options.http_address(options.secret_address()),
        secret=options.file("secret-file"),
        timeout=_timeout(options, 10),
    )
    limits = _limits(options, channel_dingtalk.LIMITS)
    return _courier(lambda session: DingTalk(settings, session), limits)


def _feishu(options: Options) -> _Opener:
    settings = FeishuSettings(
        url=options.http_address(options.secret_address()),
        secret=options.file("secret-file"),
        timeout=_timeout(options, 10),
    )
    limits = _limits(options, channel_feishu.LIMITS)
    return _courier(lambda session: Feishu(settings, session), limits)


def _webhook(options: Options) -> _Opener:
    settings = WebhookSettings(
        url=options.open_address(),
        secret=options.file("secret-file"),
        timeout=_timeout(options, 10),
    )
    limits = _limits(options, ())
    return _courier(lambda session: Webhook(settings, session), limits)


def _alertmanager(options: Options) -> _Opener:
    settings = AlertmanagerSettings(url=options.open_address(), timeout=_timeout(options, 10))
    limits = _limits(options, ())
    return _courier(lambda session: Alertmanager(settings, session), limits)


_PORTS = {Tls.STARTTLS: 587, Tls.TLS: 465, Tls.NONE: 25}


def _mail(options: Options) -> _Opener:
    tls = Tls(options.one_of("tls", [each.value for each in Tls], Tls.STARTTLS.value))
    settings = MailSettings(
        host=options.text("host"),
        port=options.number("port", _PORTS[tls], 65_535),
        tls=tls,
        sender=_mailbox(options, "from", options.text("from")),
        to=tuple(_mailbox(options, "to", each) for each in options.texts("to")),
        user=options.text("user", ""),
        password=options.file("password-file"),
        ca_file=_existing(options, "ca-file"),
        timeout=_timeout(options, 30),
    )
    if options.has("user") != options.has("password-file"):
        key, other = ("user", "password-file")
        missing = other if options.has(key) else key
        options.refuse(missing, "is missing; `user` and `password-file` go together, or neither")
    elif settings.user and tls is Tls.NONE:
        options.refuse("tls", 'would send the password readable for all: tls = "starttls"')
    limits = _limits(options, channel_mail.LIMITS)
    return _courier(lambda session: Mail(settings), limits)


def _apprise(options: Options) -> _Opener:
    url, timeout = options.secret_address(), _timeout(options, 30)
    try:
        from sinks import channel_apprise
    except ImportError:
        options.refuse("kind", "needs apprise: pip install 'hallwatch[apprise]'")
        return _log(options)
    if url and not channel_apprise.known(url):
        sentence = "is no address apprise knows; its wiki lists how each service's looks"
        options.refuse("url-file", sentence)
    settings = channel_apprise.AppriseSettings(url=url, timeout=timeout)
    limits = _limits(options, channel_apprise.LIMITS)
    return _courier(lambda session: channel_apprise.Apprise(settings), limits)


_KINDS: dict[str, Callable[[Options], _Opener]] = {
    "log": _log,
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "mail": _mail,
    "webhook": _webhook,
    "alertmanager": _alertmanager,
    "apprise": _apprise,
}
KINDS = tuple(_KINDS)


def _courier(
    open_way: Callable[[aiohttp.ClientSession], Way], limits: tuple[Limit, ...]
) -> _Opener:
    def opener(name: str, session: aiohttp.ClientSession, patience: Patience) -> Channel:
        return Courier(open_way(session), name=name, patience=patience, limits=limits)

    return opener


def _limits(options: Options, usual: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """`per-minute` takes the place of the kind's own limit by the minute."""
    if not options.has("per-minute"):
        return usual
    shorter = tuple(limit for limit in usual if limit.seconds < 60.0)
    return (Limit(options.number("per-minute", 20, 6_000), 60.0), *shorter)


def _timeout(options: Options, usual: int) -> timedelta:
    return timedelta(seconds=options.number("timeout-seconds", usual, 300))


def _mailbox(options: Options, key: str, text: str) -> str:
    if not text:
        return text  # missing, and said already
    name, address = parseaddr(text)
    try:
        Address(name, addr_spec=address)
        sound = address.isascii() and 0 < address.rfind("@") < len(address) - 1
    except (ValueError, IndexError, MessageError):  # its parser falls over an empty part
        sound = False
    if not (sound and text.isprintable()):
        options.refuse(key, f"{text!r} is no mail address; write name@host, or 名称 <name@host>")
    return text


def _existing(options: Options, key: str) -> str:
    if not options.has(key):
        return ""
    path = options.path(key)
    if not path.is_file():
        options.refuse(key, f"{path} is no file; name the certificates the server's is signed by")
    return str(path)
