"""What every page of acts has in common as an answer over HTTP.

Called by `pages` and `lists`. Invariant: it is in no cache and no index, runs nothing, and stands
in nobody's frame.
"""

from aiohttp import web

from dashboards.acts.page import ActPage, as_page

#: The wall's own, but that a form may post to where it came from.
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def answer(page: ActPage, status: int, root: str = "../") -> web.Response:
    """`root`: from where the page stands to where the wall is served."""
    response = web.Response(body=as_page(page, root), status=status)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if status == 503:
        response.headers["Retry-After"] = "15"
    return response
