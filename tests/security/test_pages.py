"""Wall and gateway over TLS, as processes of their own: what they speak, and to whom."""

import re
import socket
import ssl
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, ClientSSLError, encode_basic_auth

from streams.broker.embedded import free_port
from streams.door.user_desk import add_user
from streams.settings import SettingsError
from tests.gateway.running import called, key_of
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import hallwatch
from tests.pipeline.waiting import eventually_async
from tests.security.front import ENGINE_PASSWORD, Signed
from tests.security.processes import run
from tests.sinks.served import Served


async def test_the_wall_is_served_over_tls_to_who_has_a_password(
    engine: Served, signed: Signed, tmp_path: Path
) -> None:
    add_user(tmp_path / "users.json", "chief-01", "correct horse battery")
    settings = {
        "clickhouse": engine.dsn("pages", f"default:{ENGINE_PASSWORD}@"),
        "wall_port": 0,
        "wall_cert_file": signed.certificate,
        "wall_key_file": signed.key,
        "wall_users_file": tmp_path / "users.json",
        "data": tmp_path,
    }
    with run("wall", tmp_path / "wall.log", settings) as wall:
        await wall.listens()
        assert wall.url.startswith("https://")
        auth = {"Authorization": encode_basic_auth("chief-01", "correct horse battery")}
        async with ClientSession() as session:
            async with session.get(wall.url, ssl=signed.context()) as shut:
                assert shut.status == 401
            async with session.get(
                f"{wall.url}api/snapshot.json", ssl=signed.context(), headers=auth
            ) as opened:
                assert (opened.status, opened.content_type) == (200, "application/json")
            for path, stranger in (("healthz", 200), ("readyz", 401)):
                async with session.get(f"{wall.url}{path}", ssl=signed.context()) as answer:
                    assert answer.status == stranger, path

            async def ready() -> bool:
                asked = session.get(f"{wall.url}readyz", ssl=signed.context(), headers=auth)
                async with asked as answer:
                    return answer.status == 200

            await eventually_async(ready, "ClickHouse answers")
            with pytest.raises(ClientSSLError):
                await session.get(wall.url)  # the system does not know who signed it
        _speaks_nothing_old(wall.url, signed)
        assert await wall.ends() == 0, wall.said


async def test_a_wall_says_what_it_waits_for(tmp_path: Path) -> None:
    engine = Served(tmp_path / "engine")
    engine.port = free_port()
    settings = {
        "clickhouse": engine.dsn("later"),
        "wall_port": 0,
        "status_port": 0,
        "data": tmp_path,
    }
    with run("wall", tmp_path / "wall.log", settings) as wall:
        await wall.listens()
        status = re.search(r"status: (\S+)", wall.said)
        assert status
        async with ClientSession() as session:

            async def told(url: str, page: str) -> tuple[int, str]:
                async with session.get(url + page) as answer:
                    return answer.status, await answer.text()

            async def refused() -> bool:
                return "connection refused" in (await told(wall.url, "readyz"))[1]

            await eventually_async(refused, "it has asked")
            for url in (wall.url, status[1]):
                assert (await told(url, "readyz"))[0] == 503
                assert await told(url, "healthz") == (200, "ok\n"), "nobody should restart it"
            try:
                engine.start()

                async def ready() -> bool:
                    return await told(wall.url, "readyz") == (
                        200,
                        '{"ready":true,"waits_for":[]}\n',
                    )

                await eventually_async(ready, "ClickHouse answers")
            finally:
                engine.kill()
        assert await wall.ends() == 0, wall.said


def _speaks_nothing_old(url: str, signed: Signed) -> None:
    place = urlsplit(url)
    old = signed.context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    assert place.hostname
    assert place.port
    with (
        socket.create_connection((place.hostname, place.port), 10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.wrap_socket(plain, server_hostname=place.hostname)


@pytest.mark.kafka
async def test_the_gateway_takes_events_over_tls(
    apache_kafka: ApacheKafka, signed: Signed, topic_prefix: str, tmp_path: Path
) -> None:
    settings = {
        "broker": apache_kafka.bootstrap,
        "topic_prefix": topic_prefix,
        "gateway_port": 0,
        "gateway_cert_file": signed.certificate,
        "gateway_key_file": signed.key,
        "data": tmp_path,
    }
    headers = {
        "Authorization": f"Bearer {key_of(tmp_path / 'gateway-keys.json')}",
        "Content-Type": "application/cloudevents+json",
    }
    with run("gateway", tmp_path / "gateway.log", settings) as gateway:
        await gateway.listens()
        assert gateway.url.startswith("https://")
        async with ClientSession() as session:

            async def taken() -> bool:
                asked = session.post(
                    f"{gateway.url}events", json=called(1), headers=headers, ssl=signed.context()
                )
                async with asked as answer:
                    return answer.status == 202

            await eventually_async(taken, "the event is taken")
        _speaks_nothing_old(gateway.url, signed)


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a wall's certificate without its key": (
        "wall", {"wall_cert_file": "server.pem"}, "HALLWATCH_WALL_KEY_FILE: is not set"),
    "a gateway's certificate that is not there": (
        "gateway", {"gateway_cert_file": "gone.pem", "gateway_key_file": "gone.key"},
        "HALLWATCH_GATEWAY_CERT_FILE=gone.pem: cannot be read"),
    "a key that is none": (
        "gateway", {"gateway_cert_file": __file__, "gateway_key_file": __file__},
        "are not a certificate and its key in PEM"),
}  # fmt: skip


@pytest.mark.parametrize(("command", "changed", "sentence"), WRONG.values(), ids=WRONG)
def test_tls_that_cannot_be_spoken_is_refused(
    command: str, changed: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    ended = hallwatch(command, data=tmp_path, wall_port=0, gateway_port=0, **changed)
    assert ended.returncode == 2, ended.stderr
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert SettingsError.__name__ not in ended.stderr
