"""Settings: what can be set, and what each value means.

One frozen struct; every room gets what it needs of it from the wiring. Where values come from is
`streams.settings_given`. Invariant: what cannot be used is refused at start, naming the setting
and the cure.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from streams.settings_given import FILE_VARIABLE, IN_FILE, Given, given
from streams.settings_given import PREFIX as PREFIX
from streams.settings_given import SettingsError as SettingsError

#: How long what is derived stays, in days. What is too short for a month's report is refused by
#: `sinks.retention`, which knows the table.
KeptDays = Annotated[int, Meta(ge=0, le=10_000)]


class Settings(Struct, frozen=True, kw_only=True):
    """What can be set, by HALLWATCH_<NAME>. Durations are in the unit of the name."""

    broker: str = ""  #: bootstrap servers, comma-separated; "": localhost, or embedded
    #: How brokers are reached, by Kafka's own names.
    broker_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    broker_ca_file: Path | None = None  #: who signed their certificates; "": the system's own
    broker_cert_file: Path | None = None  #: our certificate, where they ask for one
    broker_key_file: Path | None = None
    broker_key_password: str = ""
    broker_check_hostname: bool = True  #: false: any certificate of that authority will do
    broker_sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    broker_user: str = ""
    broker_password: str = ""
    clickhouse: str = ""  #: DSN; "": the embedded engine under `data`
    broker_patience: Annotated[int, Meta(ge=1, le=86_400)] = (
        60  #: seconds to wait for it at start, before giving up
    )
    topic_prefix: str = "hall"
    partitions: Annotated[int, Meta(ge=1, le=10_000)] = 4
    replication: Annotated[int, Meta(ge=1, le=16)] = 1
    group: str = "hallwatch"  #: workers of one deployment share it
    session_seconds: Annotated[int, Meta(ge=3, le=300)] = 6  #: until a dead worker is missed
    rules: Path | None = None  #: directory of promises, sections, calendars; "": the shipped
    clock: Literal["wall", "event"] = "wall"
    horizon_hours: Annotated[int, Meta(ge=1, le=24 * 90)] = (
        48  #: how long an ended journey can be corrected
    )
    slice: Annotated[int, Meta(ge=1, le=20_000)] = 20_000  #: events decided and saved as one unit
    storm_share: Annotated[float, Meta(gt=0, le=1)] = (
        0.5  #: more of the last STORM_RECORDS refused stops a partition's intake; 1: never
    )
    storm_records: Annotated[int, Meta(ge=1, le=1_000_000)] = 1_000
    storm_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 60  #: refused longer ago counts not
    transactions: bool = True  #: false for brokers that have none: a crash says some things twice
    wall_bind: str = "127.0.0.1"
    wall_port: Annotated[int, Meta(ge=-1, le=65_535)] = (
        8000  #: 0: any free port; -1: no wall in the worker
    )
    wall_theme: Literal["auto", "dark", "light"] = "auto"  #: auto: as a phone has it, else dark
    wall_rotate: Annotated[int, Meta(ge=0, le=3600)] = (
        30  #: seconds from one view of the wall to the next; 0: only by hand
    )
    wall_cert_file: Path | None = None  #: serve the wall over TLS; "": in the clear
    wall_key_file: Path | None = None
    wall_users_file: Path | None = None  #: who may see it, by `hallwatch wall-users`
    wall_user_header: str = ""  #: in which a proxy that asks for logins says who it is
    wall_proxies: str = ""  #: addresses that header is believed from, comma-separated
    status_bind: str = "127.0.0.1"
    status_port: Annotated[int, Meta(ge=-1, le=65_535)] = (
        -1  #: /healthz, /readyz and /metrics, also without a wall; 0: any; -1: beside the wall only
    )
    stop_seconds: Annotated[int, Meta(ge=1, le=600)] = 5  #: then what hangs is left to itself
    language: Literal["zh", "en"] = "zh"
    webhook: str = ""  #: URL that gets alerts as CloudEvents; "" for none
    webhook_secret: str = ""
    public_url: str = ""  #: where the wall is reached from outside: what messages link to
    link_key_file: Path | None = None  #: signs the links that act; "": no such links are made
    link_days: Annotated[int, Meta(ge=1, le=90)] = 7  #: how long a link acts
    api_key_file: Path | None = None  #: whoever has it may act over HTTP; "": nobody may
    grafana: str = ""  #: address of a running Grafana, for `hallwatch dashboards push`
    grafana_token: str = ""  #: of a service account with the role Admin
    grafana_clickhouse: str = ""  #: DSN as Grafana reaches it, best read-only; "": `clickhouse`
    grafana_prometheus: str = ""  #: address as Grafana reaches it; "": no dashboard over it
    grafana_contact: str = ""  #: mail address Grafana's own alerting writes to; "": none
    gateway_bind: str = "127.0.0.1"
    gateway_port: Annotated[int, Meta(ge=0, le=65_535)] = 8480  #: 0: any free port
    gateway_cert_file: Path | None = None  #: serve it over TLS; "": in the clear
    gateway_key_file: Path | None = None
    gateway_keys_file: Path | None = None  #: who may send; "": gateway-keys.json under `data`
    gateway_patience: Annotated[int, Meta(ge=1, le=300)] = (
        10  #: seconds until Kafka must have acknowledged, or the answer is 503
    )
    gateway_per_second: Annotated[int, Meta(ge=1, le=1_000_000)] = (
        200  #: events a sender may send, where its key says nothing else
    )
    gateway_at_once: Annotated[int, Meta(ge=1, le=1_000_000)] = (
        2_000  #: events a sender may have sent before that rate counts
    )
    gateway_batch_events: Annotated[int, Meta(ge=1, le=100_000)] = 1_000  #: in one batch
    gateway_batch_bytes: Annotated[int, Meta(ge=64 * 1024, le=64 * 1024 * 1024)] = 4 * 1024 * 1024
    #: days the raw rows of events stay in ClickHouse
    keep_events: Annotated[int, Meta(ge=1, le=10_000)] = 180
    keep_dead_letters: Annotated[int, Meta(ge=1, le=10_000)] | None = None  #: not set: as events
    keep_journeys: KeptDays = 0  #: days of derived rows; 0: for ever; so the others below
    keep_verdicts: KeptDays = 0
    keep_windows: KeptDays = 0
    keep_alerts: KeptDays = 0
    data: Path = Path(".hallwatch")  #: of the embedded broker and ClickHouse
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"  #: json: an object a line

    @property
    def broker_given(self) -> bool:
        """Whether a broker is configured; demo and replay bring their own if not."""
        return bool(self.broker.strip())

    @property
    def broker_servers(self) -> str:
        return self.broker.strip() or "127.0.0.1:9092"

    @property
    def wall_asks(self) -> bool:
        """Whether whoever wants to see the wall has to say who he is."""
        return self.wall_users_file is not None or bool(self.wall_user_header)

    @property
    def clickhouse_dsn(self) -> str:
        """Where ClickHouse is, with the default filled in."""
        return self.clickhouse or f"chdb://{(self.data / 'clickhouse').absolute()}"

    @property
    def gateway_keys(self) -> Path:
        """Where the gateway's keys are, with the default filled in."""
        return self.gateway_keys_file or self.data / "gateway-keys.json"


