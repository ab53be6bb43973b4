"""Grafana's HTTP API, and what can go wrong with it in words a person can act on.

Owns the calls (through grafana-api, paths by uid) and their errors; what is asked for is
`push`'s. Invariant: every failure is one sentence, and no token is in any of them.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from grafana_api import GrafanaFace
from grafana_api.grafana_api import GrafanaClientError, GrafanaException, GrafanaServerError

_TIMEOUT_S = 15.0


class GrafanaError(Exception):
    """What keeps Grafana from taking something, in one sentence."""


class MissingError(GrafanaError):
    """There is no such thing (404)."""


class RefusedError(GrafanaError):
    """Grafana looked at it and said no; the text is its reason."""


class Door:
    """One Grafana, by its address and a service account's token."""

    def __init__(self, address: str, token: str) -> None:
        if not token.isascii() or not token.isprintable() or " " in token:
            # A header cannot carry it, and whoever says so would quote it.
            raise GrafanaError("the token has characters no token of Grafana's has")
        parts = urlsplit(address)
        prefix = parts.path.strip("/")
        self.address = address.rstrip("/")
        self._api = GrafanaFace(
            auth=token,
            host=f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname,
            port=parts.port,
            url_path_prefix=f"{prefix}/" if prefix else "",
            protocol=parts.scheme,
            timeout=_TIMEOUT_S,
        ).api
        # Followed, a redirect would turn what is sent into a mere question.
        self._api.s.max_redirects = 0

    def get(self, path: str, doing: str) -> Any:
        return self._call("GET", path, None, doing, {})

    def post(self, path: str, body: Any, doing: str, headers: Mapping[str, str] = {}) -> Any:
        return self._call("POST", path, body, doing, headers)

    def put(self, path: str, body: Any, doing: str, headers: Mapping[str, str] = {}) -> Any:
        return self._call("PUT", path, body, doing, headers)

    def _call(
        self, method: str, path: str, body: Any, doing: str, headers: Mapping[str, str]
    ) -> Any:
        """`doing`: what it is for, as "read the folder". Raises GrafanaError."""
        try:
            return getattr(self._api, method)(path, json=body, headers=dict(headers))
        except GrafanaClientError as error:
            raise self._told(error, doing) from None
        except GrafanaServerError as error:
            raise GrafanaError(
                f"Grafana at {self.address} cannot {doing} now"
                f" ({error.status_code}: {_reason(error)}); its log says why"
            ) from None
        except ValueError:
            raise GrafanaError(
                f"{self.address} does not answer like Grafana; is HALLWATCH_GRAFANA its address?"
            ) from None
        except OSError as error:
            raise GrafanaError(
                f"cannot reach Grafana at {self.address}: {_first_line(error)}"
            ) from None

    def _told(self, error: GrafanaClientError, doing: str) -> GrafanaError:
        match error.status_code:
            case 401:
                return GrafanaError(
                    f"Grafana at {self.address} does not know the token (401); make a new one for"
                    " a service account and put it into HALLWATCH_GRAFANA_TOKEN_FILE"
                )
            case 403:
                return GrafanaError(
                    f"the token may not {doing} (403: {_reason(error)}); give its service account"
                    " the role Admin"
                )
            case 404:
                return MissingError(f"Grafana at {self.address} cannot {doing}: not found (404)")
            case status:
                return RefusedError(
                    f"Grafana at {self.address} refuses to {doing} ({status}: {_reason(error)})"
                )


def _reason(error: GrafanaException) -> str:
    """Grafana's own words, short."""
    response = error.response
    told = response.get("message", "") if isinstance(response, dict) else response
    return str(told).strip().partition("\n")[0][:200] or "no reason given"


def _first_line(error: OSError) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
