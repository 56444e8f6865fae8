"""The proxy on the way to a target, as the environment names it (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).

Every request goes through a tunnel (CONNECT), also one without TLS: a proxy that reads requests would put right what is
to arrive as it was written.
"""

from __future__ import annotations

import base64
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from piwigo_contract.errors import UsageError
from piwigo_contract.urls import is_here, origin


@dataclass(frozen=True)
class Proxy:
    """credentials: user and password as `Proxy-Authorization: Basic` has them, or None."""

    host: str
    port: int
    credentials: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def request(self, host: str, port: int) -> bytes:
        """What asks the proxy for a tunnel to there (RFC 9110, section 9.3.6)."""
        there = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {there} HTTP/1.1", f"Host: {there}"]
        lines += [f"Proxy-Authorization: Basic {self.credentials}"] if self.credentials else []
        return "\r\n".join([*lines, "", ""]).encode()


def proxy_of(url: str) -> Proxy | None:
    """The proxy for a URL, or None: then, and always for this machine's own addresses, requests go there directly.

    Raises UsageError for a proxy that is none of HTTP.
    """
    scheme, host, port = origin(url)
    given = urllib.request.getproxies().get(scheme)
    if not given or is_here(host) or urllib.request.proxy_bypass(f"{host}:{port}"):
        return None
    variable = f"{scheme.upper()}_PROXY"
    wrong = UsageError(f"{variable}: give an http:// URL of a proxy, or name {host} in NO_PROXY")
    try:
        parts = urllib.parse.urlsplit(given if "://" in given else f"http://{given}")
        port = parts.port or 80
    except ValueError:
        raise wrong from None  # its own words may have the password
    if parts.scheme != "http" or not parts.hostname:
        raise wrong
    user, password = (urllib.parse.unquote(text or "") for text in (parts.username, parts.password))
    told = base64.b64encode(f"{user}:{password}".encode()).decode() if user else None
    return Proxy(parts.hostname, port, told)