#: Never shown: these may hold secrets. Each may stand in a file of its own, named by its variable
#: with `_FILE` behind it.
SECRETS = frozenset(
    {
        "broker_password",
        "broker_key_password",
        "webhook_secret",
        "clickhouse",
        "webhook",
        "grafana_token",
        "grafana_clickhouse",
    }
)

_ADDRESSES = ("public_url", "grafana")

#: Begin like settings and are none: of the tests.
_NOT_SETTINGS = frozenset({"SHARED", "REQUIRE_ALL", "SCREENSHOT_DIR", "LAW_EXAMPLES"})


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment and the file it names; raises SettingsError."""
    return settings_of(given_settings(environment))


def given_settings(environment: Mapping[str, str] | None = None) -> dict[str, Given]:
    """What is set, by name, and where. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    return given(environment, Settings.__struct_fields__, SECRETS)


def settings_of(found: Mapping[str, Given]) -> Settings:
    """Raises SettingsError naming what is wrong as its writer named it."""
    values = {name: one.value for name, one in found.items()}
    for name in [name for name in values if name == "rules" or name.endswith(IN_FILE)]:
        if not str(values[name]).strip():
            del values[name]  # no path: the current directory would be looked through
    for name in _ADDRESSES:
        text = values.get(name)
        if isinstance(text, str) and text.strip():
            values[name] = _address(found[name].key, text.strip())
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        name = where.strip("`").removeprefix("$.")
        value = "***" if name in SECRETS else repr(values.get(name))
        raise SettingsError(f"{found[name].key}={value}: {what}") from None


def _address(key: str, text: str) -> str:
    """With a slash at its end, so that paths can be put behind it."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or parts.username is not None:
        shown = "..." if "@" in text else text  # before it a password may stand
        raise SettingsError(f"{key}={shown!r}: not an address like https://hall.example.org/watch/")
    return text.rstrip("/") + "/"


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each variable that looks like a setting and is none; never its value,
    which may be a secret."""
    environment = os.environ if environment is None else environment
    known = [name.upper() for name in Settings.__struct_fields__]
    known += [(name + IN_FILE).upper() for name in SECRETS] + [FILE_VARIABLE.removeprefix(PREFIX)]
    sentences = []
    for variable in sorted(environment):
        name = variable.removeprefix(PREFIX).upper()
        if not variable.startswith(PREFIX) or name in known or name in _NOT_SETTINGS:
            continue
        nearest = difflib.get_close_matches(name, known, n=1)
        meant = f"is it {PREFIX}{nearest[0]}?" if nearest else "`hallwatch settings` lists them"
        sentences.append(f"{variable} is no setting and has no effect; {meant}")
    return sentences


def _path(kind: type, text: object) -> Path:
    if kind is Path and isinstance(text, str):
        return Path(text)
    raise NotImplementedError(kind)
