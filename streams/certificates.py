"""TLS: what is trusted, and whose certificate we show.

Owns contexts made from files, and what is wrong with such files. Called by whoever connects to
Kafka and whoever serves pages. Invariant: nothing older than TLS 1.2 is spoken, and a file that
cannot be used is told with the variable that names it, never with its content.
"""

import ssl
from pathlib import Path

from streams.settings import PREFIX, SettingsError


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
    """For a server; None where nothing is set: then it serves in the clear. `names`: what the
    two settings begin with. Raises SettingsError."""
    if certificate is None and key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    show(context, certificate, key, names)
    return context


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
