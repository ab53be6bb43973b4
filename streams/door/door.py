"""The door before the wall: who may come in, and what the others are told.

Owns the checks in their order: what is open to all, a proof in the address, the word of a proxy, a
name and password. A middleware of the wall's application. Invariants: a path that is not in `open`
is shut; what a request says of its sender is believed from the addresses of `proxies` only.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web
from msgspec import Struct
from yarl import URL

from streams.door.roll import Roll
from streams.door.users import knows, nobody

Network = IPv4Network | IPv6Network
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TOLD = (
    "请先登录。消息里的链接在有效期内不需要登录。\n"
    "Please log in. Links in messages need no login while they are valid.\n"
)

#: To a chief who opened what he was sent, and has perhaps no password.
_TOLD_BY_LINK = (
    "请先登录，或打开关于同一告警的较新消息里的链接：这个链接已过期，或是在启用登录之前发出的。用户名和密码向信息科索取。\n"
    "Please log in, or open the link in a later message about this alert: this one has expired, or"
    " was sent before logins were asked for. The IT section gives out names and passwords.\n"
)


class DoorSettings(Struct, frozen=True):
    """`open`: whether a path is for everybody. `proven`: whether an address carries a proof;
    `linked`: whether a message may have led to the path, where that proof is no good."""

    open: re.Pattern[str]
    proven: Callable[[URL], bool]
    linked: re.Pattern[str]
    header: str = ""  #: in which a proxy says whom it let in; "": none is believed
    proxies: Sequence[Network] = ()


class Door:
    """Use from one event loop."""

    def __init__(self, settings: DoorSettings, roll: Roll | None) -> None:
        """`roll` None: nobody has a password, all come by the proxy."""
        self._settings = settings
        self._roll = roll
        #: Of passwords that were right: scrypt is for the first request, not for every picture.
        self._right: dict[str, bytes] = {}
        self._key = secrets.token_bytes(32)
        # Whoever guesses costs one processor at most, and waits in a row of his own kind.
        self._turn = asyncio.Semaphore(1)

    @web.middleware
    async def middleware(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if self._is_open(request) or self._came_by_proxy(request) or await self._logged_in(request):
            return await handler(request)
        return self._shut(request)

    def _is_open(self, request: web.Request) -> bool:
        is_open = self._settings.open.fullmatch(request.path)
        return bool(is_open) or self._settings.proven(request.rel_url)

    def _came_by_proxy(self, request: web.Request) -> bool:
        header = self._settings.header
        if not header or not request.headers.get(header, "").strip():
            return False
        # Not `request.remote`: whoever stands nearest, whatever headers say.
        peer = request.transport.get_extra_info("peername") if request.transport else None
        if not peer:
            return False
        address = ip_address(peer[0].partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._settings.proxies)

    async def _logged_in(self, request: web.Request) -> bool:
        roll = self._roll
        if roll is None:
            return False
        given = _basic(request.headers.get("Authorization", ""))
        if given is None:
            return False
        name, password = given
        if roll.changed():
            self._right.clear()
        mark = hmac.digest(self._key, password.encode(), hashlib.sha256)
        if hmac.compare_digest(self._right.get(name, b""), mark):
            return True
        async with self._turn:
            user = roll.users.get(name)
            right = await asyncio.to_thread(knows, user or nobody(), password)
        if user is None or not right:
            return False
        self._right[name] = mark
        return True

    def _shut(self, request: web.Request) -> web.Response:
        told = _TOLD_BY_LINK if self._settings.linked.fullmatch(request.path) else _TOLD
        headers = {"Cache-Control": "no-store"}
        if self._roll is None:
            return web.Response(status=403, text=told, headers=headers)
        headers["WWW-Authenticate"] = 'Basic realm="hallwatch", charset="UTF-8"'
        return web.Response(status=401, text=told, headers=headers)


def _basic(header: str) -> tuple[str, str] | None:
    """Name and password of RFC 7617; None where there are none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None
