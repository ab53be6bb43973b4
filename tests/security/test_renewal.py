"""Certificates that are renewed while we serve, by real handshakes."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from aiohttp import web

from streams import certificates
from streams.certificates import serving


class House:
    """An authority of its own, and the two files a server is told of."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.certificate, self.key = folder / "wall.pem", folder / "wall.key"

    def renew(self, *halves: str) -> bytes:
        """Writes `halves` of a new pair, `certificate` and `key`; returns the certificate."""
        issued = self._authority.issue_cert("127.0.0.1")
        chain = b"".join(part.bytes() for part in issued.cert_chain_pems)
        if "certificate" in halves:
            self.certificate.write_bytes(chain)
        if "key" in halves:
            self.key.write_bytes(issued.private_key_pem.bytes())
        return ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())

    def trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        return context

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """As wall and gateway are."""
        app = web.Application()
        runner = web.AppRunner(app)
        await runner.setup()
        tls = serving(self.certificate, self.key, "WALL")
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            yield f"https://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()

    async def shown(self, url: str) -> bytes:
        """What somebody new is shown, who trusts nobody but this authority."""
        place = urlsplit(url)
        _, writer = await asyncio.open_connection(place.hostname, place.port, ssl=self.trusting())
        given = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        assert isinstance(given, bytes)
        return given


async def test_a_renewed_certificate_is_shown_to_who_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(certificates, "_LOOKED_AT_EVERY_S", 0.0)
    house = House(tmp_path)
    first = house.renew("certificate", "key")
    async with house.served() as url:
        assert await house.shown(url) == first
        second = house.renew("certificate", "key")
        assert await house.shown(url) == second
        assert await house.shown(url) == second

        with caplog.at_level(logging.ERROR):
            house.renew("certificate")
            assert await house.shown(url) == second, "its key is not there yet"
            assert await house.shown(url) == second
            assert not caplog.messages, "files that are written one after the other are no fault"

            monkeypatch.setattr(certificates, "_FIT_WITHIN_S", 0.0)
            assert await house.shown(url) == second
            assert await house.shown(url) == second
            (told,) = caplog.messages
            assert "still the one of before" in told
            assert f"HALLWATCH_WALL_KEY_FILE={house.key}: is not the key" in told

            house.certificate.unlink()
            assert await house.shown(url) == second
            assert await house.shown(url) == second
            assert "cannot be read (No such file or directory)" in caplog.messages[-1]
            assert len(caplog.messages) == 2
        third = house.renew("certificate", "key")
        assert await house.shown(url) == third
