"""TLS: what is trusted, and whose certificate we show.

Owns contexts made from files, files that are renewed while we serve, and what is wrong with them.
Called by whoever connects to Kafka and whoever serves pages. Invariants: nothing older than TLS 1.2
is spoken; a file that cannot be used is told with the variable that names it, never with its
content; a renewed pair that cannot be used leaves the one before in use.
"""

import logging
import ssl
import time
from pathlib import Path

from streams.file_stamp import stamp_of
from streams.settings import PREFIX, SettingsError

log = logging.getLogger(__name__)

#: Certificate and key are two files, written one after the other: until then they need not fit.
_FIT_WITHIN_S = 5.0

#: However many come in, the files are looked at once in that time.
_LOOKED_AT_EVERY_S = 1.0


def trusting(ca: Path | None, name: str) -> ssl.SSLContext:
    """For a client. `ca`: who signs its servers' certificates; None: whom the system trusts.
    `name`: of the setting. Raises SettingsError."""
    if ca is not None:
        _readable(ca, name)
    try:
        context = ssl.create_default_context(cafile=ca)
    except (ssl.SSLError, ValueError):
        raise SettingsError(
            f"{PREFIX}{name}={ca}: holds no certificate; it must be PEM, beginning with"
            " -----BEGIN CERTIFICATE-----"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def serving(certificate: Path | None, key: Path | None, names: str) -> ssl.SSLContext | None:
    """For a server; None where nothing is set: then it serves in the clear. Shows new clients
    what the files hold now. `names`: what the two settings begin with. Raises SettingsError."""
    if certificate is None and key is None:
        return None
    context = _served(certificate, key, names)
    if certificate is not None and key is not None:
        context.sni_callback = Renewal(context, certificate, key, names).choose
    return context


def _served(certificate: Path | None, key: Path | None, names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    show(context, certificate, key, names)
    return context


class Renewal:
    """The newest usable pair of two files. OpenSSL asks at every handshake which context to use,
    so nothing has to run meanwhile, and no bad file ever touches the one in use."""

    def __init__(self, context: ssl.SSLContext, certificate: Path, key: Path, names: str) -> None:
        """`context`: shows what the files hold at this moment."""
        self._context = context
        self._files = certificate, key
        self._names = names
        self._stamps = self._seen()
        self._looked_at = time.monotonic()
        self._failing_since: float | None = None
        self._told = False

    def choose(self, connection: ssl.SSLObject, _name: str | None, _begun: ssl.SSLContext) -> None:
        """What `sni_callback` calls, also where the client names no server. Never raises."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOKED_AT_EVERY_S:
            self._looked_at = now
            self._look(now)
        connection.context = self._context

    def _look(self, now: float) -> None:
        stamps = self._seen()
        if stamps == self._stamps:
            if self._failing_since is None:
                return
        else:
            self._stamps, self._failing_since, self._told = stamps, None, False
        try:
            self._context = _served(*self._files, self._names)
        except (SettingsError, OSError) as error:
            if self._failing_since is None:
                self._failing_since = now
            elif not self._told and now - self._failing_since >= _FIT_WITHIN_S:
                log.error("the certificate shown is still the one of before: %s", error)
                self._told = True
        else:
            self._failing_since = None
            log.info("certificate: %s read again", self._files[0])

    def _seen(self) -> object:
        return [stamp_of(path) for path in self._files]


def show(
    context: ssl.SSLContext,
    certificate: Path | None,
    key: Path | None,
    names: str,
    password: str = "",
) -> None:
    """Has `context` show this certificate. Raises SettingsError."""
    of_certificate, of_key = f"{names}_CERT_FILE", f"{names}_KEY_FILE"
    if certificate is None or key is None:
        given, missing = (of_key, of_certificate) if key else (of_certificate, of_key)
        raise SettingsError(f"{PREFIX}{missing}: is not set, and {PREFIX}{given} is; set both")
    _readable(certificate, of_certificate)
    _readable(key, of_key)
    try:
        # A function, or OpenSSL would ask for the password at the terminal.
        context.load_cert_chain(certificate, key, password=lambda: password)
    except ssl.SSLError as error:
        raise SettingsError(_why_not(error, certificate, key, names, password)) from None


def _why_not(error: ssl.SSLError, certificate: Path, key: Path, names: str, password: str) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{PREFIX}{names}_KEY_FILE={key}: is not the key of the certificate in {certificate}"
    if "ENCRYPTED" in key.read_text(errors="replace"):
        cure = "its password is another" if password else "it has a password, and none is given"
        return f"{PREFIX}{names}_KEY_FILE={key}: cannot be opened: {cure}"
    return (
        f"{PREFIX}{names}_CERT_FILE={certificate}, {PREFIX}{names}_KEY_FILE={key}: are not a"
        " certificate and its key in PEM"
    )


def _readable(path: Path, name: str) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise SettingsError(f"{PREFIX}{name}={path}: cannot be read ({error.strerror})") from None
