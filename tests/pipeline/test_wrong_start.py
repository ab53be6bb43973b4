"""A worker that cannot work does not start: exit code 2 and one sentence with file or
variable, key and cure. Never a traceback, never a worker that runs on half of its rules.
"""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from streams.broker.brokers import Brokers
from streams.broker.embedded import EmbeddedBroker, free_port
from streams.broker.topics import ensure_topics
from streams.rules.load import SHIPPED
from tests.conftest import Broker
from tests.pipeline.command import hallwatch

#: Nobody listens there; what is wrong has to be said before anything is asked of it.
NOWHERE = "127.0.0.1:1"


def sentence(said: str) -> str:
    """The one line of an error, once it is seen to be that."""
    lines = [line for line in said.splitlines() if line.startswith("hallwatch ")]
    assert "Traceback" not in said, said
    assert len(lines) == 1, said
    return lines[0]


def refused(**settings: object) -> str:
    """Starts a worker, which has to refuse; returns why."""
    done = hallwatch("worker", **{"wall_port": -1, "log_level": "ERROR", **settings})
    assert done.returncode == 2, done.stderr
    return sentence(done.stderr)


class Rules(Struct, frozen=True):
    """What is wrong in which shipped file, and what has to be said of it."""

    file: str
    change: Callable[[str], str]
    told: tuple[str, ...]


def instead(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def followed_by(more: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n{more}\n"


SECTION = '[[section]]\ncode = "S01"\nname-zh = "一"\nname-en = "One"\ncalendar = "moon"'
MISTAKES = {
    "no TOML": Rules("promises.toml", followed_by("limit = = 3"), ("no valid TOML", "line")),
    "no duration": Rules(
        "promises.toml",
        instead('limit = "60 s"', 'limit = "a minute"'),
        ("promise[0].rule[0].limit", "'a minute'", '"60 s"'),
    ),
    "a warning after the limit": Rules(
        "promises.toml",
        instead('warn = "40 s"', 'warn = "61 s"'),
        ("promise[0].rule[0].warn", "shorter than limit"),
    ),
    "a promise nobody knows": Rules(
        "promises.toml",
        instead('"online-first-response"', '"online-answer"'),
        ("promise[0].id", "'online-answer'", "online-first-response"),
    ),
    "a misspelt key": Rules(
        "promises.toml", instead("mistaken =", "mistake ="), ("leaving", "mistake")
    ),
    "a section with a calendar nobody knows": Rules(
        "sections.toml",
        followed_by(SECTION),
        ("section[0].calendar", "no 'moon'", "one of always, hall"),
    ),
    "hours that are none": Rules(
        "calendars.toml",
        instead('monday = ["09:00-11:30"', 'monday = ["9-11"'),
        ("calendar[0].monday", "'9-11'", '"09:00-11:30"'),
    ),
    "a time zone nobody knows": Rules(
        "calendars.toml",
        instead("Asia/Shanghai", "Asia/Baoshan"),
        ("calendar[0].zone", "'Asia/Baoshan'", "Asia/Shanghai"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_rules_file_is_named_with_its_key_and_the_cure(
    mistake: str, tmp_path: Path
) -> None:
    rules = MISTAKES[mistake]
    path = tmp_path / rules.file
    path.write_text(rules.change((SHIPPED / rules.file).read_text("utf-8")), encoding="utf-8")
    said = refused(broker=NOWHERE, rules=tmp_path, data=tmp_path / "data")
    assert str(path) in said
    for part in rules.told:
        assert part in said, said


VALUES = {
    "no number": ({"partitions": "four"}, ("HALLWATCH_PARTITIONS='four'", "int")),
    "a number too small": ({"partitions": "0"}, ("HALLWATCH_PARTITIONS='0'", "1")),
    "no such choice": ({"clock": "moon"}, ("HALLWATCH_CLOCK='moon'",)),
    "no such port": ({"wall_port": "99999"}, ("HALLWATCH_WALL_PORT='99999'", "65535")),
    "no yes or no": ({"transactions": "maybe"}, ("HALLWATCH_TRANSACTIONS='maybe'", "bool")),
    "rules that are nowhere": ({"rules": "/no/such/rules"}, ("/no/such/rules", "HALLWATCH_RULES")),
}


@pytest.mark.parametrize("value", VALUES)
def test_a_wrong_value_is_named_with_its_variable(value: str, tmp_path: Path) -> None:
    settings, told = VALUES[value]
    said = refused(**{"broker": NOWHERE, "data": tmp_path, **settings})
    for part in told:
        assert part in said, said


DSNS = {
    "a scheme nobody knows": ("mysql://host/db", ("unknown scheme 'mysql'", "chdb:///")),
    "no host": ("clickhouse:///db", ("no host",)),
    "a folder that is no full path": ("chdb://folder", ("three slashes",)),
    "an option nobody knows": ("http://u:hunter2@host/db?colour=red", ("colour",)),
}


@pytest.mark.parametrize("dsn", DSNS)
def test_a_wrong_address_of_clickhouse_is_told_with_the_cure_and_without_the_password(
    dsn: str, tmp_path: Path
) -> None:
    """Told at start, although nothing is written before there are rows."""
    address, told = DSNS[dsn]
    said = refused(broker=NOWHERE, clickhouse=address, data=tmp_path)
    for part in ("HALLWATCH_CLICKHOUSE", *told):
        assert part in said, said
    assert "hunter2" not in said


def test_topics_with_another_number_of_partitions_are_named_with_both_ways_out(
    broker: Broker, topic_prefix: str, tmp_path: Path
) -> None:
    ensure_topics(Brokers(broker.bootstrap), topic_prefix, 3)
    said = refused(broker=broker.bootstrap, topic_prefix=topic_prefix, partitions=5, data=tmp_path)
    for part in (
        f"{topic_prefix}.events has 3",
        "the 5 wanted",
        "HALLWATCH_PARTITIONS=3",
        "HALLWATCH_TOPIC_PREFIX",
    ):
        assert part in said, said


def test_a_broker_that_is_not_there_is_waited_for_and_then_told(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    said = refused(broker=address, broker_patience=2, data=tmp_path)
    assert f"no Kafka broker answers at {address} after 2 s" in said
    assert "HALLWATCH_BROKER" in said
    assert "HALLWATCH_BROKER_PATIENCE" in said


def test_a_port_in_use_is_told_with_the_variable_that_names_it(
    tmp_path: Path, broker: Broker, topic_prefix: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name in ("status_port", "wall_port"):
            settings = {"broker": broker.bootstrap, "topic_prefix": topic_prefix, name: port}
            said = refused(**settings, data=tmp_path, transactions=broker.kind == "apache")
            assert f"HALLWATCH_{name.upper()}={port}" in said


def test_a_folder_that_cannot_be_made_is_told_with_its_variable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused(broker=NOWHERE, data=tmp_path / "file" / "data")
    assert f"HALLWATCH_DATA={tmp_path / 'file' / 'data'}" in said


def test_a_broker_without_transactions_is_told_with_the_cure(
    embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    told = refused(
        broker=embedded_broker.bootstrap,
        topic_prefix=topic_prefix,
        clickhouse=f"chdb://{tmp_path / 'engine'}",
        transactions="true",
    )
    assert "HALLWATCH_TRANSACTIONS=true" in told
    assert "say HALLWATCH_TRANSACTIONS=false" in told
