"""`hallwatch secrets`: random, kept, each for one reader; ClickHouse gets hashes only."""

import hashlib
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sinks.dsn import Server, parse_dsn
from streams import cli
from streams.key_files import SHORTEST_KEY
from tests.pipeline.command import done, hallwatch

READER = {"hallwatch": 10001, "clickhouse": 101, "grafana": 472}


def all_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8").strip()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    ran = hallwatch("secrets", folder)
    done(ran)
    secrets = [text for text in all_in(folder).values() if len(text) == 64]
    assert not [secret for secret in secrets if secret in ran.stdout + ran.stderr]
    return folder


def test_all_are_made_long_and_different(made: Path) -> None:
    found = all_in(made)
    assert found.keys() == {
        "hallwatch/clickhouse",
        "hallwatch/link-key",
        "hallwatch/api-key",
        "grafana/clickhouse-password",
        "grafana/admin-password",
        "clickhouse/hallwatch.xml",
    }
    secrets = [text for name, text in found.items() if not name.startswith("clickhouse/")]
    assert len(set(secrets)) == len(secrets)
    assert min(map(len, secrets)) > SHORTEST_KEY


def test_a_secret_is_readable_by_its_reader_alone(made: Path) -> None:
    for path in made.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o400
            if os.geteuid() == 0:
                assert path.stat().st_uid == READER[path.parent.name]


def test_clickhouse_s_users_have_the_hashes_of_these_passwords(made: Path) -> None:
    found = all_in(made)
    users = ElementTree.fromstring(found["clickhouse/hallwatch.xml"])
    place = parse_dsn(found["hallwatch/clickhouse"])
    assert isinstance(place, Server)
    assert (place.user, place.host, place.database) == ("hallwatch", "clickhouse", "hallwatch")
    for user, password in (
        ("hallwatch", place.password),
        ("hallwatch_reader", found["grafana/clickhouse-password"]),
    ):
        hashed = users.findtext(f"users/{user}/password_sha256_hex")
        assert hashed == hashlib.sha256(password.encode()).hexdigest()
        assert password not in found["clickhouse/hallwatch.xml"]
    default = users.find("users/default")
    assert default is not None
    assert default.get("remove") == "remove"
    assert users.findtext("profiles/hallwatch_reader/readonly") == "2"
    grants = [query.text for query in users.findall("users/hallwatch_reader/grants/query")]
    assert grants == ["GRANT SELECT ON hallwatch.*"]


def test_once_made_they_stay_and_a_lost_one_alone_is_made_anew(tmp_path: Path) -> None:
    assert cli.main(["secrets", str(tmp_path)]) == 0
    before = all_in(tmp_path)
    assert cli.main(["secrets", str(tmp_path)]) == 0
    assert all_in(tmp_path) == before
    (tmp_path / "grafana/clickhouse-password").unlink()
    assert cli.main(["secrets", str(tmp_path)]) == 0
    after = all_in(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"grafana/clickhouse-password", "clickhouse/hallwatch.xml"}


def test_an_address_that_is_not_the_writer_s_is_refused_by_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["secrets", str(tmp_path)]) == 0
    path = tmp_path / "hallwatch/clickhouse"
    path.unlink()
    path.write_text("chdb:///somewhere")
    capsys.readouterr()
    assert cli.main(["secrets", str(tmp_path)]) == 2
    assert capsys.readouterr().err.endswith(
        f"{path}: is no address of a server for the user hallwatch\n"
    )
