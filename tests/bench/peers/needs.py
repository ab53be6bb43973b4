"""What a peer needs on this machine, and the sentence that says what to install.

Owns the check before anything is measured. Called by the command and by the runs. Invariant:
every sentence also says how to go on without the peer.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.kafka.jars import fetched, kafka_version

_POM = Path(__file__).parent / "pom.xml"

#: The packages of those written in Python.
_PACKAGES = {"quix": "quixstreams", "bytewax": "bytewax"}
#: Exactly-once is one transaction of what is read, kept and written.
_TRANSACTIONS = {"quix", "kafka-streams"}


class NoPeerError(Exception):
    """A peer cannot be run here; the message says what to install."""


def must_have(name: str, transactions: bool) -> None:
    """`transactions`: whether the broker knows them. Raises NoPeerError."""
    package = _PACKAGES.get(name)
    if package is not None and find_spec(package) is None:
        raise _missing(
            name,
            f"the Python package {package}, which `make bench` installs from"
            " requirements/bench.txt (there is none of bytewax for Python 3.13 and later)",
        )
    if name in _TRANSACTIONS and not transactions:
        raise _missing(name, "a broker with transactions (--broker apache)")
    if name == "kafka-streams":
        compiler()
        jars()


def compiler() -> str:
    found = shutil.which("javac")
    if found is None:
        raise _missing("kafka-streams", "javac (Debian: openjdk-17-jdk-headless)")
    return found


def jars() -> Path:
    """The folder of Kafka Streams and what it depends on, fetched once."""
    version = kafka_version()
    what = f"Kafka Streams {version} (about 95 MB, once)"
    try:
        return fetched(_POM, f"kafka-streams-{version}", what)
    except (pytest.skip.Exception, pytest.fail.Exception) as absent:
        raise _missing("kafka-streams", f"its Java archives: {absent}") from None


def _missing(name: str, what: str) -> NoPeerError:
    return NoPeerError(f"{name} needs {what}; --without {name} goes on without")
