"""Content-Encoding of ClickHouse's HTTP interface: lz4, zstd, gzip, deflate.

Owns packing and unpacking whole bodies. Called by `sinks.http_request` and
`sinks.clickhouse_http`. Invariant: a body unpacks to at most the size asked for. A
client sends one frame for each block, so a body is any number of frames in a row.
"""

import sys
import zlib
from typing import Protocol

import lz4.frame

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class BodyTooLargeError(Exception):
    """Unpacked, the body is over the limit."""


class BadBodyError(Exception):
    """The body is not what its Content-Encoding says."""


class _Frame(Protocol):
    """One frame's decompressor: lz4's, zstd's and zlib's agree on this much."""

    @property
    def unused_data(self) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """Raises BodyTooLargeError or BadBodyError."""
    if encoding in ("", "identity"):
        if len(body) > limit:
            raise BodyTooLargeError
        return body
    whole = bytearray()
    try:
        while body:
            frame = _frame(encoding)
            whole += frame.decompress(body, limit + 1 - len(whole))
            if len(whole) > limit:
                raise BodyTooLargeError
            if not frame.eof:
                raise BadBodyError("the body ends inside a frame")
            body = frame.unused_data or b""
    except (RuntimeError, EOFError, zlib.error, zstd.ZstdError) as error:
        raise BadBodyError(str(error)) from None
    return bytes(whole)


def pack(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "lz4":
            return bytes(lz4.frame.compress(body))
        case "zstd":
            return bytes(zstd.compress(body))
        case "gzip":
            packer = zlib.compressobj(wbits=31)
            return packer.compress(body) + packer.flush()
        case _:
            return body


def choose(accepted: str) -> str:
    """The first encoding of an Accept-Encoding header that `pack` knows; else ""."""
    for item in accepted.split(","):
        name = item.split(";")[0].strip().lower()
        if name in ("lz4", "zstd", "gzip"):
            return name
    return ""


def _frame(encoding: str) -> _Frame:
    frame: _Frame
    match encoding:
        case "lz4":
            frame = lz4.frame.LZ4FrameDecompressor()
        case "zstd":
            frame = zstd.ZstdDecompressor()
        case "gzip":
            frame = zlib.decompressobj(wbits=31)
        case "deflate":
            frame = zlib.decompressobj()
        case _:
            raise BadBodyError(f"Content-Encoding {encoding!r} is not known here")
    return frame
