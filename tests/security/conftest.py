"""What these tests share: a guarded Kafka, and authorities that sign certificates.

Invariant: every file is made for the run and gone after it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.kafka.secured import SecuredKafka
from tests.parts import absent
from tests.security.front import ENGINE_PASSWORD, Signed
from tests.sinks.served import Served


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    kafka = SecuredKafka(tmp_path_factory.mktemp("secured"))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """ClickHouse's engine over HTTP, in the clear, with a password."""
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    server = Served(tmp_path_factory.mktemp("engine"), "--password", ENGINE_PASSWORD)
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of an authority that signed nothing here."""
    path = tmp_path_factory.mktemp("stranger") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """A certificate for this machine, and who signed it."""
    folder = tmp_path_factory.mktemp("signed")
    authority = trustme.CA()
    mine = authority.issue_cert("127.0.0.1")
    signed = Signed(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority.cert_pem.write_to_path(signed.ca)
    mine.private_key_pem.write_to_path(signed.key)
    for part in mine.cert_chain_pems:
        part.write_to_path(signed.certificate, append=True)
    return signed
