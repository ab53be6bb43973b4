"""One POST to a receiver of notices, and what its status means.

Owns the request: no redirect is followed, the answer is read within bounds, and nothing
that is said of a failure holds more of the address than the host. Reading what stands in
an answer is each channel's. Called by `sinks.channel_*`. Invariant: whatever a receiver
does, `post` returns within the timeout and raises nothing that a receiver can cause.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct

from sinks.courier import Attempt, Passing, Refused, Taken

#: Client errors that may pass: timeout, too early, too many requests.
_PASSING = frozenset({408, 425, 429})

#: More than any receiver has to say; what is longer is an error page.
_ANSWER_BYTES = 64 * 1024


class Reply(Struct, frozen=True):
    status: int
    headers: Mapping[str, str]  #: whatever the case of their names
    body: bytes
    wish: float  #: seconds of its Retry-After; 0 if there is none


async def post(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    within: timedelta,
) -> Reply | Passing:
    # A redirect is not followed: it could carry alert and signature anywhere.
    try:
        async with session.post(
            url,
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=within.total_seconds()),
            allow_redirects=False,
        ) as response:
            answer = bytearray()
            async for chunk in response.content.iter_chunked(8192):
                answer += chunk
                if len(answer) > _ANSWER_BYTES:
                    break
            wish = retry_after(response.headers.get("Retry-After", ""), time.time())
            return Reply(response.status, response.headers, bytes(answer[:_ANSWER_BYTES]), wish)
    except TimeoutError:
        return Passing("no answer in time")
    except (aiohttp.ClientError, OSError) as error:
        # Its text may hold the URL, and the URL a token.
        return Passing(f"unreachable ({type(error).__name__})")


def by_status(reply: Reply) -> Attempt:
    if 200 <= reply.status < 300:
        return Taken()
    if reply.status < 500 and reply.status not in _PASSING:
        return Refused(f"refused with HTTP {reply.status}")
    return Passing(f"HTTP {reply.status}", reply.wish)


def retry_after(header: str, now: float) -> float:
    """Seconds a Retry-After header asks for, be it a number or a date; 0 if neither."""
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.fromtimestamp(now, UTC)).total_seconds())


def host_of(url: str) -> str:
    """All that may be said of an address: path and query of a robot's are its password."""
    return urlsplit(url).hostname or "?"
