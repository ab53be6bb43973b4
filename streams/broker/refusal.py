"""Why brokers and we do not come together, where it is the settings' fault and not an outage's.

Owns the question put to a broker once more, and the sentences. Called by `reach` after a try that
failed: the client it tries with says "unable to bootstrap" of everything. Invariant: "" unless what
stands in the way is certain to stand there the next time, too.
"""

import asyncio
import ssl
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

from aiokafka.conn import create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.admin import SaslHandShakeRequest

from streams.broker.brokers import Brokers
from streams.settings import PREFIX

#: Of all questions to one address; whoever waits for a broker asks again at his next try.
_PATIENCE_S = 2.0
_SECURITY = f"{PREFIX}BROKER_SECURITY"

#: OpenSSL's numbers of what is wrong with a certificate.
_EXPIRED, _OTHER_HOST, _OTHER_ADDRESS = 10, 62, 64


def refusal_of(brokers: Brokers) -> str:
    """A sentence with the setting and the cure. Blocks for some seconds at most."""
    # A thread of its own: whoever asks may be in one with a loop that runs.
    with ThreadPoolExecutor(1, "refusal") as thread:
        return thread.submit(asyncio.run, _first(brokers)).result()


async def _first(brokers: Brokers) -> str:
    for address in brokers.addresses:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                why = await _asked(brokers, address)
        except (OSError, KafkaError, ValueError, TimeoutError):
            continue  # not there, or not yet
        if why:
            return f"Kafka at {address} {why}"
    return ""


async def _asked(brokers: Brokers, address: str) -> str:
    try:
        await _connect(brokers, address)
    except ssl.SSLCertVerificationError as error:
        return _of_certificate(error)
    except (SaslAuthenticationFailed, UnsupportedSaslMechanismError) as error:
        return _of_login(brokers, error)
    except IllegalSaslStateError:
        return f"asks for no login: set {_SECURITY}={'SSL' if brokers.tls else 'PLAINTEXT'}"
    except (OSError, KafkaError) as error:
        if isinstance(error.__cause__, ssl.SSLError) and "ALERT" in (error.__cause__.reason or ""):
            return _of_alert(error.__cause__.reason)
        return await _of_the_other_kind(brokers, address)
    if brokers.login is None and await _works(_ask_for_mechanisms(brokers, address)):
        security = f"SASL_{brokers.security}"
        return f"asks for a login: set {_SECURITY}={security} and {PREFIX}BROKER_USER"
    return ""


async def _of_the_other_kind(brokers: Brokers, address: str) -> str:
    """TLS where none is spoken, or none where it is: both ends then close the connection."""
    sasl = "SASL_" if brokers.login else ""
    if brokers.tls is not None:
        if await _works(_connect(Brokers(address), address)):
            return (
                f"speaks no TLS there, and {_SECURITY}={brokers.security} wants it: is it the port"
                f" of another listener? Without TLS it would be {_SECURITY}={sasl}PLAINTEXT"
            )
        return ""
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    if await _works(_shake_hands(anyone, address)):
        return f"speaks TLS, and {_SECURITY} is {brokers.security}: set {_SECURITY}={sasl}SSL"
    return ""


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    match error.verify_code:
        case number if number in (_OTHER_HOST, _OTHER_ADDRESS):
            cure = (
                f"write its name as the certificate has it into {PREFIX}BROKER"
                f" ({PREFIX}BROKER_CHECK_HOSTNAME=false would accept any certificate of that"
                " authority)"
            )
        case number if number == _EXPIRED:
            cure = "it needs a new one"
        case _:
            cure = f"put the certificate of who signed it into {PREFIX}BROKER_CA_FILE"
    return f"shows a certificate that is not trusted ({error.verify_message}): {cure}"


def _of_alert(reason: str) -> str:
    if "CERTIFICATE_REQUIRED" in reason:
        return (
            "asks for a certificate of ours: set"
            f" {PREFIX}BROKER_CERT_FILE and {PREFIX}BROKER_KEY_FILE"
        )
    words = reason.lower().replace("_", " ")
    return f"refuses us over TLS ({words}): is {PREFIX}BROKER_CERT_FILE one it trusts?"


def _of_login(brokers: Brokers, error: KafkaError) -> str:
    assert brokers.login is not None
    if isinstance(error, UnsupportedSaslMechanismError):
        return f"does not know the login by {brokers.login.mechanism}: see {PREFIX}BROKER_SASL"
    return (
        f"refuses user {brokers.login.user!r} by {brokers.login.mechanism}: check"
        f" {PREFIX}BROKER_USER, {PREFIX}BROKER_PASSWORD_FILE and {PREFIX}BROKER_SASL"
    )


async def _connect(brokers: Brokers, address: str) -> None:
    host, port = _host_and_port(address)
    told = {name: value for name, value in brokers.client().items() if name != "bootstrap_servers"}
    connection = await create_conn(host, port, request_timeout_ms=round(_PATIENCE_S * 1000), **told)
    connection.close()


async def _ask_for_mechanisms(brokers: Brokers, address: str) -> None:
    """A listener without logins does not know the question."""
    host, port = _host_and_port(address)
    connection = await create_conn(
        host,
        port,
        request_timeout_ms=round(_PATIENCE_S * 1000),
        security_protocol=brokers.security,
        ssl_context=brokers.tls,
    )
    try:
        answer = await connection.send(SaslHandShakeRequest("PLAIN"))
    finally:
        connection.close()
    if answer.error_code == IllegalSaslStateError.errno:
        raise IllegalSaslStateError


async def _shake_hands(context: ssl.SSLContext, address: str) -> None:
    host, port = _host_and_port(address)
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    writer.close()


async def _works(trial: Coroutine[None, None, None]) -> bool:
    try:
        await trial
    except (OSError, KafkaError):
        return False
    return True


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
