"""No Kafka client is built past `Brokers`: it would speak in the clear, to whoever listens."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECLARED = "streams/broker/brokers.py"

#: Every class of theirs that connects, and what Faust calls its brokers.
_BUILT = re.compile(
    r"\b(?:AIOKafka(?:Producer|Consumer|Client|AdminClient)|Kafka(?:AdminClient|Producer|Consumer))"
    r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)"
)


def clients(source: str) -> list[str]:
    return [match[1] for match in _BUILT.finditer(source)]


def test_every_client_is_told_by_brokers_where_and_how() -> None:
    found, others = 0, []
    for path in sorted((ROOT / "streams").rglob("*.py")):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if "bootstrap_servers" in source and name not in (DECLARED, "streams/broker/refusal.py"):
            others.append(name)
        for arguments in clients(source):
            found += 1
            if not re.search(r"\*\*[\w.()]+\.client\(\)", arguments):
                others.append(f"{name}: {arguments.strip()[:60]}")
    assert others == []
    assert found >= 10  # the pattern sees them


@pytest.mark.parametrize(
    "source", ["AIOKafkaProducer(acks='all')", "KafkaAdminClient(bootstrap_servers=servers)"]
)
def test_a_client_of_its_own_is_seen(source: str) -> None:
    (arguments,) = clients(source)
    assert ".client()" not in arguments
