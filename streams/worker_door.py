"""The wall's door and its TLS, by the settings.

Wiring only. Called by what serves the wall. Invariants: a setting that would guard nothing is
refused; who shows the wall to a network without a door is told so once.
"""

import logging
import re
import ssl
import time
from ipaddress import ip_address, ip_network

from aiohttp import web
from yarl import URL

from dashboards.stories.links import PROOF, plain_details
from streams.acts.links import DetailsToken, read_details_token
from streams.certificates import serving
from streams.door.door import Door, DoorSettings, Network
from streams.door.roll import Roll
from streams.door.users import UserFileError
from streams.key_files import read_key
from streams.settings import PREFIX, Settings, SettingsError

log = logging.getLogger(__name__)

#: The pages of signed links and the API carry a proof of their own; styles and scripts are the
#: same for everybody; whoever restarts a worker only asks whether it lives.
OPEN = re.compile(r"/act/.+|/api/(?:alerts|silences)(?:/.*)?|/page/[^/]+|/vendor/[^/]+|/healthz")

#: What a message links to, beside what is open.
LINKED = re.compile(r"/explain/.+")


def add_door(app: web.Application, settings: Settings) -> None:
    """Before all other routes, where there is one. Raises SettingsError."""
    proxies = _proxies(settings)
    if not settings.wall_asks:
        return
    link_key = read_key(settings.link_key_file, "LINK_KEY_FILE")

    def proven(address: URL) -> bool:
        proof = address.query.get(PROOF, "")
        if not link_key or not proof:
            return False
        token = read_details_token(link_key, proof, time.time())
        if not isinstance(token, DetailsToken):
            return False
        return address.raw_path == f"/{plain_details(token.alert, token.expires)}"

    told = DoorSettings(OPEN, proven, LINKED, settings.wall_user_header, proxies)
    app.middlewares.append(Door(told, _roll(settings)).middleware)


def wall_tls(settings: Settings) -> ssl.SSLContext | None:
    """Raises SettingsError."""
    tls = serving(settings.wall_cert_file, settings.wall_key_file, "WALL")
    if _beyond_this_machine(settings.wall_bind) and not settings.wall_asks:
        log.warning(
            "%sWALL_BIND=%s, and neither %sWALL_USERS_FILE nor %sWALL_USER_HEADER is set: whoever"
            " reaches the port sees the wall",
            PREFIX,
            settings.wall_bind,
            PREFIX,
            PREFIX,
        )
    elif settings.wall_users_file and tls is None and _beyond_this_machine(settings.wall_bind):
        log.warning(
            "%sWALL_CERT_FILE is not set: passwords come to the wall in the clear, unless a proxy"
            " speaks TLS before it",
            PREFIX,
        )
    return tls


def gateway_tls(settings: Settings) -> ssl.SSLContext | None:
    """Raises SettingsError."""
    tls = serving(settings.gateway_cert_file, settings.gateway_key_file, "GATEWAY")
    if tls is None and _beyond_this_machine(settings.gateway_bind):
        log.warning(
            "%sGATEWAY_CERT_FILE is not set: keys and events come to %s in the clear, unless a"
            " proxy speaks TLS before it",
            PREFIX,
            settings.gateway_bind,
        )
    return tls


def _roll(settings: Settings) -> Roll | None:
    if settings.wall_users_file is None:
        return None
    try:
        return Roll(settings.wall_users_file)
    except UserFileError as error:
        raise SettingsError(
            f"{PREFIX}WALL_USERS_FILE: {error}; `hallwatch wall-users add NAME` makes one"
        ) from None


def _proxies(settings: Settings) -> list[Network]:
    header, given = settings.wall_user_header, settings.wall_proxies.strip()
    if bool(header) != bool(given):
        raise SettingsError(
            f"{PREFIX}WALL_USER_HEADER, {PREFIX}WALL_PROXIES: go together: anybody can send a"
            " header, so it is believed from the proxy's addresses only"
        )
    if not header:
        return []
    if not re.fullmatch(r"[A-Za-z0-9-]+", header):
        raise SettingsError(
            f"{PREFIX}WALL_USER_HEADER={header!r}: no name of a header, such as X-Forwarded-User"
        )
    try:
        return [ip_network(each.strip()) for each in given.split(",")]
    except ValueError:
        raise SettingsError(
            f"{PREFIX}WALL_PROXIES={given!r}: must be addresses or networks, such as"
            " 10.1.2.3,10.2.0.0/24"
        ) from None


def _beyond_this_machine(host: str) -> bool:
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
