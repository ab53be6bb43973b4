"""Which brokers, and how they are reached: in the clear or over TLS, with or without a login.

Owns what every Kafka client is told of that, and what is wrong with the settings of it. Does not
connect (`reach`). Made once by the wiring of each command (`brokers_of`). Invariants: no client of
ours is built from anything else; a password is in no repr and in no message.
"""

import logging
import ssl
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from streams.certificates import show, trusting
from streams.settings import PREFIX, SECRETS, Settings, SettingsError
from streams.settings_given import IN_FILE

log = logging.getLogger(__name__)


class Login(Struct, frozen=True):
    """`mechanism`: of SASL, by its own name."""

    mechanism: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.mechanism}, {self.user})"


class Brokers(Struct, frozen=True):
    """`servers`: comma-separated. `tls` None: in the clear; `login` None: without one."""

    servers: str
    tls: ssl.SSLContext | None = None
    login: Login | None = None

    def __str__(self) -> str:
        """Fit for logs."""
        return self.servers

    @property
    def addresses(self) -> list[str]:
        return [server.strip() for server in self.servers.split(",")]

    @property
    def security(self) -> str:
        """By Kafka's own names."""
        return ("SASL_" if self.login else "") + ("SSL" if self.tls else "PLAINTEXT")

    def client(self) -> dict[str, Any]:
        """Keyword arguments: aiokafka and kafka-python have the same names for them."""
        told: dict[str, Any] = {
            "bootstrap_servers": self.addresses,
            "security_protocol": self.security,
            "ssl_context": self.tls,
        }
        if self.login is not None:
            told["sasl_mechanism"] = self.login.mechanism
            told["sasl_plain_username"] = self.login.user
            told["sasl_plain_password"] = self.login.password
        return told


#: Settings that mean nothing without TLS, or without a login.
_OF_TLS = ("broker_ca_file", "broker_cert_file", "broker_key_file", "broker_key_password")
_OF_LOGIN = ("broker_user", "broker_password")

_DEFAULTS = Settings()
_OF_SECURITY = ("broker_security", *_OF_TLS, *_OF_LOGIN)

#: What no child of ours that talks to an embedded broker may be told.
SECURITY_VARIABLES = frozenset(
    f"{PREFIX}{name.upper()}"
    for name in (*_OF_SECURITY, *(name + IN_FILE for name in SECRETS.intersection(_OF_SECURITY)))
)


def brokers_of(settings: Settings) -> Brokers:
    """Raises SettingsError: a setting without effect is a mistake about what is protected."""
    security = settings.broker_security
    if not security.endswith("SSL"):
        _refuse(settings, _OF_TLS, f"speaks no TLS; set {PREFIX}BROKER_SECURITY=SSL or SASL_SSL")
    if not security.startswith("SASL"):
        _refuse(settings, _OF_LOGIN, f"logs in nobody; set {PREFIX}BROKER_SECURITY=SASL_SSL")
    tls = _tls(settings) if security.endswith("SSL") else None
    login = _login(settings) if security.startswith("SASL") else None
    return Brokers(settings.broker_servers, tls, login)


def with_own_broker(settings: Settings, servers: str) -> Settings:
    """For an embedded broker: it has neither TLS nor logins nor transactions."""
    plain = {name: getattr(_DEFAULTS, name) for name in _OF_SECURITY}
    return replace(settings, broker=servers, transactions=False, **plain)


def warn_of_clear_passwords(brokers: Brokers) -> None:
    """Once, at a process's start."""
    if brokers.login is not None and brokers.tls is None:
        log.warning(
            "%sBROKER_SECURITY=SASL_PLAINTEXT: what is sent to Kafka, and with PLAIN the password,"
            " can be read on its way",
            PREFIX,
        )


def _refuse(settings: Settings, names: tuple[str, ...], why: str) -> None:
    for name in names:
        if getattr(settings, name):
            raise SettingsError(
                f"{PREFIX}{name.upper()}: is set, but"
                f" {PREFIX}BROKER_SECURITY={settings.broker_security} {why}"
            )


def _tls(settings: Settings) -> ssl.SSLContext:
    context = trusting(settings.broker_ca_file, "BROKER_CA_FILE")
    context.check_hostname = settings.broker_check_hostname
    certificate, key = settings.broker_cert_file, settings.broker_key_file
    if certificate is not None or key is not None:
        show(context, certificate, key, "BROKER", settings.broker_key_password)
    return context


def _login(settings: Settings) -> Login:
    name = f"{PREFIX}BROKER_USER"
    if not settings.broker_user:
        raise SettingsError(
            f"{name}: is not set, and {PREFIX}BROKER_SECURITY={settings.broker_security} logs in"
        )
    if not settings.broker_password:
        raise SettingsError(
            f"{PREFIX}BROKER_PASSWORD: is not set; put it into a file and its path into"
            f" {PREFIX}BROKER_PASSWORD_FILE"
        )
    return Login(settings.broker_sasl, settings.broker_user, settings.broker_password)
