"""Apache Kafka as an IT section guards it: TLS, logins by SCRAM and PLAIN, client certificates.

Owns the certificates and the users of a test's broker. Beside the guarded listeners it keeps the
open one of `ApacheKafka`, for looking at what got in. Invariant: nothing here outlives the folder.
"""

from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

from streams.broker.brokers import Brokers
from streams.broker.reach import connected
from tests.kafka.apache import HOST, ApacheKafka, free_ports

USER, PASSWORD = "hall", "scram-pass-Zq81vX"
PLAIN_PASSWORD = "plain-pass-Kk27wR"
KEY_PASSWORD = "key-pass-Uu63nB"

_MODULES = "org.apache.kafka.common.security"
_LISTENERS = """
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller},\\
LOGIN://{host}:{login},CERTIFIED://{host}:{certified}
advertised.listeners=PLAINTEXT://{host}:{port},\\
LOGIN://{host}:{login},CERTIFIED://{host}:{certified}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,\\
LOGIN:SASL_SSL,CERTIFIED:SSL
sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512,PLAIN
listener.name.login.scram-sha-256.sasl.jaas.config={modules}.scram.ScramLoginModule required;
listener.name.login.scram-sha-512.sasl.jaas.config={modules}.scram.ScramLoginModule required;
listener.name.login.plain.sasl.jaas.config={modules}.plain.PlainLoginModule required \\
user_{user}="{plain}";
ssl.keystore.type=PEM
ssl.keystore.location={folder}/server.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
listener.name.certified.ssl.client.auth=required
"""


class SecuredKafka(ApacheKafka):
    """`login`: port for SASL_SSL; `certified`: port for SSL with a client certificate."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.login, self.certified = free_ports(2)
        authority = trustme.CA()
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca)
        server = authority.issue_cert(HOST)
        _write_pair(server, folder / "server.pem", folder / "server.pem", NoEncryption())
        self.certificate, self.key = folder / "client.pem", folder / "client.key"
        client = authority.issue_cert("worker.hall.example")
        locked = BestAvailableEncryption(KEY_PASSWORD.encode())
        _write_pair(client, self.certificate, self.key, locked)
        with self.settings.open("a") as more:
            more.write(
                _LISTENERS.format(
                    host=HOST,
                    port=self.port,
                    controller=self.controller_port,
                    login=self.login,
                    certified=self.certified,
                    folder=folder,
                    modules=_MODULES,
                    user=USER,
                    plain=PLAIN_PASSWORD,
                )
            )

    @property
    def guarded(self) -> str:
        return f"{HOST}:{self.login}"

    @property
    def by_certificate(self) -> str:
        return f"{HOST}:{self.certified}"

    def start(self) -> None:
        super().start()
        with connected(Brokers(self.bootstrap)) as admin:
            for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
                one = UserScramCredentialUpsertion(USER, mechanism, PASSWORD)
                refused = admin.alter_user_scram_credentials([one])
                assert refused == {USER: None}, refused

    def settings_of_login(self) -> dict[str, object]:
        """By their names."""
        return {
            "broker": self.guarded,
            "broker_security": "SASL_SSL",
            "broker_ca_file": self.ca,
            "broker_user": USER,
            "broker_password": PASSWORD,
        }


def _write_pair(
    issued: trustme.LeafCert, certificate: Path, key: Path, locked: KeySerializationEncryption
) -> None:
    """The key as PKCS #8, which is what Kafka reads; both into one file where it is one."""
    private = load_pem_private_key(issued.private_key_pem.bytes(), None)
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    chain = b"".join(pem.bytes() for pem in issued.cert_chain_pems)
    with certificate.open("ab") as out:
        out.write(chain)
