"""The wall's files, held in memory: page, modules, styles, ECharts, fonts.

Owns their names, types and caching. Called by `wall`. Invariant: only files listed here
are served, so no path can lead out of the folder.
"""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web
from msgspec import Struct

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


class Asset(Struct, frozen=True):
    """One file, with the tag a browser can ask about it by."""

    body: bytes
    content_type: str
    etag: str
    cache: str


def load_assets() -> dict[str, Asset]:
    """Every file of `page/` and `vendor/` by its path under the wall."""
    room = files("dashboards")
    found = _folder(room / "page", "page/", "no-cache")
    # A vendored file's name changes with its version; a day bounds what a rebuild costs.
    return found | _folder(room / "vendor", "vendor/", "public, max-age=86400")


def _folder(folder: Traversable, prefix: str, cache: str) -> dict[str, Asset]:
    assets = {}
    for entry in folder.iterdir():
        content_type = _TYPES.get("." + entry.name.rpartition(".")[2])
        if entry.is_file() and content_type:
            body = entry.read_bytes()
            tag = hashlib.sha256(body).hexdigest()[:20]
            assets[prefix + entry.name] = Asset(body, content_type, tag, cache)
    return assets


def answer(request: web.Request, asset: Asset) -> web.Response:
    """The file, or 304 when the browser holds the same."""
    headers = {"Cache-Control": asset.cache, "ETag": f'"{asset.etag}"'}
    if any(tag.value == asset.etag for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    response = web.Response(body=asset.body, headers=headers)
    response.headers["Content-Type"] = asset.content_type
    if asset.content_type.startswith("text/"):
        response.enable_compression()
    return response
